//! The vault: sealed openings that filers hand over to their supervising authority's node.
//!
//! Promises: what was handed over is on disk before its receipt is signed; the same bytes again are kept once; nobody
//! fills the vault for others. Does not promise: secrecy by itself (the bytes arrive sealed to the authority and leave
//! as they came), or who may fetch them (the interface asks the ledger). Grants and erasure come with later versions.

mod store;

pub use store::{Document, Kept, Vault, VaultError, VaultLimits, digest};
