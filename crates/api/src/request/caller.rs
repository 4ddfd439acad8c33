//! Who asks, as the listening side has noted it.

use crate::rate::Address;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;

/// The address that asks.
pub(crate) struct Caller(pub(crate) Address);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().copied().unwrap_or(Address::NOBODY)))
    }
}
