//! `/refusals`, `/refusals/{number}`: what a refusal means, and what to do about it.

use crate::desk::Desk;
use crate::frame::{Frame, Section};
use crate::refusals::{Sentences, is_known, sentences};
use crate::view::{Refusal, Text};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

/// How many uses of a refusal its page lists.
const RECENT_MAX: usize = 20;

#[derive(Template)]
#[template(path = "refusals.html")]
struct Refusals {
    frame: Frame,
    refusals: Vec<Refusal>,
}

impl Refusals {
    fn total(&self) -> u64 {
        self.refusals.iter().map(|refusal| refusal.count).sum()
    }
}

pub(crate) async fn list(desk: Desk) -> Response {
    let desk = desk.in_section(Section::Refusals);
    let refusals = desk.source.refusals().await;
    desk.list(refusals, |frame, refusals| Refusals { frame, refusals })
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage {
    frame: Frame,
    view: Refusal,
}

impl RefusalPage {
    fn sentences(&self) -> Option<Sentences> {
        sentences(&self.view.number, self.frame.language())
    }
}

/// Every number that the message files know has a page, whether or not this network ever gave it.
pub(crate) async fn refusal(desk: Desk, Path(number): Path<String>) -> Response {
    let desk = desk.in_section(Section::Refusals);
    let refusal = desk.source.refusal(&number, RECENT_MAX).await.map(|found| {
        found.or_else(|| {
            is_known(&number).then(|| Refusal {
                name: number.clone(),
                application: Text::new("", desk.frame.words.application_unknown().to_string()),
                number,
                count: 0,
                recent: Vec::new(),
            })
        })
    });
    desk.one(refusal, |frame, view| RefusalPage { frame, view })
}
