//! Content negotiation: an address gives one content type, and says so when that is not accepted.

use crate::problem::Refused;
use crate::rejection::InterfaceRejection;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The content type that an address gives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Produced(pub(crate) &'static str);

/// Refuses a request that accepts nothing of what the address gives.
pub(crate) async fn negotiate(State(Produced(given)): State<Produced>, request: Request, next: Next) -> Response {
    if accepts(request.headers(), given) {
        next.run(request).await
    } else {
        Refused::because(InterfaceRejection::NotAcceptable, format!("This address gives {given}.")).into_response()
    }
}

/// Whether the `Accept` headers (RFC 9110 §12.5.1), if there are any, take this type. The most specific range that
/// fits decides, so that `*/*, application/json;q=0` does not take JSON.
fn accepts(headers: &HeaderMap, given: &str) -> bool {
    if !headers.contains_key(ACCEPT) {
        return true;
    }
    let Some((kind, _)) = given.split_once('/') else { return false };
    let mut best: Option<(u8, bool)> = None;
    let ranges = headers.get_all(ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    for range in ranges.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let specific = match name.split_once('/') {
            _ if name.eq_ignore_ascii_case(given) => 2,
            Some((range_kind, "*")) if range_kind.eq_ignore_ascii_case(kind) => 1,
            Some(("*", "*")) => 0,
            _ => continue,
        };
        let refused = parts.any(|parameter| {
            let quality = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="));
            quality.is_some_and(|quality| quality.bytes().all(|b| matches!(b, b'0' | b'.')))
        });
        if best.is_none_or(|(seen, _)| specific >= seen) {
            best = Some((specific, !refused));
        }
    }
    best.is_some_and(|(_, taken)| taken)
}

#[cfg(test)]
mod tests {
    use super::accepts;
    use axum::http::HeaderMap;
    use axum::http::header::ACCEPT;

    #[test]
    fn the_most_specific_range_decides() {
        let check = |accept: Option<&str>, expected: bool| {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(ACCEPT, accept.parse().unwrap());
            }
            assert_eq!(accepts(&headers, "application/json"), expected, "{accept:?}");
        };
        check(None, true);
        check(Some("*/*"), true);
        check(Some("application/*;q=0.5"), true);
        check(Some("text/html, application/json;q=0.1"), true);
        check(Some("Application/JSON"), true);
        check(Some("text/html"), false);
        check(Some(""), false);
        check(Some("*/*, application/json;q=0"), false);
        check(Some("application/json;q=0.0, */*"), false);
        check(Some("text/*, */*;q=0"), false);
    }
}
