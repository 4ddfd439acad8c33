//! A network in memory that makes blocks final and hands out receipts, for tests of this crate and of those above it.
//!
//! It restates the rules of the formats and of `docs/adr/0002-finality-certificate.md` rather than calling the code
//! that is tested: a group of one signs as a quorum's recovered signature would, trees are proved leaf by leaf. Every
//! key follows from a name, so the same story gives the same bytes.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "this module exists in tests only, and a test fails by panicking"
)]

mod figures;
mod network;
mod story;

pub use figures::{Part, add_up, prove_totals};
pub use network::{Block, Fate, Network, Place, member, signing_key};
pub use story::{Story, rejection};
