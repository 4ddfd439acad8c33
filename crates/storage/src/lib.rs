//! Authenticated state on disk: how ledger keys and values lie in the engine's database, and proofs over them.
