//! What the state holds about the network's government.

mod committee;
mod hearing;
mod order;
mod proposal;

pub(in crate::governance) use committee::quorum;
pub use committee::{Committee, Readiness, Seat, Standing, Tenure};
pub use hearing::{Answer, Hearing};
pub use order::{Agenda, Pause, PlannedRules, Root, Rules};
pub use proposal::{Choice, Proposal, Stage, Tally, Vote};

use minicbor::{Decode, Encode};

/// What falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Due {
    /// The deadline of a proposal.
    #[n(0)]
    Voting(#[n(0)] u64),
    /// The end of a hearing's term.
    #[n(1)]
    Hearing(#[n(0)] u64),
}
