//! The adapter to the consensus engine.

pub mod error;
pub mod keys;
pub mod namespace;
