//! Founding a network from a document, and running the installed applications on it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod dispatch;
mod document;
mod refusals;

use chancery_registry::genesis::GenesisDocument;

/// The document of every test: four validators with the keys of `node 1` to `node 4`, an authority with that of `state`.
fn document() -> GenesisDocument {
    GenesisDocument::from_json(include_bytes!("genesis.json")).unwrap()
}
