//! How transactions come into the pool.
//!
//! What a member hands in is checked at the door. What another validator passes on was checked at its door; it is opened,
//! and its signature is checked with the rest of its block, which costs half of checking it with the few that came in one
//! message, and nothing for what this node could not order anyway. A validator that once vouched for a forgery is not
//! believed again.

use super::LedgerMachine;
use crate::metrics::{Met, Source};
use crate::pool::{NotNow, Seal};
use chancery_ledger::Refusal;
use chancery_ledger::admission::{Opened, check_expiry, open};
use chancery_ledger::rejection::LedgerRejection;
use chancery_types::hash::Digest;
use chancery_types::ids::TransactionId;
use chancery_types::key::PublicKey;
use chancery_types::rejection::RejectionCode;
use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, MutexGuard, PoisonError};

/// Why a transaction is not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntakeRefusal {
    /// It can never stand in a block of this network.
    #[error("refused: {0}")]
    Refused(RejectionCode),
    /// There is no room now.
    #[error(transparent)]
    NotNow(#[from] NotNow),
}

impl From<LedgerRejection> for IntakeRefusal {
    fn from(refusal: LedgerRejection) -> Self {
        Self::Refused(refusal.code())
    }
}

type Taken = Result<TransactionId, IntakeRefusal>;

impl LedgerMachine {
    /// Checks a transaction that a member hands in and takes it into the pool. Whether the sender may do what it asks
    /// is decided when it is ordered.
    ///
    /// # Errors
    /// Why it is not taken in.
    pub fn take_in(&self, bytes: &[u8]) -> Taken {
        let opened = self.open(bytes).inspect_err(|refusal| self.metrics.met(Source::Member, Met::from(refusal)))?;
        let taken = self.take_in_opened(Source::Member, vec![(opened, bytes.to_vec())]).pop();
        taken.unwrap_or(Err(NotNow::AlreadyHere.into()))
    }

    /// Opens a transaction without looking at its signature.
    ///
    /// # Errors
    /// It can never stand in a block of this network.
    pub(crate) fn open(&self, bytes: &[u8]) -> Result<Arc<Opened>, IntakeRefusal> {
        let opened = open(bytes, self.founding.network)?;
        check_expiry(&opened.envelope.body, self.tip.borrow().time)?;
        Ok(Arc::new(opened))
    }

    /// Takes opened transactions into the pool whose signatures are good; they are checked together. The answers are in
    /// the order given.
    pub(crate) fn take_in_opened(&self, source: Source, given: Vec<(Arc<Opened>, Vec<u8>)>) -> Vec<Taken> {
        let room: Vec<Result<(), NotNow>> = {
            let pool = self.pool();
            given.iter().map(|(opened, _)| pool.room_for(opened, Seal::Checked)).collect()
        };
        // The lock is not held while signatures are checked.
        let worth_checking = given.iter().zip(&room).filter(|(_, room)| room.is_ok()).map(|((opened, _), _)| &**opened);
        // By the whole envelope: two that differ in the signature alone have one id.
        let forged: HashSet<Digest> = self.forged(&worth_checking.collect::<Vec<_>>()).into_iter().collect();
        let mut pool = self.pool();
        let mut take = |(opened, bytes): (Arc<Opened>, Vec<u8>), room: Result<(), NotNow>| {
            room?;
            if forged.contains(&opened.digest) {
                return Err(LedgerRejection::BadSignature.into());
            }
            let id = opened.id;
            pool.admit(opened, bytes, Seal::Checked)?;
            Ok(id)
        };
        let taken = given.into_iter().zip(room).map(|(given, room)| take(given, room));
        taken.inspect(|taken| self.met(source, taken)).collect()
    }

    /// Takes over what another validator passes on; whether anything was new.
    pub(super) fn take_over(&self, from: &PublicKey, transactions: Vec<Vec<u8>>) -> bool {
        let opened = transactions.into_iter().map(|bytes| (self.open(&bytes), bytes));
        let mut good = Vec::new();
        for (opened, bytes) in opened {
            match opened {
                Ok(opened) => good.push((opened, bytes)),
                Err(refusal) => self.metrics.met(Source::Validator, Met::from(&refusal)),
            }
        }
        if self.distrusted().contains(from) {
            return self.take_in_opened(Source::Validator, good).iter().any(Result::is_ok);
        }
        let mut pool = self.pool();
        let mut take = |(opened, bytes): (Arc<Opened>, Vec<u8>)| {
            let id = opened.id;
            pool.admit(opened, bytes, Seal::VouchedBy(*from)).map(|()| id).map_err(IntakeRefusal::from)
        };
        let taken = good.into_iter().map(&mut take).inspect(|taken| self.met(Source::Validator, taken));
        taken.fold(false, |any, taken| any | taken.is_ok())
    }

    fn met(&self, source: Source, taken: &Taken) {
        self.metrics.met(source, taken.as_ref().map_or_else(Met::from, |id| Met::Taken(*id)));
    }

    pub(super) fn distrusted(&self) -> MutexGuard<'_, BTreeSet<PublicKey>> {
        self.distrusted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
