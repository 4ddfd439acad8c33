//! The offline verifier of receipts: no engine crate, no disk, no network.
