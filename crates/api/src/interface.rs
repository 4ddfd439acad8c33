//! What all handlers share: the node behind, the bounds, the sessions, and the sentences of refusals.

use crate::backend::{Answer, Backend, BackendError};
use crate::crowd::Crowd;
use crate::limits::Limits;
use crate::measure::Measurements;
use crate::problem::{Handled, Refused};
use crate::rejection::{INTERFACE, InterfaceRejection};
use crate::session::SessionTable;
use crate::view;
use axum::http::StatusCode;
use bytes::Bytes;
use chancery_ledger::Refusal as _;
use chancery_ledger::rejection::{LedgerRejection, RejectionText};
use chancery_types::rejection::RejectionCode;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The state of the router.
pub(crate) struct Interface {
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) limits: Limits,
    pub(crate) sessions: SessionTable,
    pub(crate) streams: Arc<Crowd>,
    pub(crate) measurements: Arc<Measurements>,
    /// The OpenAPI document as it is served.
    pub(crate) document: Bytes,
    refusals: BTreeMap<RejectionCode, RejectionText>,
}

impl Interface {
    pub(crate) fn new(
        backend: Arc<dyn Backend>,
        limits: Limits,
        measurements: Arc<Measurements>,
        document: Bytes,
    ) -> Self {
        let all = backend.refusals().into_iter().chain(InterfaceRejection::ALL.iter().copied());
        Self {
            sessions: SessionTable::new(limits.sessions_max, limits.sessions_per_member_max),
            streams: Arc::new(Crowd::new(limits.streams_max, limits.connections_per_address_max)),
            measurements,
            refusals: all.map(|text| (text.code, text)).collect(),
            backend,
            limits,
            document,
        }
    }

    /// Every refusal, by number.
    pub(crate) fn refusals(&self) -> Vec<view::Refusal> {
        self.refusals.values().map(view::Refusal::from).collect()
    }

    /// A refusal in words; one that no installed application knows is shown by its number.
    pub(crate) fn refusal(&self, code: RejectionCode) -> view::Refusal {
        (&self.text(code)).into()
    }

    fn text(&self, code: RejectionCode) -> RejectionText {
        self.refusals.get(&code).copied().unwrap_or(RejectionText {
            code,
            name: "Unknown",
            cause: "An application that this node does not have refused it.",
            remedy: "Look the number up in the documents of the application.",
        })
    }

    /// What the node answered, or its refusal with status and words.
    pub(crate) fn answered<T>(&self, answer: Answer<T>) -> Handled<T> {
        answer.map_err(|error| match error {
            BackendError::Refused(code) => self.refused(code),
            BackendError::Busy { retry_after_ms } => {
                Refused::from(InterfaceRejection::PoolFull).retry_after_ms(retry_after_ms)
            }
            BackendError::Unavailable => InterfaceRejection::Unavailable.into(),
        })
    }

    /// The same for one thing, which may not be there.
    pub(crate) fn found<T>(&self, answer: Answer<Option<T>>) -> Handled<T> {
        self.answered(answer)?.ok_or_else(|| InterfaceRejection::Absent.into())
    }

    fn refused(&self, code: RejectionCode) -> Refused {
        let own = InterfaceRejection::from_code(code);
        if let Some(rejection) = own {
            return rejection.into();
        }
        let malformed = code == LedgerRejection::Malformed.code();
        let status = if malformed { StatusCode::BAD_REQUEST } else { StatusCode::UNPROCESSABLE_ENTITY };
        Refused::of(self.text(code), status)
    }
}

impl InterfaceRejection {
    /// The refusal of a number; nothing if it is not the interface's.
    pub fn from_code(code: RejectionCode) -> Option<Self> {
        if code.application != INTERFACE {
            return None;
        }
        Self::EVERY.iter().copied().find(|rejection| rejection.code() == code)
    }
}
