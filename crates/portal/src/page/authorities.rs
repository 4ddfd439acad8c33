//! `/authorities`, `/authorities/{id}`, `/members/{id}`: who may do what, and who said so.

use super::LIST_MAX;
use super::blocks::After;
use crate::desk::Desk;
use crate::frame::{Frame, Section};
use crate::page::failure::Kind;
use crate::view::{Authority, AuthorityLine, Member, MemberKind};
use crate::words::{Markup, Words};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::response::Response;

/// The subject domains of a jurisdiction, joined as the language joins a list.
fn domains(words: &Words, line: &AuthorityLine) -> Markup {
    let mut joined: Option<Markup> = None;
    for domain in &line.domains {
        let name = words.name(domain);
        joined = Some(match joined {
            Some(before) => words.list_joined(before, name),
            None => name,
        });
    }
    joined.unwrap_or_else(|| words.domains_all())
}

#[derive(Template)]
#[template(path = "authorities.html")]
struct Tree {
    frame: Frame,
    lines: Vec<AuthorityLine>,
}

impl Tree {
    fn domains(&self, line: &AuthorityLine) -> Markup {
        domains(&self.frame.words, line)
    }
}

pub(crate) async fn tree(desk: Desk) -> Response {
    let desk = desk.in_section(Section::Authorities);
    let lines = desk.source.authorities().await;
    desk.list(lines, |frame, lines| Tree { frame, lines })
}

#[derive(Template)]
#[template(path = "authority.html")]
struct AuthorityPage {
    frame: Frame,
    view: Authority,
}

impl AuthorityPage {
    fn domains(&self, line: &AuthorityLine) -> Markup {
        domains(&self.frame.words, line)
    }
}

pub(crate) async fn authority(
    desk: Desk,
    Path(id): Path<String>,
    query: Result<Query<After>, QueryRejection>,
) -> Response {
    let desk = desk.in_section(Section::Authorities);
    let Ok(Query(After { after })) = query else { return desk.fail(Kind::BadQuestion) };
    let authority = desk.source.authority(&id, after.as_deref(), LIST_MAX).await;
    desk.one(authority, |frame, view| AuthorityPage { frame, view })
}

#[derive(Template)]
#[template(path = "member.html")]
struct MemberPage {
    frame: Frame,
    view: Member,
}

impl MemberPage {
    const fn shows_register(&self) -> bool {
        true
    }

    fn kind(&self) -> Markup {
        let words = &self.frame.words;
        match self.view.kind {
            MemberKind::Authority => words.kind_authority(),
            MemberKind::Organisation => words.kind_organisation(),
            MemberKind::Person => words.kind_person(),
            MemberKind::Device => words.kind_device(),
            MemberKind::Node => words.kind_node(),
        }
    }
}

pub(crate) async fn member(desk: Desk, Path(id): Path<String>) -> Response {
    let desk = desk.in_section(Section::Authorities);
    let member = desk.source.member(&id).await;
    desk.one(member, |frame, view| MemberPage { frame, view })
}
