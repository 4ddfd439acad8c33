//! The adapter to the consensus engine: the only crate that instantiates it.
