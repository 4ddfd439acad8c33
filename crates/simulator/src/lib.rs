//! Seeded clusters of the node under faults, judged by oracles of their own.
//!
//! Four or seven validators run the node's own code ([`chancery_node::machine::LedgerMachine`] over the real registry, pool and
//! archive) under the engine's deterministic runtime, while a small country registers, files, decides and publishes.
//! One seed decides everything: keys, figures, who is asked, what fails and when. The same seed gives the same run, to
//! the last message.
//!
//! - [`cluster`]: the network and what survives of a validator
//! - [`country`], [`story`]: who there is, and what they sign, act by act
//! - [`plan`], [`faults`]: what goes wrong, drawn from the seed, each part to be left out at will
//! - [`adversary`]: validators and clients that do not keep to the rules
//! - [`cbor`], [`chain`], [`oracle`]: what the nodes have kept, read by the simulator itself, and what must hold of it
//! - [`run`]: puts a country onto a cluster and judges what came of it
//! - [`shrink`]: the shortest story that fails
//!
//! Promises: time, network, randomness and the engine's disks come from the deterministic runtime; at a power loss
//! the engine's disks lose what they were not told to keep. Does not promise: faults of the archive's own disk. Each
//! node's archive is SQLite in memory, held across the node's lives: it stands for a disk that keeps whatever a commit
//! returned for, which is what `synchronous = FULL` asks of a real one. The HTTP interface, the read model and the vault
//! are not part of the runs; sealed openings are handed to the authority directly.

pub mod adversary;
pub mod cbor;
pub mod chain;
pub mod cluster;
pub mod country;
mod draw;
mod failure;
pub mod faults;
mod judge;
pub mod oracle;
mod orders;
pub mod plan;
mod report;
pub mod run;
pub mod shrink;
mod sky;
pub mod story;
mod world;

pub use failure::{Failed, Failure};
pub use report::Report;
pub use run::{run, run_plan};
