//! What must hold of every run, restated without the code that made it: plain data in, a verdict out.
//!
//! - [`one_history`]: one block and one state root per height on all nodes, gapless, no transaction twice
//! - [`nothing_lost`]: what any node showed as final stands at the same place on every node
//! - [`as_told`]: every transaction came to what the story says, under the story's own number
//! - [`figures_are_sums`]: every published figure is the sum of the returns accepted for it
//! - [`nothing_unauthorised`]: whoever did what was accepted could do it, and signed it in time
//! - [`Secrets`]: no committed value in any byte that was sent or written
//! - [`bounds`]: how long, how much and how far ahead anything may be

mod authority;
pub mod bounds;
mod figures;
mod secrets;

pub use authority::nothing_unauthorised;
pub use figures::{Sums, figures_are_sums, sums_at_the_end};
pub use secrets::Secrets;

use crate::chain::{Block, Chain};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, TransactionId};
use chancery_types::rejection::RejectionCode;
use std::collections::{BTreeMap, BTreeSet};

/// What must not be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// Heights are missing or out of order.
    #[error("node {node} has height {found} where {expected} belongs")]
    Gap {
        /// Which node.
        node: usize,
        /// What stands there.
        found: Height,
        /// What belongs there.
        expected: Height,
    },
    /// A block does not name the one before it.
    #[error("block {height} of node {node} does not follow the block before it")]
    Unlinked {
        /// Which node.
        node: usize,
        /// Which block.
        height: Height,
    },
    /// Two nodes have different blocks, or came to different states.
    #[error("nodes {one} and {other} have different {what} at height {height}")]
    Fork {
        /// A node.
        one: usize,
        /// Another.
        other: usize,
        /// What differs.
        what: &'static str,
        /// Where.
        height: Height,
    },
    /// A transaction stands in the chain twice.
    #[error("transaction {id} stands twice in the chain of node {node}")]
    Twice {
        /// Which node.
        node: usize,
        /// Which transaction.
        id: TransactionId,
    },
    /// A transaction that was shown as final is not where it was.
    #[error("transaction {id}, final at {height} according to node {shown_by}, is not there on node {node}")]
    Lost {
        /// Which transaction.
        id: TransactionId,
        /// Where it was shown.
        height: Height,
        /// By whom.
        shown_by: usize,
        /// Where it is missing.
        node: usize,
    },
    /// A transaction came to something else than it must.
    #[error("transaction {id} came to {found:?} instead of {expected:?}")]
    OtherOutcome {
        /// Which transaction.
        id: TransactionId,
        /// The refusal that it met.
        found: Option<RejectionCode>,
        /// The refusal that it must meet.
        expected: Option<RejectionCode>,
    },
    /// A transaction stands in the chain that nobody of the country signed.
    #[error("transaction {id} was not signed in this story")]
    Foreign {
        /// Which.
        id: TransactionId,
    },
    /// A transaction that a node had taken in waits there no longer, and is not final.
    #[error("node {node} took transaction {id} in and has it no more, though it is not final")]
    Dropped {
        /// Which transaction.
        id: TransactionId,
        /// Which node.
        node: usize,
    },
    /// A committed value stood where anybody could read it.
    #[error("a committed value was readable: {place}")]
    Revealed {
        /// Where.
        place: String,
    },
    /// A validator votes again that has forgotten what it had voted.
    #[error("node {node} lost its disk in or before view {lost_by} and voted in view {voted_in}")]
    VotedAgain {
        /// Which node.
        node: usize,
        /// The latest view of any vote when it came back.
        lost_by: u64,
        /// The view of its vote.
        voted_in: u64,
    },
    /// Something is larger, later or further ahead than its bound.
    #[error("node {node}: {what} is {found}, at most {most}")]
    Unbounded {
        /// Which node.
        node: usize,
        /// What.
        what: &'static str,
        /// How much.
        found: u64,
        /// How much at most.
        most: u64,
    },
    /// The state of a node is not the one of the headers that it agreed to.
    #[error("node {node}: the state does not lead to the root of header {height}: {what}")]
    OtherState {
        /// Which node.
        node: usize,
        /// At which height.
        height: Height,
        /// What is wrong.
        what: String,
    },
    /// The tables of a read model say something else than the blocks that they were folded from.
    #[error("the read model says {found:?} of {which}, the returns sum up to {expected:?}")]
    OtherTables {
        /// Of what.
        which: String,
        /// What it says.
        found: Sums,
        /// What it must say.
        expected: Sums,
    },
    /// What was accepted cannot be right.
    #[error("block {height}: {what}")]
    Unsound {
        /// Where.
        height: Height,
        /// What is wrong.
        what: String,
    },
}

/// A transaction that a node showed as final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// Which.
    pub id: TransactionId,
    /// Its block.
    pub height: Height,
    /// Its place in the block.
    pub entry: u32,
    /// The node that showed it.
    pub node: usize,
}

/// One history: of any two nodes, the shorter chain is the beginning of the longer.
///
/// # Errors
/// The first violation.
pub fn one_history(chains: &[Chain]) -> Result<(), Violation> {
    let mut agreed: BTreeMap<Height, (usize, &Block)> = BTreeMap::new();
    for chain in chains {
        let (node, mut ids) = (chain.node, BTreeSet::new());
        let mut before: Option<Digest> = None;
        for (block, number) in chain.blocks.iter().zip(1..) {
            if block.height != Height(number) {
                return Err(Violation::Gap { node, found: block.height, expected: Height(number) });
            }
            if before.is_some_and(|before| before != block.parent) {
                return Err(Violation::Unlinked { node, height: block.height });
            }
            before = Some(block.hash);
            if let Some(entry) = block.entries.iter().find(|entry| !ids.insert(entry.id)) {
                return Err(Violation::Twice { node, id: entry.id });
            }
            let (one, first) = *agreed.entry(block.height).or_insert((node, block));
            if let Some(what) = difference(first, block) {
                return Err(Violation::Fork { one, other: node, what, height: block.height });
            }
        }
    }
    Ok(())
}

fn difference(one: &Block, other: &Block) -> Option<&'static str> {
    let differences = [
        ("state roots", one.state_root != other.state_root),
        ("blocks", one.hash != other.hash || one.parent != other.parent),
        ("transactions, outcomes or events", one.entries != other.entries),
    ];
    differences.into_iter().find(|(_, differs)| *differs).map(|(what, _)| what)
}

/// Nothing that was shown as final is gone or has moved, on any node.
///
/// # Errors
/// The first violation.
pub fn nothing_lost(chains: &[Chain], acknowledged: &[Acknowledged]) -> Result<(), Violation> {
    for chain in chains {
        let mut places = BTreeMap::new();
        for block in &chain.blocks {
            places.extend((0..).zip(&block.entries).map(|(at, entry): (u32, _)| (entry.id, (block.height, at))));
        }
        let until = chain.blocks.last().map_or(Height(0), |block| block.height);
        // What a node that stands still has not reached yet is not lost there.
        for Acknowledged { id, height, entry, node } in acknowledged.iter().filter(|shown| shown.height <= until) {
            if places.get(id) != Some(&(*height, *entry)) {
                return Err(Violation::Lost { id: *id, height: *height, shown_by: *node, node: chain.node });
            }
        }
    }
    Ok(())
}

/// Every transaction came to what it must, and no other stands in the chain.
///
/// # Errors
/// The first violation.
pub fn as_told(chain: &Chain, told: &BTreeMap<TransactionId, Option<RejectionCode>>) -> Result<(), Violation> {
    for entry in chain.blocks.iter().flat_map(|block| &block.entries) {
        let id = entry.id;
        let expected = *told.get(&id).ok_or(Violation::Foreign { id })?;
        if entry.refusal != expected {
            return Err(Violation::OtherOutcome { id, found: entry.refusal, expected });
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that goes wrong should stop where it goes wrong"
)]
mod tests;
