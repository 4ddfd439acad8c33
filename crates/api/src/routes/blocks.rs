//! Blocks.

use super::{Answered, Limit, items, paging};
use crate::backend::{BlockOutcomes, TransactionOutcome};
use crate::interface::Interface;
use crate::limits::EXACT_NUMBER_MAX;
use crate::problem::Handled;
use crate::request::{CBOR, NoQuery, Number, PathOf, QueryOf, prefers};
use crate::{schema, view};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use chancery_types::block::BLOCK_TRANSACTIONS_MAX;
use chancery_types::encoding::to_bytes;
use chancery_types::ids::Height;
use chancery_types::outcome::Outcome;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct BlocksQuery {
    /// Only blocks below this height; without it the latest.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 9007199254740991_u64)]
    before: Option<Number<1, EXACT_NUMBER_MAX>>,
    /// How many at most.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// Final blocks, newest first.
#[utoipa::path(get, path = "/api/v1/blocks", tag = "blocks", params(BlocksQuery),
    responses((status = 200, description = "The blocks.", body = Vec<view::BlockSummary>)))]
pub(super) async fn blocks(
    State(interface): State<Arc<Interface>>,
    QueryOf(query): QueryOf<BlocksQuery>,
) -> Answered<Vec<view::BlockSummary>> {
    let before = query.before.map(|Number(height)| Height(height));
    interface.answered(interface.backend.blocks(before, items(query.limit)).await).map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct BlockQuery {
    /// Only transactions after this place in the block.
    #[param(value_type = u64, required = false, minimum = 0, maximum = 8191)]
    after: Option<Number<0, { BLOCK_TRANSACTIONS_MAX as u64 - 1 }>>,
    /// How many at most.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// A final block with a part of its transactions.
#[utoipa::path(get, path = "/api/v1/blocks/{height}", tag = "blocks",
    params(("height" = u64, Path, description = "The height.", minimum = 0, maximum = 9007199254740991_u64), BlockQuery),
    responses((status = 200, description = "The block.", body = view::Block)))]
pub(super) async fn block(
    State(interface): State<Arc<Interface>>,
    PathOf(Number(height)): PathOf<Number<0, EXACT_NUMBER_MAX>>,
    QueryOf(query): QueryOf<BlockQuery>,
) -> Answered<view::Block> {
    let after = query.after.map(|Number(place)| u32::try_from(place).unwrap_or(u32::MAX));
    let (limit, paging) = paging(after, query.limit);
    let mut block = interface.found(interface.backend.block(Height(height), paging).await)?;
    let more = block.entries.len() > limit;
    block.entries.truncate(limit);
    block.next = if more { block.entries.last().map(|entry| entry.index) } else { None };
    Ok(Json(block))
}

/// What outcomes can be given as; the first where a client does not care.
pub(super) const OUTCOMES_AS: &[&str] = &["application/json", CBOR];

/// The transactions of a final block and what became of each, in the block's order.
///
/// In JSON, or as it stands on the ledger in canonical CBOR: `{0: height, 1: [[id, outcome], …]}`.
#[utoipa::path(get, path = "/api/v1/blocks/{height}/outcomes", tag = "blocks",
    params(("height" = u64, Path, description = "The height.", minimum = 0, maximum = 9007199254740991_u64)),
    responses((status = 200, description = "The outcomes.", content(
        (view::BlockOutcomes = "application/json"), (schema::CborBody = "application/cbor")))))]
pub(super) async fn outcomes(
    State(interface): State<Arc<Interface>>,
    PathOf(Number(height)): PathOf<Number<0, EXACT_NUMBER_MAX>>,
    headers: HeaderMap,
    _: NoQuery,
) -> Handled<Response> {
    let outcomes = interface.found(interface.backend.outcomes(Height(height)).await)?;
    if prefers(&headers, OUTCOMES_AS) == Some(CBOR) {
        return Ok(([(CONTENT_TYPE, CBOR)], to_bytes(&outcomes)).into_response());
    }
    let BlockOutcomes { height, entries } = outcomes;
    Ok(Json(view::BlockOutcomes { height, entries: entries.iter().map(shown).collect() }).into_response())
}

fn shown(entry: &TransactionOutcome) -> view::TransactionOutcome {
    let (events, code) = match entry.outcome {
        Outcome::Accepted { count, .. } => (count, None),
        Outcome::Rejected { code } => (0, Some(code)),
    };
    view::TransactionOutcome { id: entry.id, events, code }
}
