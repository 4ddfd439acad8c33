//! Who may read what is not public: the one place where the interface decides that.

use crate::interface::Interface;
use crate::problem::{Handled, Refused};
use crate::rejection::InterfaceRejection;
use crate::session::{Holder, Token};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use chancery_types::ids::MemberId;
use std::sync::Arc;

/// A session that came with the request. Its key is good now, not only when the session was opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session {
    pub(crate) holder: Holder,
    pub(crate) token: Token,
}

impl FromRequestParts<Arc<Interface>> for Session {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, interface: &Arc<Interface>) -> Result<Self, Refused> {
        let given = <Self as OptionalFromRequestParts<Arc<Interface>>>::from_request_parts(parts, interface).await?;
        given.ok_or_else(|| InterfaceRejection::SessionNeeded.into())
    }
}

/// For what is public in part: no session is fine, a wrong one is not.
impl OptionalFromRequestParts<Arc<Interface>> for Session {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, interface: &Arc<Interface>) -> Result<Option<Self>, Refused> {
        let mut headers = parts.headers.get_all(AUTHORIZATION).into_iter();
        let (Some(header), None) = (headers.next(), headers.next()) else {
            return if parts.headers.contains_key(AUTHORIZATION) {
                Err(InterfaceRejection::SessionUnknown.into())
            } else {
                Ok(None)
            };
        };
        let token = header.to_str().ok().and_then(bearer).ok_or(InterfaceRejection::SessionUnknown)?;
        let holder = interface.sessions.holder(&token, interface.backend.now());
        let holder = holder.ok_or(InterfaceRejection::SessionUnknown)?;
        // A key that was revoked since then reads nothing more.
        if !interface.answered(interface.backend.is_valid_key(holder.member, holder.key).await)? {
            interface.sessions.end(&token);
            return Err(InterfaceRejection::SessionUnknown.into());
        }
        Ok(Some(Self { holder, token }))
    }
}

fn bearer(header: &str) -> Option<Token> {
    let (scheme, token) = header.split_once(' ')?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(token, &mut bytes).ok()?;
    scheme.eq_ignore_ascii_case("bearer").then_some(bytes)
}

/// What is for the supervising authority alone.
pub(crate) fn supervisor_only(session: Option<&Session>, authority: MemberId) -> Handled<()> {
    match session {
        None => Err(InterfaceRejection::SessionNeeded.into()),
        Some(session) if session.holder.member == authority => Ok(()),
        Some(_) => Err(InterfaceRejection::NotYours.into()),
    }
}
