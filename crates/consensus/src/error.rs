//! Why a node does not start, or stopped.

use chancery_types::ids::{Height, NetworkId};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Why a node does not start, or stopped. Each variant is something that an operator does differently about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The committee of the genesis is not usable.
    #[error("the committee is not usable: {0}")]
    Committee(&'static str),
    /// A key does not decode, or does not belong where it stands.
    #[error("{0} is not a valid key")]
    Key(&'static str),
    /// This node's identity is not among the validators.
    #[error("this node's identity is not among the network's validators")]
    NotAValidator,
    /// The idle interval is not usable.
    #[error("an idle interval of {0:?} is not usable; it lies between 50 ms and 60 s")]
    IdleInterval(Duration),
    /// Something else listens where this node should.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        reason: String,
    },
    /// The data folder belongs to another network.
    #[error("the data folder belongs to network {found}, not to {expected}; use another folder")]
    ForeignFolder {
        /// The network that wrote the folder.
        found: NetworkId,
        /// The network of this node.
        expected: NetworkId,
    },
    /// Another process uses the data folder.
    #[error("the data folder {0} is in use by another process")]
    FolderInUse(PathBuf),
    /// The data folder cannot be read or written.
    #[error("the data folder cannot be used: {0}")]
    Storage(String),
    /// This node computes something else than the quorum did: another version of the program, or damaged state.
    #[error(
        "block {0} is final, but this node computes another result for it; install the version that the others run, or \
         restore the data folder"
    )]
    Diverged(Height),
    /// A block is final that this node proposed and does not remember: its data folder is older than what it voted.
    #[error(
        "block {0} is this node's own proposal, and its vote journal does not know it: the data folder is older than \
         what this node has voted; start it again, and it follows without voting"
    )]
    ProposalForgotten(Height),
    /// The machine could not take a final block: the node stops rather than go on without it.
    #[error("stopped: {0}")]
    Machine(String),
    /// The engine stopped by itself.
    #[error("the consensus engine stopped: {0}")]
    Engine(String),
    /// The node is stopping, or has stopped.
    #[error("the node is not running")]
    NotRunning,
}
