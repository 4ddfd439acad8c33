//! What a supervising authority does: open what was sealed to it, decide, form totals, publish.
//!
//! Promises: a return is accepted only if its openings are those of its commitments and every value lies in its declared
//! range; a confidential figure is published only if enough owners stand behind it, none dominates it, and what is
//! left between it and the figures around it is as safe ([`suppression`]); its dominance statement is made after the
//! check and not instead of it. Nothing that was opened is written to disk: the vault keeps the sealed form, and a new
//! run opens it again. Does not promise: protection against tables of other registers that overlap.

mod dominance;
mod opened;
mod publish;
mod sums;
pub mod suppression;

pub use dominance::dominant_share;
pub use opened::{Flaw, Opened, judge};
pub use publish::publish_open;
pub use sums::{Contribution, Sums};

use crate::error::ClientError;
use crate::filing::structure;
use crate::http::{Client, SessionToken};
use crate::randomness::generator;
use crate::signing::Signer;
use chancery_api::view;
use chancery_crypto::seal::SealingKey;
use chancery_statistics::ids::{DECISIONS_PER_BATCH_MAX, STATISTICS};
use chancery_statistics::transaction::{Decisions, NewStructure, StatisticsTransaction, Verdict};
use chancery_types::code::RegisterId;
use chancery_types::ids::{MemberId, RecordId, Version};
use chancery_types::period::Period;
use chancery_types::record::Assurance;
use std::collections::BTreeMap;

/// The most links between a subject and the member that stands behind it in the end.
const OWNERS_MAX: usize = 8;

/// An authority at work on one period of a confidential register, at its own node.
pub struct Office<'a> {
    client: &'a Client,
    signer: Signer,
    sealing_key: SealingKey,
    session: SessionToken,
    register: RegisterId,
    collection: view::Collection,
    structure: NewStructure,
    /// What was opened and found good, by version.
    opened: BTreeMap<(RecordId, Version), Opened>,
    owners: BTreeMap<MemberId, MemberId>,
}

/// What came of looking through undecided returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// Versions accepted.
    pub accepted: usize,
    /// Versions refused, and why.
    pub refused: Vec<(RecordId, Version, Flaw)>,
    /// Versions whose openings have not been handed over, within the authority's term: left undecided.
    pub waiting: Vec<(RecordId, Version)>,
}

impl<'a> Office<'a> {
    /// Sits down: opens a session at the authority's node and reads what is asked in the register.
    ///
    /// # Errors
    /// As every request; also if the register has no structure or the period is not open.
    pub async fn open(
        client: &'a Client,
        signer: Signer,
        sealing_key: SealingKey,
        register: RegisterId,
        period: Period,
    ) -> Result<Self, ClientError> {
        let detail = client.register(&register).await?;
        let asked = detail.structure.as_ref().map(|asked| structure(&register, asked));
        let structure =
            asked.ok_or_else(|| ClientError::Statistics(format!("register {register} has no structure")))?;
        let collection = detail.periods.into_iter().find(|collection| collection.period == period);
        let collection = collection
            .ok_or_else(|| ClientError::Statistics(format!("period {period} of register {register} is not open")))?;
        let session = client.open_session(&signer, &mut generator()?).await?;
        let (opened, owners) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { client, signer, sealing_key, session, register, collection, structure, opened, owners })
    }

    /// Decides on every filed return whose openings are here.
    ///
    /// # Errors
    /// As every request. What was decided before stays decided, so trying again is safe.
    pub async fn decide(&mut self) -> Result<Decided, ClientError> {
        let mut decided = Decided::default();
        let mut verdicts = Vec::new();
        let filed = self.client.records(&self.register, self.collection.period, Some(Assurance::Filed)).await?;
        for summary in filed {
            let (record, version) = (summary.id, summary.latest);
            match self.look_at(record, version).await? {
                Ok(()) => {
                    decided.accepted += 1;
                    verdicts.push(Verdict { record, version, refusal: None });
                }
                Err(Flaw::NotHandedOver) if !self.term_is_over(record, version).await? => {
                    decided.waiting.push((record, version));
                }
                Err(flaw) => {
                    verdicts.push(Verdict { record, version, refusal: Some(flaw.number()) });
                    decided.refused.push((record, version, flaw));
                }
            }
        }
        let mut rng = generator()?;
        for batch in verdicts.chunks(DECISIONS_PER_BATCH_MAX) {
            let decisions = Decisions { register: self.register.clone(), verdicts: batch.to_vec() };
            let message = StatisticsTransaction::Decide(decisions);
            let signed = self.signer.sign(STATISTICS, &message, self.client.now(), &mut rng);
            self.client.carry_out(&signed).await?;
        }
        Ok(decided)
    }

    /// Opens one version and judges it; what is good is kept in memory for the totals.
    async fn look_at(&mut self, record: RecordId, version: Version) -> Result<Result<(), Flaw>, ClientError> {
        if self.opened.contains_key(&(record, version)) {
            return Ok(Ok(()));
        }
        let known = self.client.record(record).await?;
        let found = known.versions.iter().find(|known| known.version == version);
        let found =
            found.ok_or_else(|| ClientError::Statistics(format!("record {record} has no version {version}")))?;
        let Some(digest) = found.sealed else { return Ok(Err(Flaw::CannotBeOpened)) };
        let sealed = match self.client.opening(&self.session, digest).await {
            Ok(sealed) => sealed,
            Err(error) if error.is_absent() => return Ok(Err(Flaw::NotHandedOver)),
            Err(error) => return Err(error),
        };
        let judged = judge(&self.sealing_key, &self.signer.network, &self.structure, &known.summary, found, &sealed);
        Ok(judged.map(|opened| {
            self.opened.insert((record, version), opened);
        }))
    }

    /// Whether the authority has waited for openings as long as it must before it refuses for their absence.
    async fn term_is_over(&self, record: RecordId, version: Version) -> Result<bool, ClientError> {
        let known = self.client.record(record).await?;
        let filed = known.versions.iter().find(|known| known.version == version).map(|known| known.filed.ms);
        let term = self.collection.decision_term_ms;
        Ok(filed.is_some_and(|filed| filed.saturating_add(term) < self.client.now().0))
    }

    /// Who stands behind a subject in the end: respondents are counted by this member.
    async fn owner(&mut self, subject: MemberId) -> Result<MemberId, ClientError> {
        if let Some(owner) = self.owners.get(&subject) {
            return Ok(*owner);
        }
        let mut last = subject;
        for _ in 0..OWNERS_MAX {
            match self.client.member(last).await?.owner {
                Some(owner) => last = owner,
                None => break,
            }
        }
        self.owners.insert(subject, last);
        Ok(last)
    }
}

impl std::fmt::Debug for Office<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Office").field("register", &self.register).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
