//! The ledger's cryptography, composed from well-kept libraries. No primitive is implemented here.
//!
//! - [`hash`]: SHA-256 under named purposes
//! - [`digest`]: the digests of the ledger's formats, each taken in one way
//! - [`signature`]: Ed25519 by named purpose, single and in batches
//! - [`amount`]: hidden amounts that add up, and proofs of their totals
//! - [`merkle`]: trees of digests, their proofs, and growth without keeping the leaves
//! - [`finality`]: the engine's certificates, verified without the engine
//! - [`seal`]: messages that only one authority opens
//! - [`field`]: a document's fields, committed to together and opened one by one
//! - [`keyfile`]: secrets under a passphrase
//!
//! Promises: no randomness of its own (every function that needs some takes a generator), no clock and no IO; secrets
//! are erased when dropped and never printed; whatever is decoded has one encoding; verification has a bounded cost.
//! The only threads are those of [`signature::BatchVerifier`], which change no result. Does not promise: constant time
//! in verification, where nothing is secret.
#![deny(clippy::float_arithmetic, clippy::cast_possible_truncation)]

pub mod amount;
pub mod digest;
pub mod error;
pub mod field;
pub mod finality;
pub mod hash;
pub mod keyfile;
pub mod merkle;
pub mod seal;
pub mod signature;

pub use error::CryptoError;
