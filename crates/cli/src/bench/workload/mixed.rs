//! What an office's day is made of: single returns, batches, corrections, and the authority's decisions.
//!
//! Of ten transactions six are single returns, one is a batch in clear and one a confidential batch, one corrects a return
//! and one decides on a confidential batch. What is corrected and decided on was filed before the clock started, so
//! nothing waits for anything else.

use super::batch::BATCH_RECORDS;
use super::{Batches, Singles, Workload};
use crate::bench::world::World;
use crate::exit::Exit;
use chancery_client::signing::SignedTransaction;
use chancery_kernel::records::query::record_id;
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::transaction::{Correction, Decisions, StatisticsTransaction, Verdict};
use chancery_types::ids::Version;
use chancery_types::time::BlockTime;
use rand_chacha::ChaCha20Rng;

/// How many transactions make up a round.
pub(crate) const ROUND: usize = 10;
/// How many of them are single returns.
pub(crate) const SINGLES: usize = 6;

/// Rounds of all that happens.
pub(crate) struct Mixed<'a> {
    pub(crate) singles: Singles<'a>,
    pub(crate) clear: Batches<'a>,
    pub(crate) sealed: Batches<'a>,
    /// Returns that were filed before and are corrected.
    pub(crate) corrected: Singles<'a>,
    /// Batches that were filed before and are decided on.
    pub(crate) decided: Decided<'a>,
}

impl Workload for Mixed<'_> {
    fn records(&self, place: usize) -> u32 {
        match place % ROUND {
            0..SINGLES | 8 => 1,
            6 | 7 => BATCH_RECORDS as u32,
            _ => 0,
        }
    }

    fn amounts(&self, place: usize) -> u32 {
        if matches!(place % ROUND, 7 | 9) { BATCH_RECORDS as u32 } else { 0 }
    }

    fn sign(&self, place: usize, expires: BlockTime, rng: &mut ChaCha20Rng) -> Result<SignedTransaction, Exit> {
        let round = place / ROUND;
        match place % ROUND {
            single @ 0..SINGLES => self.singles.sign(round * SINGLES + single, expires, rng),
            6 => self.clear.sign(round, expires, rng),
            7 => self.sealed.sign(round, expires, rng),
            8 => {
                let correction = Correction { replaces: Version(1), reason: "A figure was mistyped.".to_owned() };
                self.corrected.filing(round, Some(correction), expires, rng)
            }
            _ => self.decided.sign(round, expires, rng),
        }
    }
}

/// The authority accepts confidential batches, each in one transaction.
pub(crate) struct Decided<'a> {
    pub(crate) world: &'a World,
    pub(crate) filed: Batches<'a>,
}

impl Workload for Decided<'_> {
    fn records(&self, _: usize) -> u32 {
        0
    }

    /// What is accepted is added to the totals, for which its amounts are decoded again.
    fn amounts(&self, _: usize) -> u32 {
        BATCH_RECORDS as u32
    }

    fn sign(&self, place: usize, expires: BlockTime, rng: &mut ChaCha20Rng) -> Result<SignedTransaction, Exit> {
        let (members, period) = self.filed.subjects(place)?;
        let verdicts = members.map(|member| {
            let subject = self.world.filer(member)?.member;
            let record = record_id(self.filed.register(), &subject, &period);
            Ok(Verdict { record, version: Version(1), refusal: None })
        });
        let message = StatisticsTransaction::Decide(Decisions {
            register: self.filed.register().clone(),
            verdicts: verdicts.collect::<Result<_, Exit>>()?,
        });
        Ok(self.world.authority.sign_until(STATISTICS, &message, expires, rng))
    }
}
