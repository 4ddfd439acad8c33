//! A validator that takes part in agreement and ignores every transaction: it drops what others pass on and proposes
//! nothing but empty blocks.

use super::honestly;
use chancery_consensus::machine::{Machine, Selection};
use chancery_node::machine::LedgerMachine;
use chancery_types::key::PublicKey;
use chancery_types::time::BlockTime;
use std::sync::Arc;

/// A validator that ignores every transaction.
pub struct Ignorer(pub Arc<LedgerMachine>);

impl Machine for Ignorer {
    honestly!(genesis, check, begin, keep by 0);

    fn has_work(&self) -> bool {
        false
    }

    fn select(&self, _: &Selection) -> Vec<Vec<u8>> {
        Vec::new()
    }

    fn admit(&self, _: &PublicKey, _: Vec<Vec<u8>>, _: BlockTime) -> bool {
        false
    }
}
