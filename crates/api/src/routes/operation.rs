//! What operators and their tools ask.

use crate::interface::Interface;
use crate::problem::Refused;
use crate::rejection::InterfaceRejection;
use crate::request::NoQuery;
use crate::view;
use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use std::sync::Arc;

/// Whether the node's process answers.
#[utoipa::path(get, path = "/healthz", tag = "operation",
    responses((status = 200, description = "It does.", body = String, content_type = "text/plain")))]
pub(super) async fn alive(_: NoQuery) -> &'static str {
    "ok\n"
}

/// Whether the node can serve: it follows the chain and its read model is up to date.
#[utoipa::path(get, path = "/readyz", tag = "operation",
    responses((status = 200, description = "It can.", body = view::Readiness)))]
pub(super) async fn ready(State(interface): State<Arc<Interface>>, _: NoQuery) -> super::Answered<view::Readiness> {
    let readiness = interface.backend.readiness().await;
    if readiness.ready {
        Ok(Json(readiness))
    } else {
        Err(Refused::because(InterfaceRejection::NotReady, readiness.reasons.join(" ")))
    }
}

/// Measurements in the Prometheus text format.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, description = "The measurements.", body = String, content_type = "text/plain")))]
pub(super) async fn metrics(State(interface): State<Arc<Interface>>, _: NoQuery) -> impl IntoResponse {
    let streams = interface.streams.taken();
    let sessions = interface.sessions.len(interface.backend.now());
    let mut text = interface.backend.metrics().await;
    // A registry may close its own part as OpenMetrics does; what follows would stand behind the end.
    text.truncate(text.trim_end().trim_end_matches("# EOF").trim_end().len());
    text.push('\n');
    text.push_str(&interface.measurements.to_text(streams, sessions));
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "operation",
    responses((status = 200, description = "The document, in OpenAPI 3.1.", body = serde_json::Value)))]
pub(super) async fn document(State(interface): State<Arc<Interface>>, _: NoQuery) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], interface.document.clone())
}
