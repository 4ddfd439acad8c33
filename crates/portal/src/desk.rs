//! Between a request and its answer: the source, the frame, and the ways an answer can end.

use crate::ask::{Ask, Form};
use crate::frame::{Frame, Section};
use crate::page::failure::{Failure, Kind};
use crate::source::{Answer, Source, SourceError};
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;

/// What a handler works with. Taking it fails with a page if the state of the network cannot be read.
pub(crate) struct Desk {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) frame: Frame,
    form: Form,
    path: String,
    query: String,
}

impl FromRequestParts<Arc<dyn Source>> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, source: &Arc<dyn Source>) -> Result<Self, Response> {
        let ask = match parts.extensions.get::<Ask>() {
            Some(ask) => ask.clone(),
            None => Ask::read(&parts.uri, ""),
        };
        let (state, failed) = match source.state().await {
            Ok(state) => (Some(state), None),
            Err(error) => (None, Some(error)),
        };
        let desk = Self {
            source: Arc::clone(source),
            frame: Frame::new(Arc::clone(source), &ask, state),
            form: ask.form,
            path: ask.path,
            query: ask.query,
        };
        match failed {
            Some(error) => Err(desk.fail(error.into())),
            None if ask.at_height => Err(desk.fail(Kind::PastHeight)),
            None => Ok(desk),
        }
    }
}

impl Desk {
    /// Says to which part of the site the page belongs.
    pub(crate) const fn in_section(mut self, section: Section) -> Self {
        self.frame.section = section;
        self
    }

    /// Answers with one thing: its page, its data, or the page that says why there is none.
    pub(crate) fn one<T, P>(mut self, answer: Answer<Option<T>>, page: impl FnOnce(Frame, T) -> P) -> Response
    where
        T: Serialize,
        P: Template,
    {
        match answer {
            Err(error) => self.fail(error.into()),
            Ok(None) => self.fail(Kind::NotFound),
            Ok(Some(view)) if self.form == Form::Json => self.json(&view),
            Ok(Some(view)) => {
                self.offer_data();
                self.page(StatusCode::OK, |frame| page(frame, view))
            }
        }
    }

    /// Answers with a list, which may be empty.
    pub(crate) fn list<T, P>(self, answer: Answer<T>, page: impl FnOnce(Frame, T) -> P) -> Response
    where
        T: Serialize,
        P: Template,
    {
        self.one(answer.map(Some), page)
    }

    /// Answers with a page that has no data twin.
    pub(crate) fn plain<P: Template>(self, page: impl FnOnce(Frame) -> P) -> Response {
        match self.form {
            Form::Page => self.page(StatusCode::OK, page),
            Form::Json => self.fail(Kind::NotFound),
        }
    }

    /// Answers with the page that says what went wrong.
    pub(crate) fn fail(self, kind: Kind) -> Response {
        let status = kind.status();
        match self.form {
            Form::Page => self.page(status, |frame| Failure::new(frame, kind)),
            Form::Json => problem(status, &kind.title(&self.frame.words).to_string()),
        }
    }

    fn page<P: Template>(self, status: StatusCode, page: impl FnOnce(Frame) -> P) -> Response {
        let language = HeaderValue::from_static(self.frame.language().tag());
        match page(self.frame).render() {
            Ok(body) => {
                let headers = [
                    (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                    (CONTENT_LANGUAGE, language),
                ];
                (status, headers, body).into_response()
            }
            Err(_) => problem(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be written"),
        }
    }

    fn json<T: Serialize>(&self, view: &T) -> Response {
        match serde_json::to_vec_pretty(view) {
            Ok(body) => ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response(),
            Err(_) => problem(StatusCode::INTERNAL_SERVER_ERROR, "the data could not be written"),
        }
    }

    fn offer_data(&mut self) {
        if self.path != "/" {
            let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
            self.frame.data_address = Some(self.frame.words.to(format!("{}.json{query}", self.path)));
        }
    }
}

/// RFC 9457, with the title alone.
fn problem(status: StatusCode, title: &str) -> Response {
    let body = serde_json::json!({ "status": status.as_u16(), "title": title }).to_string();
    (status, [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))], body).into_response()
}

impl From<SourceError> for Kind {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Unavailable => Self::Unavailable,
            SourceError::BadQuestion => Self::BadQuestion,
        }
    }
}
