//! The adapter to the consensus engine: the only crate that instantiates it.
//!
//! It runs one validator over a [`Machine`]: blocks of opaque bytes are ordered, executed, agreed on and delivered, and
//! the state they make is kept authenticated. It knows nothing of members, records or rules, and its public face is not
//! generic, so it is rebuilt only when the engine or this crate changes.
//!
//! - [`machine`]: the seam, what the engine asks of the ledger
//! - [`config`], [`keys`]: what a node is told, and its keys
//! - [`handle`]: what the rest of the node holds of it
//! - [`standing`]: whether the node votes, and what it remembers of its votes (ADR 0010)
//! - [`raw`], [`scrub`]: looking for damage, as bytes and through the engine
//! - [`partitions`]: what stands in which folder on disk
//! - [`tokio`]: on the real runtime, over TCP and disk
//! - `deterministic`, `links`, `disk` (feature `simulation`): several nodes under a seed, on machines whose connections,
//!   disks and clocks go wrong and whose processes die, stand still or are run twice
//! - [`namespace`]: what signatures are bound to (ADR 0002)
//!
//! Promises: a block delivered to the machine is final, in order, and delivered again until the machine has it; a header
//! that is final was executed by a quorum with the same roots; a failure of disk or machine stops the node. Does not
//! promise, yet: change of the committee and of its shares (the formats have room for it), fetching the state instead of
//! the blocks.

// A unit test needs no engine, and instantiating it once more takes minutes: the two modules that do are left out of the
// unit tests' build, which leaves the code that only they call unused there.
#![cfg_attr(test, allow(dead_code, reason = "its callers are not built for unit tests"))]

mod archive;
mod block;
pub mod config;
mod delivery;
#[cfg(all(feature = "simulation", not(test)))]
pub mod deterministic;
#[cfg(all(feature = "simulation", not(test)))]
pub mod disk;
mod env;
pub mod error;
mod executor;
mod founding;
mod gossip;
pub mod handle;
#[cfg(all(feature = "simulation", not(test)))]
mod host;
pub mod keys;
#[cfg(feature = "simulation")]
pub mod links;
pub mod machine;
pub mod namespace;
mod network;
mod node;
mod pace;
pub mod partitions;
mod query;
pub mod raw;
mod scheme;
pub mod scrub;
pub mod standing;
mod status;
#[cfg(not(test))]
pub mod tokio;
mod tuning;
mod votes;

pub use config::{NodeConfig, Peer};
pub use error::Error;
pub use handle::{Finality, Handle, Proved, Values};
pub use machine::Machine;
pub use standing::{Reason, Standing};
pub use status::{PeerStatus, Tip, VotesHeard};
