//! Transactions: taken in, waited for, looked up.

use super::Answered;
use crate::backend::{FinalTransaction, KnownTransaction};
use crate::interface::Interface;
use crate::limits::{WAIT_MS_DEFAULT, WAIT_MS_MAX};
use crate::problem::Handled;
use crate::request::{Cbor, NoQuery, Number, PathOf, QueryOf};
use crate::{schema, view};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chancery_types::ids::TransactionId;
use chancery_types::outcome::Outcome;
use chancery_types::transaction::TRANSACTION_BYTES_MAX;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// What a sender may wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wait {
    /// The block in which it stands is final.
    Final,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SubmitQuery {
    /// Answer when the transaction is final, or when the time is up.
    #[param(value_type = Wait, required = false, inline)]
    wait: Option<Wait>,
    /// How long to wait at most; nothing is waited for without `wait`.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 20000, default = 10000)]
    timeout_ms: Option<Number<1, WAIT_MS_MAX>>,
}

/// Takes in a signed transaction.
///
/// The body is an envelope in canonical CBOR, `{0: {0: network, 1: application, 2: sender, 4: expires, 5: salt,
/// 6: payload}, 1: key, 2: signature}`, of at most 256 KiB. Nobody else's word is needed: the envelope carries its
/// sender's signature over the id of its body, with the purpose *transaction*. Sending a transaction again is
/// harmless; sending one that is final gives its first outcome.
#[utoipa::path(post, path = "/api/v1/transactions", tag = "transactions", params(SubmitQuery),
    request_body(content = inline(schema::CborBody), content_type = "application/cbor", description = "The envelope."),
    responses(
        (status = 200, description = "It is final; see its status for the outcome.", body = view::Transaction),
        (status = 202, description = "It is taken in and waits for a block.", body = view::Transaction),
        (status = 422, description = "It is refused with a number and will not be ordered.", body = crate::Problem,
            content_type = "application/problem+json"),
    ))]
pub(super) async fn submit(
    State(interface): State<Arc<Interface>>,
    QueryOf(query): QueryOf<SubmitQuery>,
    Cbor(envelope): Cbor<TRANSACTION_BYTES_MAX>,
) -> Handled<(StatusCode, Json<view::Transaction>)> {
    let id = interface.answered(interface.backend.submit(envelope.into()).await)?;
    let known = match query.wait {
        Some(Wait::Final) => {
            let at_most = Duration::from_millis(query.timeout_ms.map_or(WAIT_MS_DEFAULT, |Number(ms)| ms));
            interface.answered(interface.backend.wait_final(id, at_most).await)?
        }
        None => match interface.answered(interface.backend.transaction(id).await)? {
            Some(KnownTransaction::Final(place)) => Some(place),
            Some(KnownTransaction::Pending) | None => None,
        },
    };
    let status = if known.is_some() { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok((status, Json(shown(&interface, id, known))))
}

/// A transaction: waiting for a block, or final with its outcome.
#[utoipa::path(get, path = "/api/v1/transactions/{id}", tag = "transactions",
    params(("id" = inline(schema::LongId), Path, description = "The transaction's id.")),
    responses((status = 200, description = "The transaction.", body = view::Transaction)))]
pub(super) async fn transaction(
    State(interface): State<Arc<Interface>>,
    PathOf(id): PathOf<TransactionId>,
    _: NoQuery,
) -> Answered<view::Transaction> {
    let known = match interface.found(interface.backend.transaction(id).await)? {
        KnownTransaction::Pending => None,
        KnownTransaction::Final(place) => Some(place),
    };
    Ok(Json(shown(&interface, id, known)))
}

fn shown(interface: &Interface, id: TransactionId, known: Option<FinalTransaction>) -> view::Transaction {
    let (status, events, refusal) = match known.map(|place| place.outcome) {
        None => (view::TransactionStatus::TakenIn, None, None),
        Some(Outcome::Accepted { count, .. }) => (view::TransactionStatus::Accepted, Some(count), None),
        Some(Outcome::Rejected { code }) => (view::TransactionStatus::Rejected, Some(0), Some(interface.refusal(code))),
    };
    view::Transaction {
        id,
        status,
        height: known.map(|place| place.height),
        index: known.map(|place| place.index),
        time: known.map(|place| place.time.into()),
        events,
        refusal,
    }
}
