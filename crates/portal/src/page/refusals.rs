//! `/refusals`, `/refusals/{number}`: what a refusal means, and what to do about it.

use crate::desk::Desk;
use crate::frame::{Frame, Section};
use crate::view::Refusal;
use crate::words::Markup;
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
    /// Who can help follows from whose refusal it is: the application's number stands before the dash.
    fn help(&self) -> Markup {
        let words = &self.frame.words;
        match self.view.number.split('-').next() {
            Some("0") => words.help_ledger(),
            Some("1") => words.help_identity(),
            Some("90") => words.help_interface(),
            _ => words.help_records(),
        }
    }
}

pub(crate) async fn refusal(desk: Desk, Path(number): Path<String>) -> Response {
    let desk = desk.in_section(Section::Refusals);
    let refusal = desk.source.refusal(&number, RECENT_MAX).await;
    desk.one(refusal, |frame, view| RefusalPage { frame, view })
}
