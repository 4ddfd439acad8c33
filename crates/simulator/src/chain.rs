//! What a node has kept, as plain data: the only thing that the oracles look at.

use chancery_archive::{Archive, ArchiveError, ArchivedBlock};
use chancery_types::encoding::from_bytes;
use chancery_types::event::Event;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, TransactionId};
use chancery_types::outcome::Outcome;
use chancery_types::rejection::RejectionCode;
use chancery_types::transaction::Envelope;

/// A transaction in a block, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: TransactionId,
    /// As it was signed.
    pub envelope: Envelope,
    /// The number under which it was refused.
    pub refusal: Option<RejectionCode>,
    /// What it caused.
    pub events: Vec<Event>,
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its position.
    pub height: Height,
    /// The hash of its header.
    pub hash: Digest,
    /// The hash of its parent's header.
    pub parent: Digest,
    /// The root of the state after it.
    pub state_root: Digest,
    /// Its transactions.
    pub entries: Vec<Entry>,
}

/// What one node has kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Which node.
    pub node: usize,
    /// From block 1 on.
    pub blocks: Vec<Block>,
}

impl Chain {
    /// Reads everything that a node has kept.
    ///
    /// # Errors
    /// The archive cannot be read, or what stands in it is damaged.
    pub fn read(node: usize, archive: &Archive) -> Result<Self, ArchiveError> {
        let heights = (1..=archive.latest().0).map(Height);
        let blocks = heights.map(|height| block(archive.block(height)?)).collect::<Result<_, _>>()?;
        Ok(Self { node, blocks })
    }
}

fn block(kept: ArchivedBlock) -> Result<Block, ArchiveError> {
    let height = kept.header.height;
    let damaged = || ArchiveError::Damaged(height);
    let outcomes = kept.outcomes.entries.into_iter().zip(kept.outcomes.events);
    let mut entries = Vec::new();
    for (bytes, (outcome, events)) in kept.transactions.iter().zip(outcomes) {
        entries.push(Entry {
            id: outcome.transaction.ok_or_else(damaged)?,
            envelope: from_bytes(bytes).map_err(|_| damaged())?,
            refusal: match outcome.outcome {
                Outcome::Accepted { .. } => None,
                Outcome::Rejected { code } => Some(code),
            },
            events,
        });
    }
    let (hash, parent, state_root) = (kept.hash, kept.header.parent, kept.header.state_root);
    Ok(Block { height, hash, parent, state_root, entries })
}
