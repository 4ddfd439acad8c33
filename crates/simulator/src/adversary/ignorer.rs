//! A validator that takes part in agreement and ignores every transaction: it drops what others pass on and proposes
//! nothing but empty blocks.

use chancery_consensus::machine::{BlockInput, Fault, FinalizedBlock, Genesis, Machine, Selection, Transactions, Work};
use chancery_node::machine::LedgerMachine;
use chancery_types::block::Header;
use chancery_types::key::PublicKey;
use chancery_types::time::BlockTime;
use std::sync::Arc;

/// A validator that ignores every transaction.
pub struct Ignorer(pub Arc<LedgerMachine>);

impl Machine for Ignorer {
    fn genesis(&self) -> Genesis {
        self.0.genesis()
    }

    fn has_work(&self) -> bool {
        false
    }

    fn select(&self, _: &Selection) -> Vec<Vec<u8>> {
        Vec::new()
    }

    fn check(&self, transactions: &[Vec<u8>]) -> bool {
        self.0.check(transactions)
    }

    fn begin(self: Arc<Self>, input: BlockInput, transactions: Transactions) -> Box<dyn Work> {
        self.0.clone().begin(input, transactions)
    }

    fn has_executed(&self, header: &Header) -> Result<bool, Fault> {
        self.0.has_executed(header)
    }

    fn finalized(&self, block: FinalizedBlock) -> Result<(), Fault> {
        self.0.finalized(block)
    }

    fn admit(&self, _: &PublicKey, _: Vec<Vec<u8>>, _: BlockTime) -> bool {
        false
    }
}
