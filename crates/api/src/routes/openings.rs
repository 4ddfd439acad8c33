//! Sealed openings: handed over by their filer, fetched by the supervising authority, read by nobody else.

use crate::access::{Session, supervisor_only};
use crate::backend::Handover;
use crate::interface::Interface;
use crate::problem::Handled;
use crate::rejection::InterfaceRejection;
use crate::request::{CBOR, NoQuery, OCTETS, PathOf, QueryOf, Sealed};
use crate::schema;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use chancery_types::code::RegisterId;
use chancery_types::encoding::to_bytes;
use chancery_types::hash::Digest;
use chancery_types::ids::{MemberId, RecordId};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HandoverQuery {
    /// The register of the return.
    #[param(value_type = schema::CodeText, inline)]
    register: RegisterId,
    /// The record that the bytes open.
    #[param(value_type = schema::ShortId, inline)]
    record: RecordId,
    /// Who files it: the holder of the session.
    #[param(value_type = schema::ShortId, inline)]
    filer: MemberId,
}

/// Hands sealed bytes over to the supervising authority of a register.
///
/// The answer is the node's signed storage receipt. Handing the same bytes over again gives a receipt again.
#[utoipa::path(post, path = "/api/v1/openings", tag = "openings", params(HandoverQuery), security(("session" = [])),
    request_body(content = inline(schema::OctetBody), content_type = "application/octet-stream",
        description = "The sealed bytes, 64 KiB at most."),
    responses(
        (status = 200, description = "The storage receipt in canonical CBOR.", body = inline(schema::CborBody),
            content_type = "application/cbor"),
        (status = 401, description = "There is no session, or it is not good.", body = crate::Problem,
            content_type = "application/problem+json"),
        (status = 403, description = "The session is not the filer's.", body = crate::Problem,
            content_type = "application/problem+json"),
        (status = 422, description = "The vault does not keep it; the number says why.", body = crate::Problem,
            content_type = "application/problem+json"),
    ))]
pub(super) async fn keep(
    State(interface): State<Arc<Interface>>,
    QueryOf(query): QueryOf<HandoverQuery>,
    session: Session,
    Sealed(sealed): Sealed,
) -> Handled<impl IntoResponse> {
    if session.holder.member != query.filer {
        return Err(InterfaceRejection::NotFiler.into());
    }
    let handover =
        Handover { register: query.register, record: query.record, filer: query.filer, sealed: sealed.into() };
    let receipt = interface.answered(interface.backend.keep_opening(handover).await)?;
    Ok(([(CONTENT_TYPE, CBOR)], to_bytes(&receipt)))
}

/// Sealed bytes, for the supervising authority of their register.
#[utoipa::path(get, path = "/api/v1/openings/{digest}", tag = "openings", security(("session" = [])),
    params(("digest" = inline(schema::LongId), Path, description = "Hash of the sealed bytes.")),
    responses(
        (status = 200, description = "The sealed bytes.", body = inline(schema::OctetBody),
            content_type = "application/octet-stream"),
        (status = 401, description = "There is no session, or it is not good.", body = crate::Problem,
            content_type = "application/problem+json"),
        (status = 403, description = "The session is not the supervising authority's.", body = crate::Problem,
            content_type = "application/problem+json"),
    ))]
pub(super) async fn opening(
    State(interface): State<Arc<Interface>>,
    PathOf(digest): PathOf<Digest>,
    _: NoQuery,
    session: Session,
) -> Handled<impl IntoResponse> {
    let kept = interface.found(interface.backend.opening(digest).await)?;
    supervisor_only(Some(&session), kept.authority)?;
    Ok(([(CONTENT_TYPE, OCTETS)], kept.sealed))
}
