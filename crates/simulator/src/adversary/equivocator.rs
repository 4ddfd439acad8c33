//! A validator that runs twice under one key: two engines, each with a disk and a machine of its own, one before some of the
//! others and one before the rest. In the views that it leads it proposes two blocks, properly signed both; in all other
//! views it may vote for two. No single engine can be made to do that: it keeps a journal of its votes.
//!
//! An honest validator has one connection under one key, so it hears only one of the two, and the other's votes through
//! certificates.

use super::honestly;
use chancery_consensus::machine::{Machine, Selection};
use chancery_node::machine::LedgerMachine;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The half of the others, rounded down, hears the second self.
pub(super) fn twins(bad: usize, nodes: usize) -> BTreeMap<usize, Vec<usize>> {
    let others: Vec<usize> = (1..nodes).map(|step| (bad + step) % nodes).collect();
    BTreeMap::from([(bad, others.into_iter().take((nodes - 1) / 2).collect())])
}

/// The second self's machine: it chooses what the first does not, in the other order, so that the two propose different
/// blocks.
pub struct Contrary(pub Arc<LedgerMachine>);

impl Machine for Contrary {
    honestly!(genesis, check, begin, keep, admit by 0);

    fn has_work(&self) -> bool {
        true
    }

    fn select(&self, selection: &Selection) -> Vec<Vec<u8>> {
        let mut chosen = self.0.select(selection);
        chosen.reverse();
        chosen.truncate(chosen.len().div_ceil(2));
        chosen
    }
}
