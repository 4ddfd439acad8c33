//! A request as an input: `[method, address, [[name, value] …], body]`, and what every answer must be.

use crate::cbor::Value;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::BodyExt;
use std::sync::OnceLock;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

/// The most of an answer that is read; streams have no end.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// How long, by the paused clock, an answer may take: longer than any wait that a request can ask for.
const PATIENCE: Duration = Duration::from_secs(60);

/// One runtime whose clock jumps from timer to timer.
pub(super) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Builder::new_current_thread().enable_time().start_paused(true).build().unwrap())
}

/// The bytes of a request.
pub(super) fn request(method: &str, address: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let text = |text: &str| Value::Text(text.to_owned());
    let headers = headers.iter().map(|(name, value)| Value::Array(vec![text(name), text(value)]));
    let headers = Value::Array(headers.collect());
    Value::Array(vec![text(method), text(address), headers, Value::Bytes(body.to_vec())]).write()
}

/// Reads a request; nothing where HTTP has no such request. `replace` may put something in place of a header's value.
pub(super) fn read(input: &[u8], replace: impl Fn(&str) -> Option<String>) -> Option<Request<Body>> {
    let value = Value::read(input)?;
    let [method, address, headers, body] = value.as_array()? else { return None };
    let method: Method = method.as_text()?.parse().ok()?;
    let address: Uri = address.as_text()?.parse().ok().filter(|address: &Uri| address.path().starts_with('/'))?;
    let mut request =
        Request::builder().method(method).uri(address).body(Body::from(body.as_bytes()?.to_vec())).ok()?;
    for header in headers.as_array()?.iter().take(64) {
        let [name, value] = header.as_array()? else { return None };
        let name: HeaderName = name.as_text()?.parse().ok()?;
        let value = value.as_text()?;
        let value = HeaderValue::from_str(&replace(value).unwrap_or_else(|| value.to_owned())).ok()?;
        request.headers_mut().append(name, value);
    }
    Some(request)
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// The body, or its beginning.
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Asks a router and reads what it answers, a stream's beginning only.
pub(super) async fn ask(router: &Router, request: Request<Body>) -> Answer {
    let answer = tokio::time::timeout(PATIENCE, router.clone().oneshot(request)).await;
    let (parts, mut body) = answer.expect("an answer comes in time").expect("a router always answers").into_parts();
    let streams = parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
    let mut read = Vec::new();
    while !streams && let Some(frame) = body.frame().await {
        read.extend(frame.expect("an answer is whole").into_data().unwrap_or_else(|_| Bytes::new()));
        assert!(read.len() <= ANSWER_BYTES_MAX, "an answer of more than {ANSWER_BYTES_MAX} bytes");
    }
    Answer { status: parts.status, headers: parts.headers, body: read }
}
