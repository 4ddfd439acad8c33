//! Pages that say why there is nothing to show, in the same style as all others.

use crate::desk::Desk;
use crate::frame::{Frame, Section};
use crate::words::{Markup, Words};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

/// Why there is nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    NotFound,
    BadQuestion,
    /// Pages as they stood at a past height are not served yet; saying so beats showing the present in their place.
    PastHeight,
    WrongMethod,
    Unavailable,
}

impl Kind {
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadQuestion | Self::PastHeight => StatusCode::BAD_REQUEST,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub(crate) fn title(&self, words: &Words) -> Markup {
        match self {
            Self::NotFound => words.failure_not_found(),
            Self::BadQuestion => words.failure_bad_question(),
            Self::PastHeight => words.failure_past_height(),
            Self::WrongMethod => words.failure_wrong_method(),
            Self::Unavailable => words.failure_unavailable(),
        }
    }

    fn text(&self, words: &Words) -> Markup {
        match self {
            Self::NotFound => words.failure_not_found_text(),
            Self::BadQuestion => words.failure_bad_question_text(),
            Self::PastHeight => words.failure_past_height_text(),
            Self::WrongMethod => words.failure_wrong_method_text(),
            Self::Unavailable => words.failure_unavailable_text(),
        }
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
pub(crate) struct Failure {
    frame: Frame,
    kind: Kind,
}

impl Failure {
    pub(crate) const fn new(frame: Frame, kind: Kind) -> Self {
        Self { frame, kind }
    }

    fn status(&self) -> u16 {
        self.kind.status().as_u16()
    }
}

pub(crate) async fn not_found(desk: Desk) -> Response {
    desk.fail(Kind::NotFound)
}

pub(crate) async fn wrong_method(desk: Desk) -> Response {
    desk.fail(Kind::WrongMethod)
}
