//! Why the archive cannot answer.

use chancery_types::ids::Height;

/// Why the archive cannot answer. All but the `No…` variants mean that the node must stop.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The database failed: the disk is full, unreadable, or another process holds it.
    #[error("the archive cannot be read or written: {0}")]
    Database(#[from] rusqlite::Error),
    /// What stands in the archive is not what was written.
    #[error("the archive is damaged at height {0}")]
    Damaged(Height),
    /// A block was handed over out of order.
    #[error("block {given} does not follow block {latest} in the archive")]
    Gap {
        /// The latest height kept.
        latest: Height,
        /// The height handed over.
        given: Height,
    },
    /// A final block whose outcomes were never computed here.
    #[error("the outcomes of final block {0} were not kept before it became final")]
    NoOutcomes(Height),
    /// Of this block only the header is kept here.
    #[error("block {0} is not kept here any more; a node that keeps all blocks has it")]
    Pruned(Height),
    /// There is no such block.
    #[error("block {0} is not final here")]
    NoBlock(Height),
    /// There is no such transaction, outcome or event.
    #[error("there is no such entry in block {0}")]
    NoEntry(Height),
    /// The block is final, but the certificate that shows it has not arrived yet.
    #[error("block {0} has no finality certificate yet; ask again in a moment")]
    NoCertificate(Height),
}
