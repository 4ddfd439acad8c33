//! Refusals on the wire: problem details (RFC 9457) with the stable number and the remedy.

use crate::measure::Number;
use crate::rejection::InterfaceRejection;
use crate::schema;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chancery_ledger::Refusal as _;
use chancery_ledger::rejection::RejectionText;
use chancery_types::rejection::RejectionCode;
use serde::Serialize;
use utoipa::ToSchema;

/// The content type of a refusal.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request was refused and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Where the refusal is explained on this node.
    #[serde(rename = "type")]
    #[schema(example = "/refusals/90-002")]
    pub kind: String,
    /// What was wrong, in general.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What was wrong with this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub detail: Option<String>,
    /// The stable number.
    #[schema(value_type = schema::RefusalNumber)]
    pub code: RejectionCode,
    /// What to do.
    pub remedy: String,
}

/// A refused request.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    text: RejectionText,
    status: StatusCode,
    detail: Option<String>,
    retry_after_s: Option<u64>,
}

/// What a handler gives back.
pub(crate) type Handled<T> = Result<T, Refused>;

impl Refused {
    /// A refusal with what was wrong with this request. The detail never repeats more than a parameter's value.
    pub(crate) fn because(rejection: InterfaceRejection, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..rejection.into() }
    }

    /// A refusal by the ledger or an application.
    pub(crate) fn of(text: RejectionText, status: StatusCode) -> Self {
        Self { text, status, detail: None, retry_after_s: None }
    }

    /// The same, with the time after which it is worth trying again, in whole seconds and at least one.
    pub(crate) fn retry_after_ms(mut self, ms: u64) -> Self {
        self.retry_after_s = Some(ms.div_ceil(1_000).max(1));
        self
    }
}

/// The text of one of the interface's own refusals.
fn text_of(rejection: InterfaceRejection) -> RejectionText {
    let code = rejection.code();
    // The list is made from the same lines as the type, so the number is always found; the fallback has its sentence.
    InterfaceRejection::ALL.iter().find(|text| text.code == code).copied().unwrap_or(RejectionText {
        code,
        name: "Interface",
        cause: "The request is refused.",
        remedy: "Look up the number.",
    })
}

impl From<InterfaceRejection> for Refused {
    fn from(rejection: InterfaceRejection) -> Self {
        let refused = Self::of(text_of(rejection), rejection.status());
        match rejection.status() {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => refused.retry_after_ms(1_000),
            _ => refused,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let problem = Problem {
            kind: format!("/refusals/{}", self.text.code),
            title: self.text.cause.to_owned(),
            status: self.status.as_u16(),
            detail: self.detail,
            code: self.text.code,
            remedy: self.text.remedy.to_owned(),
        };
        // Text and numbers always serialise; an empty body would still carry the status.
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (self.status, [(CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Number(self.text.code));
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
