//! What requests and answers weigh while they are under way: the large ones hold places, so that their sum is bounded.
//!
//! A small body or answer is bounded by the number of connections. Were that all, two thousand clients could each send
//! most of the largest body and stop, or ask for the longest list and read nothing, and fill the memory.

use crate::crowd::Guest;
use crate::limits::{BATCH_BYTES_MAX, LIGHT_BYTES_MAX};
use axum::body::{Body, HttpBody};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, Response};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Collected};
use hyper::body::{Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// How many bytes a place stands for.
const PLACE_BYTES: usize = 64 * 1024;

/// How many places so many bytes take.
pub(crate) fn places(bytes: usize) -> usize {
    if bytes <= LIGHT_BYTES_MAX { 0 } else { bytes.div_ceil(PLACE_BYTES) }
}

/// How many places make up so many bytes.
pub(crate) fn places_max(bytes_max: usize) -> usize {
    bytes_max / PLACE_BYTES
}

/// The places that a request's body takes: by its declared length, or as much as any address takes.
pub(crate) fn of_request(headers: &HeaderMap, has_body: bool) -> usize {
    let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if has_body { places(declared.unwrap_or(BATCH_BYTES_MAX).min(BATCH_BYTES_MAX)) } else { 0 }
}

/// The places that an answer takes. A stream's length is not known; streams are bounded in number.
pub(crate) fn of_answer(answer: &Response<Body>) -> usize {
    places(answer.body().size_hint().exact().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0))
}

/// An answer that holds its places until it is handed over, in portions, so that the connection's own buffer never
/// takes more of it than the client has read.
pub(crate) async fn held(answer: Response<Body>, guest: Guest) -> Response<Body> {
    let (parts, body) = answer.into_parts();
    // A body whose length is known is in memory, so nothing is waited for and nothing breaks off.
    let rest = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    Response::from_parts(parts, Body::new(Portions { rest, _guest: guest }))
}

struct Portions {
    rest: Bytes,
    _guest: Guest,
}

impl HttpBody for Portions {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let portion = self.rest.len().min(LIGHT_BYTES_MAX);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(portion)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::{of_request, places};
    use axum::http::HeaderMap;
    use axum::http::header::CONTENT_LENGTH;

    #[test]
    fn what_is_small_takes_no_place_and_what_is_unknown_takes_the_most() {
        for (bytes, expected) in [(0, 0), (16 * 1024, 0), (16 * 1024 + 1, 1), (64 * 1024, 1), (64 * 1024 + 1, 2)] {
            assert_eq!(places(bytes), expected, "{bytes}");
        }
        let mut headers = HeaderMap::new();
        assert_eq!((of_request(&headers, false), of_request(&headers, true)), (0, 64));
        headers.insert(CONTENT_LENGTH, "5000000000".parse().unwrap());
        assert_eq!(of_request(&headers, true), 64);
        headers.insert(CONTENT_LENGTH, "70000".parse().unwrap());
        assert_eq!(of_request(&headers, true), 2);
    }
}
