//! What hostile input meets: one target for each thing that reads what strangers send.
//!
//! A target takes any bytes and panics if a promise is broken. The same functions are run in two ways: by libFuzzer
//! (`fuzz/`, `cargo xtask fuzz`), which looks for new paths for as long as it is let, and by this crate's tests, which
//! replay the committed seeds and findings and some fresh changes of them in every run of the suite.
//!
//! - [`target`]: the targets; [`TARGETS`] lists them
//! - [`cbor`]: a reader of canonical CBOR of its own, the judge of the decoders
//! - [`mutate`]: changing inputs in the tree, not in the bytes; [`dice`]: choices that follow from a seed
//! - [`country`]: a founded state with two registers, over which arbitrary transactions are carried out
//!
//! Nothing here instantiates the engine. What only the engine's crates can decode (blocks and gossip between
//! validators, a node's configuration) is tested in the same way in those crates.
#![cfg(feature = "testing")]
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a target reports what it found by panicking"
)]

pub mod cbor;
pub mod country;
pub mod dice;
pub mod mutate;
pub mod target;

pub use target::{Seed, TARGETS, Target, target};
