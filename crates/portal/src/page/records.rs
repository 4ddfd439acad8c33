//! `/records/{id}`: one record and who answers for it.

use crate::desk::Desk;
use crate::frame::{Frame, Section};
use crate::view::{Act, ActKind, Cell, Class, Record, Standing};
use crate::words::Markup;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    frame: Frame,
    view: Record,
}

impl RecordPage {
    fn title(&self) -> Markup {
        let words = &self.frame.words;
        words.title_and_period(words.name(&self.view.summary.subject.name), words.period(&self.view.summary.period))
    }

    fn is_confidential(&self) -> bool {
        self.view.class == Class::Confidential
    }

    /// The first version's cell of the same code, if there are several versions.
    fn before(&self, cell: &Cell) -> Option<&Cell> {
        self.view.replaced()?.cells.iter().find(|old| old.code == cell.code)
    }

    const fn act_mark(&self, act: &Act) -> &'static str {
        match act.kind {
            ActKind::Filed | ActKind::Corrected | ActKind::Accepted => "ring",
            ActKind::Refused(_) => "refused",
        }
    }

    const fn act_class(&self, act: &Act) -> &'static str {
        match act.kind {
            ActKind::Refused(_) => "is-refused",
            ActKind::Filed | ActKind::Corrected | ActKind::Accepted => "",
        }
    }
}

pub(crate) async fn record(desk: Desk, Path(id): Path<String>) -> Response {
    let desk = desk.in_section(Section::Registers);
    let record = desk.source.record(&id).await;
    desk.one(record, |frame, view| RecordPage { frame, view })
}
