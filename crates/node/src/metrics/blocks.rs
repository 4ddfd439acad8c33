//! What final blocks held: counted when they are final, from what their execution came to.

use chancery_types::hash::Digest;
use chancery_types::ids::Height;
use chancery_types::outcome::{Outcome, OutcomeEntry};
use chancery_types::rejection::RejectionCode;
use std::collections::BTreeMap;

/// How many executed blocks are remembered until they are final. There are a handful; more means that none becomes final.
const PENDING_MAX: usize = 256;

/// What the execution of one block came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockSummary {
    /// Transactions that were carried out.
    pub accepted: u64,
    /// Transactions that were refused, by number.
    pub refused: BTreeMap<RejectionCode, u64>,
}

impl BlockSummary {
    /// Counts the outcomes of a block; the work at its end is no transaction.
    pub fn of(entries: &[OutcomeEntry]) -> Self {
        let mut summary = Self::default();
        for entry in entries.iter().filter(|entry| entry.transaction.is_some()) {
            match entry.outcome {
                Outcome::Accepted { .. } => summary.accepted = summary.accepted.saturating_add(1),
                Outcome::Rejected { code } => {
                    let count = summary.refused.entry(code).or_default();
                    *count = count.saturating_add(1);
                }
            }
        }
        summary
    }
}

/// What final blocks held since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Final blocks.
    pub blocks: u64,
    /// Final blocks without a transaction.
    pub empty: u64,
    /// Transactions that were carried out.
    pub accepted: u64,
    /// Transactions that were refused, by number.
    pub refused: BTreeMap<RejectionCode, u64>,
    /// Transactions in blocks that were executed before this process started, so that only their number is known.
    pub unknown: u64,
}

/// Executed blocks that may become final, and the totals.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pending: BTreeMap<(Height, Digest), BlockSummary>,
    totals: Totals,
}

impl Blocks {
    pub(super) fn executed(&mut self, height: Height, outcomes_root: Digest, summary: BlockSummary) {
        self.pending.insert((height, outcomes_root), summary);
        while self.pending.len() > PENDING_MAX {
            self.pending.pop_first();
        }
    }

    pub(super) fn finalized(&mut self, height: Height, outcomes_root: &Digest, transactions: usize) {
        let transactions = u64::try_from(transactions).unwrap_or(u64::MAX);
        let totals = &mut self.totals;
        totals.blocks = totals.blocks.saturating_add(1);
        if transactions == 0 {
            totals.empty = totals.empty.saturating_add(1);
        }
        match self.pending.remove(&(height, *outcomes_root)) {
            Some(summary) => {
                totals.accepted = totals.accepted.saturating_add(summary.accepted);
                for (code, count) in summary.refused {
                    let total = totals.refused.entry(code).or_default();
                    *total = total.saturating_add(count);
                }
            }
            None => totals.unknown = totals.unknown.saturating_add(transactions),
        }
        // What was executed beside it at its height, or below, never becomes final.
        self.pending = self.pending.split_off(&(height.next(), Digest::ZERO));
    }

    pub(super) const fn totals(&self) -> &Totals {
        &self.totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_types::ids::ApplicationId;

    fn summary(accepted: u64, refused: u64) -> BlockSummary {
        let code = RejectionCode { application: ApplicationId(16), number: 7 };
        BlockSummary { accepted, refused: BTreeMap::from([(code, refused)]) }
    }

    #[test]
    fn only_what_became_final_is_counted() {
        let mut blocks = Blocks::default();
        let (ours, theirs) = (Digest([1; 32]), Digest([2; 32]));
        blocks.executed(Height(1), ours, summary(3, 1));
        blocks.executed(Height(1), theirs, summary(100, 100));
        blocks.executed(Height(2), ours, summary(5, 0));
        blocks.finalized(Height(1), &ours, 4);
        let totals = blocks.totals().clone();
        assert_eq!((totals.blocks, totals.accepted, totals.refused.values().sum::<u64>()), (1, 3, 1));
        assert_eq!(blocks.pending.len(), 1, "the loser of height 1 is forgotten");
        blocks.finalized(Height(2), &theirs, 7);
        assert_eq!(blocks.totals().unknown, 7, "executed before the start");
        blocks.finalized(Height(3), &ours, 0);
        assert_eq!((blocks.totals().blocks, blocks.totals().empty), (3, 1));
    }

    #[test]
    fn a_network_that_stands_still_does_not_fill_the_memory() {
        let mut blocks = Blocks::default();
        for view in 0..1_000u32 {
            let mut root = [0; 32];
            root[..4].copy_from_slice(&view.to_be_bytes());
            blocks.executed(Height(1), Digest(root), summary(1, 0));
        }
        assert_eq!(blocks.pending.len(), PENDING_MAX);
    }
}
