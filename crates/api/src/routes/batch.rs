//! Many transactions in one request, for whoever sends a stream of them.

use crate::backend::{Answer, BackendError};
use crate::interface::Interface;
use crate::limits::{BATCH_BYTES_MAX, BATCH_TRANSACTIONS_MAX};
use crate::problem::{Handled, Refused};
use crate::rate::Cost;
use crate::rejection::InterfaceRejection;
use crate::request::{Cbor, NoQuery};
use crate::{schema, view};
use axum::extract::State;
use axum::{Extension, Json};
use chancery_ledger::Refusal as _;
use chancery_types::encoding::from_bytes;
use chancery_types::ids::TransactionId;
use minicbor::bytes::ByteVec;
use std::sync::Arc;

/// Takes in many signed transactions.
///
/// The body is an array of byte strings in canonical CBOR, each the envelope of a transaction as `POST
/// /api/v1/transactions` takes it: 1 to 4096 of them, 4 MiB in all. The answer has one entry for each, in order. One
/// that is refused does not keep the others from being taken in, and sending all of them again is harmless.
#[utoipa::path(post, path = "/api/v1/transactions/batch", tag = "transactions",
    request_body(content = inline(schema::CborBody), content_type = "application/cbor",
        description = "The envelopes."),
    responses((status = 200, description = "What became of each.", body = Vec<view::BatchEntry>)))]
pub(super) async fn submit(
    State(interface): State<Arc<Interface>>,
    _: NoQuery,
    Cbor(body): Cbor<BATCH_BYTES_MAX>,
) -> Handled<(Extension<Cost>, Json<Vec<view::BatchEntry>>)> {
    let envelopes = envelopes(&body)?;
    let answers = interface.backend.submit_many(envelopes).await;
    // Whoever sends thousands of bad signatures in one request has made the work of thousands of requests.
    let refused = answers.iter().filter(|answer| matches!(answer, Err(BackendError::Refused(_)))).count();
    let entries = answers.into_iter().map(entry).collect();
    Ok((Extension(Cost(u32::try_from(refused).unwrap_or(u32::MAX))), Json(entries)))
}

fn envelopes(body: &[u8]) -> Handled<Vec<Vec<u8>>> {
    let bad = |cause: String| Refused::because(InterfaceRejection::BadBody, cause);
    // The number is looked at before anything is kept: four million empty strings fit into the bytes as well.
    let length = minicbor::Decoder::new(body).array().map_err(|error| bad(error.to_string()))?;
    match length.map(usize::try_from) {
        None => return Err(bad("The array has no definite length.".to_owned())),
        Some(Ok(1..=BATCH_TRANSACTIONS_MAX)) => {}
        Some(_) => return Err(InterfaceRejection::BatchUnfit.into()),
    }
    let strings: Vec<ByteVec> = from_bytes(body).map_err(|error| bad(error.to_string()))?;
    Ok(strings.into_iter().map(Vec::from).collect())
}

fn entry(answer: Answer<TransactionId>) -> view::BatchEntry {
    let refused = |code, retry_after_ms| view::BatchEntry { id: None, code: Some(code), retry_after_ms };
    match answer {
        Ok(id) => view::BatchEntry { id: Some(id), code: None, retry_after_ms: None },
        Err(BackendError::Refused(code)) => refused(code, None),
        Err(BackendError::Busy { retry_after_ms }) => {
            refused(InterfaceRejection::PoolFull.code(), Some(retry_after_ms))
        }
        Err(BackendError::Unavailable) => refused(InterfaceRejection::Unavailable.code(), None),
    }
}
