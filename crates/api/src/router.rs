//! The router: all addresses, their state, and what every answer carries.

use crate::backend::Backend;
use crate::document;
use crate::interface::Interface;
use crate::limits::Limits;
use crate::measure::Measurements;
use crate::problem::Refused;
use crate::rejection::InterfaceRejection;
use crate::routes;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::any;
use bytes::Bytes;
use std::sync::Arc;

/// What no page of another origin, no cache and no frame may do with an answer.
const HEADERS: [(HeaderName, &str); 5] = [
    (CACHE_CONTROL, "no-store"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
];

/// The interface of a node. It has no fallback of its own, so that the portal's can be merged beside it; every
/// address under `/api` is its own.
pub fn router(backend: Arc<dyn Backend>, limits: Limits, measurements: Arc<Measurements>) -> Router {
    let (routes, document) = routes::all().split_for_parts();
    let document = Bytes::from(document::complete(document).to_string());
    let interface = Arc::new(Interface::new(backend, limits, measurements, document));
    routes
        .route("/api", any(not_found))
        .route("/api/", any(not_found))
        .route("/api/{*rest}", any(not_found))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(Arc::clone(&interface), finish))
        .with_state(interface)
}

async fn not_found() -> Refused {
    InterfaceRejection::NotFound.into()
}

async fn method_not_allowed() -> Refused {
    InterfaceRejection::MethodNotAllowed.into()
}

async fn finish(State(interface): State<Arc<Interface>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    interface.measurements.count(&response);
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
