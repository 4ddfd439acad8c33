//! A validator that puts into its blocks transactions that nobody signed: real ones whose signature it has broken, as the
//! last of the block. It says that they are in order and executes them; the others must refuse the block.

use super::honestly;
use chancery_consensus::machine::{Machine, Selection};
use chancery_node::machine::LedgerMachine;
use std::sync::{Arc, Mutex, PoisonError};

/// A validator that proposes what nobody signed.
pub struct Forger {
    honest: Arc<LedgerMachine>,
    /// How often it has chosen: it forges every second time, or nobody would ever hear of it again.
    chosen: Mutex<u64>,
}

impl Forger {
    /// In front of an honest machine.
    pub fn new(honest: Arc<LedgerMachine>) -> Self {
        Self { honest, chosen: Mutex::new(0) }
    }
}

impl Machine for Forger {
    honestly!(genesis, has_work, begin, keep, admit by honest);

    fn select(&self, selection: &Selection) -> Vec<Vec<u8>> {
        let mut transactions = self.honest.select(selection);
        let mut chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        *chosen = chosen.wrapping_add(1);
        if let Some(byte) =
            transactions.last_mut().filter(|_| chosen.is_multiple_of(2)).and_then(|last| last.last_mut())
        {
            // The signature is the last thing in an envelope.
            *byte ^= 1;
        }
        transactions
    }

    fn check(&self, _: &[Vec<u8>]) -> bool {
        true
    }
}
