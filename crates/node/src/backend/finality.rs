//! Final blocks and their outcomes out of the archive, so that a node without tables can be followed.

use crate::services::Services;
use chancery_api::backend::{BlockOutcomes, TransactionOutcome};
use chancery_api::view;
use chancery_archive::{ArchiveError, ArchivedBlock};
use chancery_types::ids::Height;

/// Final blocks above a height, oldest first.
pub(super) fn blocks(
    services: &Services,
    after: Height,
    limit: usize,
) -> Result<Vec<view::BlockSummary>, ArchiveError> {
    let last = services.archive.latest();
    let heights = (after.0.saturating_add(1)..=last.0).take(limit);
    heights.map(|height| services.archive.block(Height(height)).map(|block| summary(&block))).collect()
}

fn summary(block: &ArchivedBlock) -> view::BlockSummary {
    view::BlockSummary {
        height: block.header.height,
        time: block.header.time.into(),
        hash: block.hash,
        proposer: block.header.proposer,
        transactions: block.header.transactions,
    }
}

/// The transactions of a final block with what became of each; none for a height that there is not yet, and none for
/// genesis, which orders nothing.
pub(super) fn outcomes(services: &Services, height: Height) -> Result<Option<BlockOutcomes>, ArchiveError> {
    let block = match services.archive.block(height) {
        Ok(block) => block,
        Err(ArchiveError::NoBlock(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let of_transactions = block.outcomes.entries.iter().filter_map(|entry| Some((entry.transaction?, entry.outcome)));
    let entries = of_transactions.map(|(id, outcome)| TransactionOutcome { id, outcome }).collect();
    Ok(Some(BlockOutcomes { height, entries }))
}
