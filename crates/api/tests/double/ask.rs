//! Asking the router without a network.

use super::{Double, NETWORK, NOW, keys};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use axum::http::{Method, Request, StatusCode};
use chancery_api::{Limits, router};
use chancery_crypto::digest::transaction_id;
use chancery_crypto::signature::Purpose;
use chancery_types::encoding::to_bytes;
use chancery_types::hash::Digest;
use chancery_types::ids::ApplicationId;
use chancery_types::intake::{IntakeClaim, IntakeRequest};
use chancery_types::session::{SessionStatement, SignedSession};
use chancery_types::time::{BlockTime, MINUTE_MS};
use chancery_types::transaction::{Body as TransactionBody, Envelope};
use http_body_util::BodyExt;
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt;

pub const CBOR: &str = "application/cbor";
pub const OCTETS: &str = "application/octet-stream";

/// The interface over a double.
pub struct World {
    pub double: Arc<Double>,
    pub router: Router,
}

impl World {
    pub fn new() -> Self {
        Self::with(Limits::default())
    }

    pub fn with(limits: Limits) -> Self {
        let double = Arc::new(Double::new());
        let router = router(Arc::clone(&double) as Arc<_>, limits, Arc::default());
        Self { double, router }
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Reply { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes() }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn get_accepting(&self, path: &str, accept: &str) -> Reply {
        self.send(Request::get(path).header(ACCEPT, accept).body(Body::empty()).unwrap()).await
    }

    pub async fn get_as(&self, token: &str, path: &str) -> Reply {
        let request = Request::get(path).header(AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, kind: &str, body: impl Into<Body>) -> Reply {
        self.send(Request::post(path).header(CONTENT_TYPE, kind).body(body.into()).unwrap()).await
    }

    pub async fn send_as(&self, token: &str, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Reply {
        let request = Request::builder().method(method).uri(path).header(CONTENT_TYPE, kind);
        self.send(request.header(AUTHORIZATION, format!("Bearer {token}")).body(body.into()).unwrap()).await
    }

    /// Opens a session and gives its token.
    pub async fn session(&self, who: u8, nonce: u64) -> String {
        let reply = self.post("/api/v1/sessions", CBOR, to_bytes(&signed_session(who, nonce))).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{reply:?}");
        reply.json()["token"].as_str().unwrap().to_owned()
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn kind(&self) -> &str {
        self.headers.get(CONTENT_TYPE).map_or("", |kind| kind.to_str().unwrap())
    }

    /// Checks that this is a refusal with this status and number, with all that a refusal has.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.kind()), (status, "application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/refusals/{code}"));
        for field in ["title", "remedy"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {problem}");
        }
    }
}

/// A session's statement by a member, good for ten minutes.
pub fn session_statement(who: u8, nonce: u64) -> SessionStatement {
    SessionStatement {
        network: NETWORK,
        node: keys::signing(super::NODE).public_key(),
        member: keys::member(who),
        expires: NOW.plus_ms(10 * MINUTE_MS),
        nonce,
    }
}

pub fn sign_session(who: u8, statement: SessionStatement) -> SignedSession {
    let key = keys::signing(who);
    let signature = key.sign(Purpose::Session, &NETWORK, &to_bytes(&statement));
    SignedSession { statement, key: key.public_key(), signature }
}

pub fn signed_session(who: u8, nonce: u64) -> SignedSession {
    sign_session(who, session_statement(who, nonce))
}

/// A signed transaction; application 99 is rejected by the double, every other accepted.
pub fn envelope(who: u8, application: u16) -> Envelope {
    envelope_until(who, application, NOW.plus_ms(MINUTE_MS))
}

pub fn envelope_until(who: u8, application: u16, expires: BlockTime) -> Envelope {
    let body = TransactionBody {
        network: NETWORK,
        application: ApplicationId(application),
        sender: keys::member(who),
        expires,
        salt: 1,
        payload: vec![0xa0],
    };
    let key = keys::signing(who);
    let signature = key.sign(Purpose::Transaction, &NETWORK, transaction_id(&body).as_bytes());
    Envelope { body, key: key.public_key(), signature }
}

pub fn intake_request(who: u8) -> IntakeRequest {
    let key = keys::signing(who);
    let claim = IntakeClaim { filing: Digest([1; 32]), filer: keys::member(who) };
    let signature = key.sign(Purpose::Intake, &NETWORK, &to_bytes(&claim));
    IntakeRequest { filing: claim.filing, filer: claim.filer, key: key.public_key(), signature }
}
