//! The word of a validator that a filing arrived.

use crate::interface::Interface;
use crate::limits::STATEMENT_BYTES_MAX;
use crate::problem::{Handled, Refused};
use crate::rejection::InterfaceRejection;
use crate::request::{CBOR, Cbor, NoQuery};
use crate::schema;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use chancery_crypto::signature::{Purpose, verify};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::intake::IntakeRequest;
use std::sync::Arc;

/// Signs that a filing lies before this validator now.
///
/// The body is `{0: filing digest, 1: filer, 2: key, 3: signature}` in canonical CBOR; the filer's signature is over
/// `{0: filing digest, 1: filer}` with the purpose *intake*. The words of f + 1 validators are the time of filing.
#[utoipa::path(post, path = "/api/v1/intake", tag = "transactions",
    request_body(content = inline(schema::CborBody), content_type = "application/cbor",
        description = "The filer's signed request."),
    responses(
        (status = 200, description = "The validator's signed word, in canonical CBOR.", body = inline(schema::CborBody),
            content_type = "application/cbor"),
        (status = 422, description = "The node gives no word; the number says why.", body = crate::Problem,
            content_type = "application/problem+json"),
    ))]
pub(super) async fn sign(
    State(interface): State<Arc<Interface>>,
    _: NoQuery,
    Cbor(body): Cbor<STATEMENT_BYTES_MAX>,
) -> Handled<impl IntoResponse> {
    let request: IntakeRequest =
        from_bytes(&body).map_err(|error| Refused::because(InterfaceRejection::BadBody, error.to_string()))?;
    let network = interface.backend.network_id();
    verify(Purpose::Intake, &network, &to_bytes(&request.claim()), &request.key, &request.signature)
        .map_err(|_| InterfaceRejection::BadSignature)?;
    if !interface.answered(interface.backend.is_valid_key(request.filer, request.key).await)? {
        return Err(InterfaceRejection::KeyNotValid.into());
    }
    let word = interface.answered(interface.backend.sign_intake(request.filing, request.filer).await)?;
    Ok(([(CONTENT_TYPE, CBOR)], to_bytes(&word)))
}
