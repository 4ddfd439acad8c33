//! Bodies: of one content type, bounded in size and in time, and canonical where they are CBOR.

use crate::interface::Interface;
use crate::limits::OPENING_BYTES_MAX;
use crate::problem::Refused;
use crate::rejection::InterfaceRejection;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::sync::Arc;
use std::time::Duration;

/// The content type of everything that is signed.
pub(crate) const CBOR: &str = "application/cbor";
/// The content type of sealed bytes.
pub(crate) const OCTETS: &str = "application/octet-stream";

/// A CBOR body of at most `MAX` bytes, not decoded yet.
pub(crate) struct Cbor<const MAX: usize>(pub(crate) Bytes);

impl<const MAX: usize> FromRequest<Arc<Interface>> for Cbor<MAX> {
    type Rejection = Refused;

    async fn from_request(request: Request, interface: &Arc<Interface>) -> Result<Self, Refused> {
        receive(request, CBOR, MAX, interface.limits.body_timeout).await.map(Self)
    }
}

/// Sealed bytes.
pub(crate) struct Sealed(pub(crate) Bytes);

impl FromRequest<Arc<Interface>> for Sealed {
    type Rejection = Refused;

    async fn from_request(request: Request, interface: &Arc<Interface>) -> Result<Self, Refused> {
        let sealed = receive(request, OCTETS, OPENING_BYTES_MAX, interface.limits.body_timeout).await?;
        if sealed.is_empty() {
            return Err(Refused::because(InterfaceRejection::BadBody, "The body is empty."));
        }
        Ok(Self(sealed))
    }
}

async fn receive(request: Request, kind: &'static str, max: usize, timeout: Duration) -> Result<Bytes, Refused> {
    if !is_of_type(request.headers(), kind) {
        return Err(Refused::because(InterfaceRejection::UnsupportedMediaType, format!("This address takes {kind}.")));
    }
    // Nothing is unpacked here, so a body that is packed is refused as what it is.
    if request
        .headers()
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(Refused::because(InterfaceRejection::UnsupportedMediaType, "This address takes no packed bodies."));
    }
    let too_large =
        || Refused::because(InterfaceRejection::BodyTooLarge, format!("This address takes {max} bytes at most."));
    // A length that is declared too large is refused before a byte of it is read.
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > max as u64) {
        return Err(too_large());
    }
    let body: Limited<Body> = Limited::new(request.into_body(), max);
    match tokio::time::timeout(timeout, body.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Refused::because(InterfaceRejection::BadBody, "The body broke off.")),
        Err(_) => Err(InterfaceRejection::BodyTooSlow.into()),
    }
}

fn is_of_type(headers: &HeaderMap, kind: &str) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(kind)
}
