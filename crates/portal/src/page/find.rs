//! `/find?q=`: one box; an exact name goes straight to its page.

use super::LIST_MAX;
use crate::desk::Desk;
use crate::frame::{Frame, Section};
use crate::page::failure::Kind;
use crate::source::QUERY_CHARACTERS_MAX;
use crate::view::{Found, FoundItem, Noun};
use crate::words::Markup;
use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Question {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "find.html")]
struct FindPage {
    frame: Frame,
    query: String,
    found: Found,
}

impl FindPage {
    /// The items by noun, nouns in the order of their best item.
    fn groups(&self) -> Vec<(Markup, Vec<&FoundItem>)> {
        let mut groups: Vec<(Noun, Vec<&FoundItem>)> = Vec::new();
        for item in &self.found.items {
            match groups.iter_mut().find(|(noun, _)| *noun == item.noun) {
                Some((_, items)) => items.push(item),
                None => groups.push((item.noun, vec![item])),
            }
        }
        groups.into_iter().map(|(noun, items)| (self.noun(noun), items)).collect()
    }

    fn noun(&self, noun: Noun) -> Markup {
        let words = &self.frame.words;
        match noun {
            Noun::Figure => words.nouns_figures(),
            Noun::Place => words.nouns_places(),
            Noun::Member => words.nouns_members(),
            Noun::Record => words.nouns_records(),
            Noun::Register => words.registers_title(),
            Noun::Block => words.blocks_title(),
            Noun::Transaction => words.transactions_title(),
            Noun::Refusal => words.refusals_title(),
        }
    }
}

pub(crate) async fn find(desk: Desk, query: Result<Query<Question>, QueryRejection>) -> Response {
    let Ok(Query(Question { q })) = query else { return desk.fail(Kind::BadQuestion) };
    let query = q.trim().to_owned();
    if query.chars().count() > QUERY_CHARACTERS_MAX {
        return desk.fail(Kind::BadQuestion);
    }
    let found = if query.is_empty() { Ok(Found::default()) } else { desk.source.find(&query, LIST_MAX).await };
    if let Ok(Found { exact: Some(path), .. }) = &found {
        return Redirect::to(&desk.frame.words.to(path)).into_response();
    }
    desk.list(found, |frame, found| FindPage { frame, query, found })
}
