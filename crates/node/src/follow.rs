//! Feeding the read model from final blocks.

use crate::metrics::journey;
use chancery_archive::{Archive, ArchiveError, ArchivedBlock};
use chancery_readmodel::{FoldBlock, ReadModel, ReadModelError};
use chancery_types::event::Event;
use chancery_types::hash::Digest;
use chancery_types::ids::Height;
use chancery_types::outcome::{Outcome, OutcomeEntry};
use chancery_types::time::BlockTime;

/// How many blocks are folded in one SQL transaction.
const BLOCKS_MAX: u64 = 64;

/// Why the read model does not follow.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The archive cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The read model cannot be written.
    #[error(transparent)]
    ReadModel(#[from] ReadModelError),
}

/// Folds the founding events as block 0, unless they are in the read model already.
///
/// # Errors
/// The read model cannot be written.
pub fn fold_founding(model: &ReadModel, time: BlockTime, events: Vec<Event>) -> Result<(), FollowError> {
    let count = u32::try_from(events.len()).unwrap_or(u32::MAX);
    let outcome = Outcome::Accepted { events: Digest::ZERO, count };
    let entries = [OutcomeEntry { transaction: None, envelope: Digest::ZERO, outcome }];
    model.apply(&[FoldBlock {
        height: Height(0),
        time,
        header: None,
        hash: Digest::ZERO,
        transactions: &[],
        entries: &entries,
        events: &[events],
    }])?;
    Ok(())
}

/// Folds the next blocks that the archive has and the read model lacks; answers the height reached.
///
/// # Errors
/// The archive cannot be read or the read model cannot be written.
pub fn fold_next(model: &ReadModel, archive: &Archive) -> Result<Height, FollowError> {
    let reached = model.position()?.unwrap_or_default();
    let last = archive.latest().0.min(reached.0.saturating_add(BLOCKS_MAX));
    let blocks = (reached.0.saturating_add(1)..=last)
        .map(|height| archive.block(Height(height)))
        .collect::<Result<Vec<ArchivedBlock>, _>>()?;
    let folds: Vec<FoldBlock<'_>> = blocks
        .iter()
        .map(|block| FoldBlock {
            height: block.header.height,
            time: block.header.time,
            header: Some(&block.header),
            hash: block.hash,
            transactions: &block.transactions,
            entries: &block.outcomes.entries,
            events: &block.outcomes.events,
        })
        .collect();
    model.apply(&folds)?;
    for block in &blocks {
        journey::folded(block.header.height, &block.outcomes.entries);
    }
    Ok(Height(last.max(reached.0)))
}
