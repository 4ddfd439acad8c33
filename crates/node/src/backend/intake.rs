//! Taking transactions in from members.
//!
//! Whatever the number, it is looked once whether they stand in a block already, once at the state for their senders, and
//! their signatures are checked together.

use crate::machine::IntakeRefusal;
use crate::metrics::{Met, Source};
use crate::pool::NotNow;
use crate::readiness::is_behind;
use crate::services::Services;
use chancery_api::backend::{Answer, BackendError};
use chancery_archive::ArchiveError;
use chancery_consensus::Standing;
use chancery_kernel::identity;
use chancery_ledger::Refusal;
use chancery_ledger::admission::Opened;
use chancery_types::ids::TransactionId;
use std::sync::Arc;

/// A transaction on its way into the pool.
type Candidate = (Arc<Opened>, Vec<u8>);
/// What has been found out about each so far: the answer, or what goes on.
type Sorted = Vec<Result<Candidate, Answer<TransactionId>>>;

impl Services {
    /// Takes transactions into the pool and passes them on. The answers are in the order given.
    pub(super) async fn take_in(&self, envelopes: Vec<Vec<u8>>) -> Vec<Answer<TransactionId>> {
        let count = envelopes.len();
        match self.try_take_in(envelopes).await {
            Ok(answers) => answers,
            Err(error) => vec![Err(error); count],
        }
    }

    async fn try_take_in(&self, envelopes: Vec<Vec<u8>>) -> Answer<Vec<Answer<TransactionId>>> {
        // A node that does not vote never leads: what its one message to the others did not reach would wait here for good.
        // One that is far behind leads when it is level, and so long would it wait.
        if self.engine.standing() != Standing::Voter || is_behind(self) {
            return Err(BackendError::Unavailable);
        }
        let sorted = self.ask(move |services| services.sort_out(envelopes)).await?;
        let sorted = self.identify_all(sorted).await?;
        let services = self.clone();
        tokio::task::spawn_blocking(move || services.admit_all(sorted)).await.map_err(|_| BackendError::Unavailable)
    }

    /// Opens the envelopes and answers for those that are no transactions, or are here already.
    fn sort_out(&self, envelopes: Vec<Vec<u8>>) -> Result<Sorted, ArchiveError> {
        let sort = |bytes: Vec<u8>| {
            let opened = match self.machine.open(&bytes) {
                Ok(opened) => opened,
                Err(refusal) => return Ok(Err(self.refused(refusal))),
            };
            let here = self.machine.waits(&opened.id) || self.archive.place(&opened.id)?.is_some();
            Ok(if here { Err(Ok(opened.id)) } else { Ok((opened, bytes)) })
        };
        envelopes.into_iter().map(sort).collect()
    }

    /// Answers for those whose sender is not one. A stranger must not use up a member's share of the pool.
    async fn identify_all(&self, sorted: Sorted) -> Answer<Sorted> {
        let opened: Vec<Arc<Opened>> = sorted.iter().flatten().map(|(opened, _)| Arc::clone(opened)).collect();
        let identified = self
            .look(move |view, context| {
                let identify = |one: &Arc<Opened>| identity::query::identify(view, context, &one.envelope).map(|_| ());
                opened.iter().map(identify).collect::<Vec<_>>()
            })
            .await?;
        let mut identified = identified.into_iter();
        let mut judge = |candidate: Candidate| match identified.next() {
            Some(Err(refusal)) => Err(self.refused(IntakeRefusal::Refused(refusal.code()))),
            Some(Ok(())) | None => Ok(candidate),
        };
        Ok(sorted.into_iter().map(|one| one.and_then(&mut judge)).collect())
    }

    fn admit_all(&self, sorted: Sorted) -> Vec<Answer<TransactionId>> {
        let candidates: Vec<Candidate> = sorted.iter().flatten().cloned().collect();
        let mut admitted = self.machine.take_in_opened(Source::Member, candidates).into_iter();
        let mut admit = |(opened, bytes): Candidate| {
            let admitted = admitted.next().unwrap_or(Err(NotNow::AlreadyHere.into()));
            if admitted.is_ok() {
                let passed_on = self.engine.submit(bytes);
                self.machine.metrics().gossiped(&opened.id, passed_on);
            }
            match admitted {
                Ok(id) => Ok(id),
                Err(IntakeRefusal::NotNow(NotNow::AlreadyHere)) => Ok(opened.id),
                Err(IntakeRefusal::NotNow(NotNow::Full { retry_ms } | NotNow::ShareUsedUp { retry_ms })) => {
                    Err(BackendError::Busy { retry_after_ms: retry_ms })
                }
                Err(IntakeRefusal::Refused(code)) => Err(BackendError::Refused(code)),
            }
        };
        sorted.into_iter().map(|one| one.map_or_else(|answer| answer, &mut admit)).collect()
    }

    /// A refusal before the pool, counted.
    fn refused(&self, refusal: IntakeRefusal) -> Answer<TransactionId> {
        self.machine.metrics().met(Source::Member, Met::from(&refusal));
        match refusal {
            IntakeRefusal::Refused(code) => Err(BackendError::Refused(code)),
            IntakeRefusal::NotNow(_) => Err(BackendError::Unavailable),
        }
    }
}
