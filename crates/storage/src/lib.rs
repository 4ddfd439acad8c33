//! How ledger keys and values lie in the engine's authenticated database, and proofs over them.
//!
//! The ledger knows a map from a 32-byte [`StateKey`](chancery_types::ids::StateKey) to a value of at most
//! [`VALUE_BYTES_MAX`]. The engine's ordered database (the only one that proves absence too) holds values of one fixed
//! size. [`chunk`] lays the first over the second, [`state`] reads and writes through it, [`proof`] proves what is there
//! and what is not, [`database`] names the engine's types and opens them, [`scrub`] reads all of it.
//!
//! Promises: what was written is read; a shorter value leaves nothing of a longer one behind, so two histories that end
//! in the same map prove the same answers; a proof convinces nobody of anything but the value under its root.
//! Does not promise: proofs of the past. The engine proves its present root only, and its proof format may change:
//! receipts never contain it.
//!
//! INVARIANT: the set of chunks in the database is exactly the layout of the map. Only [`state::write`] writes.

pub mod chunk;
pub mod database;
pub mod error;
pub mod proof;
pub mod scrub;
pub mod state;

pub use chunk::{CHUNK_BYTES, VALUE_BYTES_MAX};
pub use error::Error;
pub use proof::StateProof;
