//! Sessions: a member signs that it wishes to read what is not public.

use crate::access::Session;
use crate::interface::Interface;
use crate::limits::STATEMENT_BYTES_MAX;
use crate::problem::{Handled, Refused};
use crate::rejection::InterfaceRejection;
use crate::request::{Cbor, NoQuery};
use crate::session::{Holder, Token};
use crate::{schema, view};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chancery_crypto::hash::{Tag, hash};
use chancery_crypto::signature::{Purpose, verify};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::session::{SESSION_MS_MAX, SignedSession};
use std::sync::Arc;

/// Opens a session.
///
/// The body is a signed statement in canonical CBOR, `{0: {0: network, 1: node, 2: member, 3: expires, 4: nonce},
/// 1: key, 2: signature}`, signed with the purpose *session*. It names this node and ends within 15 minutes. Each
/// statement opens one session.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions",
    request_body(content = inline(schema::CborBody), content_type = "application/cbor",
        description = "The signed statement."),
    responses(
        (status = 201, description = "The session is open.", body = view::Session),
        (status = 422, description = "The statement opens no session; the number says why.", body = crate::Problem,
            content_type = "application/problem+json"),
    ))]
pub(super) async fn open(
    State(interface): State<Arc<Interface>>,
    _: NoQuery,
    Cbor(body): Cbor<STATEMENT_BYTES_MAX>,
) -> Handled<(StatusCode, Json<view::Session>)> {
    let signed: SignedSession =
        from_bytes(&body).map_err(|error| Refused::because(InterfaceRejection::BadBody, error.to_string()))?;
    let statement = &signed.statement;
    let network = interface.backend.network_id();
    if statement.network != network || statement.node != interface.backend.node_key() {
        return Err(InterfaceRejection::SessionWrongNode.into());
    }
    let now = interface.backend.now();
    if statement.expires <= now || statement.expires > now.plus_ms(SESSION_MS_MAX) {
        return Err(InterfaceRejection::SessionTime.into());
    }
    let message = to_bytes(statement);
    verify(Purpose::Session, &network, &message, &signed.key, &signed.signature)
        .map_err(|_| InterfaceRejection::BadSignature)?;
    if !interface.answered(interface.backend.is_valid_key(statement.member, signed.key).await)? {
        return Err(InterfaceRejection::KeyNotValid.into());
    }
    let mut token: Token = [0; 32];
    // A node that cannot draw a secret gives none out.
    getrandom::fill(&mut token).map_err(|_| InterfaceRejection::Unavailable)?;
    let holder = Holder { member: statement.member, key: signed.key };
    interface.sessions.open(&token, holder, hash(Tag::Content, &[&message]), statement.expires, now)?;
    let session =
        view::Session { token: hex::encode(token), member: statement.member, expires: statement.expires.into() };
    Ok((StatusCode::CREATED, Json(session)))
}

/// Ends the session whose token is sent.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "sessions", security(("session" = [])),
    responses(
        (status = 204, description = "The session has ended."),
        (status = 401, description = "There is no such session.", body = crate::Problem,
            content_type = "application/problem+json"),
    ))]
pub(super) async fn end(State(interface): State<Arc<Interface>>, _: NoQuery, session: Session) -> StatusCode {
    interface.sessions.end(&session.token);
    StatusCode::NO_CONTENT
}
