//! Receipts: offline proofs that anyone can check with the verifier alone.

use crate::backend::FigureId;
use crate::interface::Interface;
use crate::problem::Handled;
use crate::request::{NoQuery, Number, PathOf};
use crate::schema;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::ids::{RecordId, TransactionId, Version};
use chancery_types::period::Period;
use std::sync::Arc;

/// A version's or a publication's number.
type Ordinal = Number<1, { u32::MAX as u64 }>;

/// The receipt of a final transaction, accepted or rejected.
#[utoipa::path(get, path = "/api/v1/receipts/transactions/{id}", tag = "receipts",
    params(("id" = inline(schema::LongId), Path, description = "The transaction's id.")),
    responses((status = 200, description = "The receipt in canonical CBOR.", body = inline(schema::CborBody),
        content_type = "application/cbor")))]
pub(super) async fn of_transaction(
    State(interface): State<Arc<Interface>>,
    PathOf(id): PathOf<TransactionId>,
    _: NoQuery,
) -> Handled<impl IntoResponse> {
    interface.found(interface.backend.transaction_receipt(id).await).map(cbor)
}

/// The receipt of a record's version.
#[utoipa::path(get, path = "/api/v1/receipts/records/{id}/{version}", tag = "receipts",
    params(("id" = inline(schema::ShortId), Path, description = "The record's id."),
        ("version" = u32, Path, description = "The version, from 1.", minimum = 1, maximum = 4294967295_u64)),
    responses((status = 200, description = "The receipt in canonical CBOR.", body = inline(schema::CborBody),
        content_type = "application/cbor")))]
pub(super) async fn of_record(
    State(interface): State<Arc<Interface>>,
    PathOf((id, Number(version))): PathOf<(RecordId, Ordinal)>,
    _: NoQuery,
) -> Handled<impl IntoResponse> {
    let version = Version(u32::try_from(version).unwrap_or(u32::MAX));
    interface.found(interface.backend.record_receipt(id, version).await).map(cbor)
}

/// The receipt of a published figure.
#[utoipa::path(get, path = "/api/v1/receipts/figures/{register}/{period}/{region}/{sequence}", tag = "receipts",
    params(("register" = inline(schema::CodeText), Path, description = "The register."),
        ("period" = inline(schema::PeriodText), Path, description = "The period."),
        ("region" = inline(schema::CodeText), Path, description = "The region."),
        ("sequence" = u32, Path, description = "The publication's number, from 1.", minimum = 1,
            maximum = 4294967295_u64)),
    responses((status = 200, description = "The receipt in canonical CBOR.", body = inline(schema::CborBody),
        content_type = "application/cbor")))]
pub(super) async fn of_figure(
    State(interface): State<Arc<Interface>>,
    PathOf((register, period, region, Number(sequence))): PathOf<(RegisterId, Period, RegionCode, Ordinal)>,
    _: NoQuery,
) -> Handled<impl IntoResponse> {
    let figure = FigureId { register, period, region };
    let sequence = u32::try_from(sequence).unwrap_or(u32::MAX);
    interface.found(interface.backend.figure_receipt(&figure, sequence).await).map(cbor)
}

fn cbor(bytes: Vec<u8>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/cbor")], bytes)
}
