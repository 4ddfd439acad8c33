//! Why a run is not as it must be.

use crate::oracle::Violation;
use chancery_archive::ArchiveError;
use chancery_types::ids::Height;

/// A run that is not as it must be, with all it takes to see it again.
#[derive(Debug, thiserror::Error)]
#[error("seed {seed}: {failure}; what went wrong by then: {faults:?}")]
pub struct Failed {
    /// The seed.
    pub seed: u64,
    /// Why.
    pub failure: Box<Failure>,
    /// The faults up to then, in order.
    pub faults: Vec<String>,
}

/// Why a run is not as it must be.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The network or its country cannot be set up: the simulator itself is wrong.
    #[error("the simulation cannot be set up: {0}")]
    Setup(String),
    /// An archive cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// An oracle found what must not be.
    #[error(transparent)]
    Violation(#[from] Violation),
    /// An honest node stopped by itself.
    #[error("node {node} stopped by itself: {reason}")]
    Stopped {
        /// Which.
        node: usize,
        /// What it said.
        reason: String,
    },
    /// A task of an honest node panicked, or the run as a whole did.
    #[error("a panic: {0}")]
    Panicked(String),
    /// Something was taken in that is no transaction of this network, or not in time.
    #[error("{0} was taken in at the door")]
    TakenIn(String),
    /// A transaction was refused at the door that should have been taken in.
    #[error("a transaction was not taken in: {0}")]
    Intake(String),
    /// Nothing was wrong any more, and still not everything became final in time.
    #[error(
        "{pending} transactions were not final {waited_ms} ms after the last fault; the nodes stand at {heights:?}, they wait at {waits_at:?}"
    )]
    NoProgress {
        /// How many.
        pending: usize,
        /// How long.
        waited_ms: u64,
        /// Where the nodes stand; none where none runs.
        heights: Vec<Option<Height>>,
        /// The nodes at which each waits.
        waits_at: Vec<Vec<usize>>,
    },
    /// The scenario came to no end.
    #[error("the scenario was not carried out")]
    Unfinished,
}

impl Failure {
    pub(crate) fn setup(error: impl std::fmt::Display) -> Self {
        Self::Setup(error.to_string())
    }
}
