//! Content negotiation: an address gives one content type or a few, and says so when none of them is accepted.

use crate::problem::Refused;
use crate::rejection::InterfaceRejection;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The content types that an address gives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Produced(pub(crate) &'static [&'static str]);

/// Refuses a request that accepts nothing of what the address gives.
pub(crate) async fn negotiate(State(Produced(given)): State<Produced>, request: Request, next: Next) -> Response {
    if prefers(request.headers(), given).is_some() {
        next.run(request).await
    } else {
        let detail = format!("This address gives {}.", given.join(" or "));
        Refused::because(InterfaceRejection::NotAcceptable, detail).into_response()
    }
}

/// Which of the types that an address gives the `Accept` headers (RFC 9110 §12.5.1) like best; the earlier one where
/// they like two equally, and the first without such a header.
pub(crate) fn prefers(headers: &HeaderMap, given: &[&'static str]) -> Option<&'static str> {
    let mut best: Option<(u16, &'static str)> = None;
    for kind in given {
        let quality = quality(headers, kind);
        if quality > best.map_or(0, |(liked, _)| liked) {
            best = Some((quality, kind));
        }
    }
    best.map(|(_, kind)| kind)
}

/// How well a type is liked, in thousandths; 0 where it is not accepted. The most specific range that fits decides, so
/// that `*/*, application/json;q=0` does not take JSON.
fn quality(headers: &HeaderMap, given: &str) -> u16 {
    if !headers.contains_key(ACCEPT) {
        return QUALITY_MAX;
    }
    let Some((kind, _)) = given.split_once('/') else { return 0 };
    let mut best: Option<(u8, u16)> = None;
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
        let weight = parts.find_map(|parameter| parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")));
        if best.is_none_or(|(seen, _)| specific >= seen) {
            best = Some((specific, weight.map_or(QUALITY_MAX, thousandths)));
        }
    }
    best.map_or(0, |(_, quality)| quality)
}

const QUALITY_MAX: u16 = 1_000;

/// A weight such as `0.5`; one that is none counts as the best, as if it had not been written.
fn thousandths(weight: &str) -> u16 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u16>()) {
        ("0", Ok(quality)) => quality,
        _ => QUALITY_MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::prefers;
    use axum::http::HeaderMap;
    use axum::http::header::ACCEPT;

    fn check(accept: Option<&str>, given: &[&'static str], expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        if let Some(accept) = accept {
            headers.insert(ACCEPT, accept.parse().unwrap());
        }
        assert_eq!(prefers(&headers, given), expected, "{accept:?}");
    }

    #[test]
    fn the_most_specific_range_decides() {
        let check = |accept: Option<&str>, expected: bool| {
            check(accept, &["application/json"], expected.then_some("application/json"));
        };
        check(None, true);
        check(Some("*/*"), true);
        check(Some("application/*;q=0.5"), true);
        check(Some("text/html, application/json;q=0.1"), true);
        check(Some("Application/JSON"), true);
        check(Some("application/json;q=odd"), true);
        check(Some("text/html"), false);
        check(Some(""), false);
        check(Some("*/*, application/json;q=0"), false);
        check(Some("application/json;q=0.0, */*"), false);
        check(Some("text/*, */*;q=0"), false);
    }

    #[test]
    fn of_several_types_the_one_that_is_liked_best_is_given() {
        let check = |accept: Option<&str>, expected: Option<&str>| {
            check(accept, &["application/json", "application/cbor"], expected);
        };
        check(None, Some("application/json"));
        check(Some("*/*"), Some("application/json"));
        check(Some("application/cbor"), Some("application/cbor"));
        check(Some("application/cbor, application/json"), Some("application/json"));
        check(Some("application/json;q=0.25, application/cbor;q=0.3"), Some("application/cbor"));
        check(Some("application/json;q=0, */*"), Some("application/cbor"));
        check(Some("text/html"), None);
    }
}
