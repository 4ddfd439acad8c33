//! Where the governance application keeps what it knows. The only file of the application that builds keys.

use super::ids::GOVERNANCE;
use super::params::{Parameters, Thresholds};
use super::record::{Agenda, Committee, Due, Hearing, Pause, Proposal, Readiness, Root, Rules, Standing, Tenure, Vote};
use super::transaction::Evidence;
use chancery_ledger::{DueQueue, Key};
use chancery_types::ids::{Epoch, MemberId, View};

/// The constituting authorities, in the order of their ids.
pub fn constituents() -> Key<Vec<MemberId>> {
    Key::new(GOVERNANCE, "constituents", &())
}

/// The parameters that were set.
pub fn parameters() -> Key<Parameters> {
    Key::new(GOVERNANCE, "parameters", &())
}

/// The thresholds that were set.
pub fn thresholds() -> Key<Thresholds> {
    Key::new(GOVERNANCE, "thresholds", &())
}

/// Which committees stand.
pub fn standing() -> Key<Standing> {
    Key::new(GOVERNANCE, "standing", &())
}

/// A committee by its number.
pub fn committee(number: u32) -> Key<Committee> {
    Key::new(GOVERNANCE, "committee", &number)
}

/// What is known of a member that is or was a validator.
pub fn tenure(member: &MemberId) -> Key<Tenure> {
    Key::new(GOVERNANCE, "tenure", member)
}

/// What a node said last about itself.
pub fn readiness(node: &MemberId) -> Key<Readiness> {
    Key::new(GOVERNANCE, "readiness", node)
}

/// Proposals that something is still to come of.
pub fn agenda() -> Key<Agenda> {
    Key::new(GOVERNANCE, "agenda", &())
}

/// A proposal.
pub fn proposal(number: u64) -> Key<Proposal> {
    Key::new(GOVERNANCE, "proposal", &number)
}

/// A vote.
pub fn vote(proposal: u64, elector: &MemberId) -> Key<Vote> {
    Key::new(GOVERNANCE, "vote", &(proposal, elector))
}

/// The rules in force.
pub fn rules() -> Key<Rules> {
    Key::new(GOVERNANCE, "rules", &())
}

/// The certificate roots, admitted or retired, at most [`super::ids::ROOTS_MAX`].
pub fn roots() -> Key<Vec<Root>> {
    Key::new(GOVERNANCE, "roots", &())
}

/// The applications that are paused, at most [`super::ids::PAUSES_MAX`].
pub fn pauses() -> Key<Vec<Pause>> {
    Key::new(GOVERNANCE, "pauses", &())
}

/// How many hearings there have been.
pub fn hearings() -> Key<u64> {
    Key::new(GOVERNANCE, "hearings", &())
}

/// A hearing.
pub fn hearing(number: u64) -> Key<Hearing> {
    Key::new(GOVERNANCE, "hearing", &number)
}

/// The evidence that a hearing is about.
pub fn evidence(hearing: u64) -> Key<Evidence> {
    Key::new(GOVERNANCE, "evidence", &hearing)
}

/// The hearing about a validator's proposals in one view.
pub fn hearing_about(accused: &MemberId, epoch: Epoch, view: View) -> Key<u64> {
    Key::new(GOVERNANCE, "hearing-about", &(accused, epoch, view))
}

/// Deadlines of votes and hearings.
pub const DUE: DueQueue<Due> = DueQueue::new(GOVERNANCE, "due");
