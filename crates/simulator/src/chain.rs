//! What a node has kept, as plain data: the only thing that the oracles look at. Transactions, events and figures are read
//! from their bytes by the simulator's own reader, and hashed by its own hand.

use crate::cbor::{Value, first_entry};
use chancery_archive::{Archive, ArchiveError, ArchivedBlock};
use chancery_types::encoding::to_bytes;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, TransactionId};
use chancery_types::outcome::Outcome;
use chancery_types::rejection::RejectionCode;
use sha2::{Digest as _, Sha256};

/// A transaction in a block, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id, hashed from its body here.
    pub id: TransactionId,
    /// The whole envelope.
    pub envelope: Value,
    /// The message to the application.
    pub message: Value,
    /// The number under which it was refused.
    pub refusal: Option<RejectionCode>,
    /// What it caused: application, kind, content.
    pub events: Vec<(u16, u16, Value)>,
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
    /// Its time.
    pub time_ms: u64,
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

impl Entry {
    /// Reads a transaction from its bytes; none if they are none.
    pub fn read(envelope: &[u8], refusal: Option<RejectionCode>, events: Vec<(u16, u16, Value)>) -> Option<Self> {
        let body = first_entry(envelope)?;
        let envelope = Value::read(envelope)?;
        let message = match envelope.at(0).at(6) {
            // What does not read as a message is one that must have been refused.
            Value::Bytes(payload) => Value::read(payload).unwrap_or(Value::Nothing),
            _ => return None,
        };
        Some(Self { id: TransactionId(tagged(b"chancery/1/transaction", body)), envelope, message, refusal, events })
    }
}

/// SHA-256 of one part under a tag, as the formats say.
pub(crate) fn tagged(tag: &[u8], part: &[u8]) -> [u8; 32] {
    let mut sha = Sha256::new();
    sha.update([u8::try_from(tag.len()).unwrap_or(u8::MAX)]);
    sha.update(tag);
    sha.update((part.len() as u64).to_be_bytes());
    sha.update(part);
    sha.finalize().into()
}

fn block(kept: ArchivedBlock) -> Result<Block, ArchiveError> {
    let height = kept.header.height;
    let damaged = || ArchiveError::Damaged(height);
    let hash = Digest(tagged(b"chancery/1/header", &to_bytes(&kept.header)));
    // The last entry is the work at the block's end, of which no transaction is the cause.
    if hash != kept.hash || kept.outcomes.entries.len() != kept.transactions.len().saturating_add(1) {
        return Err(damaged());
    }
    let outcomes = kept.outcomes.entries.into_iter().zip(kept.outcomes.events);
    let mut entries = Vec::new();
    for (bytes, (outcome, events)) in kept.transactions.iter().zip(outcomes) {
        let refusal = match outcome.outcome {
            Outcome::Accepted { .. } => None,
            Outcome::Rejected { code } => Some(code),
        };
        let events = events.into_iter().map(|event| {
            Value::read(&event.payload).map(|content| (event.application.0, event.kind, content)).ok_or_else(damaged)
        });
        entries.push(Entry::read(bytes, refusal, events.collect::<Result<_, _>>()?).ok_or_else(damaged)?);
    }
    let (parent, state_root, time_ms) = (kept.header.parent, kept.header.state_root, kept.header.time.0);
    Ok(Block { height, hash, parent, state_root, time_ms, entries })
}
