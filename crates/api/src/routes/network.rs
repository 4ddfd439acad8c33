//! The network, its nodes and its refusals.

use super::Answered;
use crate::interface::Interface;
use crate::request::NoQuery;
use crate::view;
use axum::Json;
use axum::extract::State;
use std::sync::Arc;

/// The network and this node's place in it.
#[utoipa::path(get, path = "/api/v1/network", tag = "network",
    responses((status = 200, description = "The network.", body = view::Network)))]
pub(super) async fn network(State(interface): State<Arc<Interface>>, _: NoQuery) -> Answered<view::Network> {
    interface.answered(interface.backend.network().await).map(Json)
}

/// The other nodes, as this one sees them.
#[utoipa::path(get, path = "/api/v1/network/peers", tag = "network",
    responses((status = 200, description = "The nodes.", body = Vec<view::Peer>)))]
pub(super) async fn peers(State(interface): State<Arc<Interface>>, _: NoQuery) -> Answered<Vec<view::Peer>> {
    interface.answered(interface.backend.peers().await).map(Json)
}

/// Every refusal with its stable number, its cause and its remedy.
#[utoipa::path(get, path = "/api/v1/refusals", tag = "network",
    responses((status = 200, description = "The refusals, by number.", body = Vec<view::Refusal>)))]
pub(super) async fn refusals(State(interface): State<Arc<Interface>>, _: NoQuery) -> Answered<Vec<view::Refusal>> {
    Ok(Json(interface.refusals()))
}
