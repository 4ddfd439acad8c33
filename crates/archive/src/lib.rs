//! The archive of final blocks: what each contained, what became of every transaction, and which events it caused.
//!
//! Consensus keeps blocks to agree on them; the archive keeps them to answer for them. Receipts are built here, from
//! outcomes and the tree of all headers, and from nothing else.
//!
//! Promises: outcomes are durable before the node votes for their block, so a crash never leaves a final block
//! without them; heights are gapless; a block whose history root is not the root of the headers kept here is refused.
//! What old blocks contained can be let go of; their headers stay. Does not promise: a bound on the number of headers.

mod error;
mod outcomes;
mod prune;
mod receipt;
mod scrub;
mod store;

pub use error::ArchiveError;
pub use outcomes::Outcomes;
pub use scrub::Scrubbed;
pub use store::{Archive, ArchivedBlock, NewBlock};
