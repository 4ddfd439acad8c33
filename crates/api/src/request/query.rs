//! Query parameters. Unknown ones are refused: a misspelt filter must not silently give everything.

use crate::problem::Refused;
use crate::rejection::InterfaceRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// The query, parsed. `T` denies unknown fields.
pub(crate) struct QueryOf<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(error) => Err(Refused::because(InterfaceRejection::BadQuery, error.body_text())),
        }
    }
}

/// No query.
pub(crate) struct NoQuery;

impl<S: Send + Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        match parts.uri.query() {
            None | Some("") => Ok(Self),
            Some(_) => Err(Refused::because(InterfaceRejection::BadQuery, "This address takes no query parameters.")),
        }
    }
}
