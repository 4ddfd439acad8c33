//! A validator that leaves out of its blocks whatever one member sends, and drops what others pass on from that member. It
//! votes for blocks that hold it: refusing to vote for a valid block is what a dead validator does too.

use super::honestly;
use crate::cbor::Value;
use chancery_consensus::machine::{Machine, Selection};
use chancery_node::machine::LedgerMachine;
use chancery_types::ids::MemberId;
use chancery_types::key::PublicKey;
use chancery_types::time::BlockTime;
use std::sync::Arc;

/// A validator that leaves out whatever one member sends.
pub struct Censor {
    /// What it is otherwise.
    pub honest: Arc<LedgerMachine>,
    /// Whom it silences.
    pub victim: MemberId,
}

impl Censor {
    fn lets_pass(&self, transaction: &[u8]) -> bool {
        let sender = Value::read(transaction).and_then(|envelope| envelope.at(0).at(2).bytes());
        sender != Some(self.victim.0)
    }
}

impl Machine for Censor {
    honestly!(genesis, has_work, check, begin, keep by honest);

    fn select(&self, selection: &Selection) -> Vec<Vec<u8>> {
        let mut chosen = self.honest.select(selection);
        chosen.retain(|transaction| self.lets_pass(transaction));
        chosen
    }

    fn admit(&self, from: &PublicKey, mut transactions: Vec<Vec<u8>>, now: BlockTime) -> bool {
        transactions.retain(|transaction| self.lets_pass(transaction));
        self.honest.admit(from, transactions, now)
    }
}
