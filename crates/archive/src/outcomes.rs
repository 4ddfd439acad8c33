//! What a block did, as it is kept.

use chancery_crypto::digest::{event_leaf, outcome_leaf};
use chancery_crypto::merkle;
use chancery_types::event::Event;
use chancery_types::hash::Digest;
use chancery_types::ids::TransactionId;
use chancery_types::outcome::{Outcome, OutcomeEntry};
use minicbor::{Decode, Encode};

/// The entries under a header's `outcomes_root`, each with its events.
#[derive(Clone, Debug, PartialEq, Eq, Default, Encode, Decode)]
pub struct Outcomes {
    /// What became of each transaction; the last entry is the work at the block's end.
    #[n(0)]
    pub entries: Vec<OutcomeEntry>,
    /// The events of each entry.
    #[n(1)]
    pub events: Vec<Vec<Event>>,
}

impl Outcomes {
    /// The leaves under `outcomes_root`.
    pub fn leaves(&self) -> Vec<Digest> {
        self.entries.iter().map(outcome_leaf).collect()
    }

    /// The ids of the transactions, in their order in the block.
    pub fn transactions(&self) -> Vec<TransactionId> {
        self.entries.iter().filter_map(|entry| entry.transaction).collect()
    }

    /// The root that the header must carry.
    pub fn root(&self) -> Digest {
        merkle::root(&self.leaves())
    }

    /// Whether every entry's events are the ones that its outcome commits to.
    pub fn is_consistent(&self) -> bool {
        self.entries.len() == self.events.len()
            && self.entries.iter().zip(&self.events).all(|(entry, events)| match entry.outcome {
                Outcome::Accepted { events: root, count } => {
                    let leaves: Vec<Digest> = events.iter().map(event_leaf).collect();
                    merkle::root(&leaves) == root && u32::try_from(events.len()) == Ok(count)
                }
                Outcome::Rejected { .. } => events.is_empty(),
            })
    }
}
