//! The authenticated state: present or absent, with a proof.

use super::Answered;
use crate::interface::Interface;
use crate::request::{NoQuery, PathOf};
use crate::{schema, view};
use axum::Json;
use axum::extract::State;
use chancery_types::ids::StateKey;
use std::sync::Arc;

/// A value of the state, or its absence, with a proof at the latest final height.
#[utoipa::path(get, path = "/api/v1/state/{key}", tag = "state",
    params(("key" = inline(schema::LongId), Path, description = "The state key.")),
    responses((status = 200, description = "The value or its absence, with the proof.", body = view::StateProof)))]
pub(super) async fn state(
    State(interface): State<Arc<Interface>>,
    PathOf(key): PathOf<StateKey>,
    _: NoQuery,
) -> Answered<view::StateProof> {
    interface.answered(interface.backend.state(key).await).map(Json)
}
