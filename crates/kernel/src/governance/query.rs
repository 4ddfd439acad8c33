//! What other applications, nodes and readers ask about the network's government.

mod plan;
mod preflight;
mod rules;

pub use preflight::{Rehearsal, RestsOn, rehearse};
pub use rules::{UnknownRules, check_known, rules, version_at};

pub(super) use plan::Plan;
pub(super) use preflight::{check, ready_among};

use super::ids::COMMITTEE_LEAD_EPOCHS;
use super::params::{Parameter, Parameters, Thresholds};
use super::record::{Agenda, Committee, Hearing, Pause, Proposal, Readiness, Root, Standing, Tenure, Vote};
use super::rejection::GovernanceRejection;
use super::state;
use super::transaction::Evidence;
use chancery_ledger::{BlockContext, View};
use chancery_types::ids::{ApplicationId, Epoch, Height, MemberId, StateKey};
use std::sync::Arc;

/// The constituting authorities, in the order of their ids.
pub fn constituents(view: &View<'_>) -> Vec<MemberId> {
    view.read(&state::constituents()).unwrap_or_default()
}

/// The parameters that were set.
pub fn parameters(view: &View<'_>) -> Arc<Parameters> {
    view.derived(&(), |view| view.read(&state::parameters()).unwrap_or_default())
}

/// A parameter in force.
pub fn parameter(view: &View<'_>, parameter: Parameter) -> u64 {
    parameters(view).get(parameter)
}

/// The thresholds that were set.
pub fn thresholds(view: &View<'_>) -> Thresholds {
    view.read(&state::thresholds()).unwrap_or_default()
}

/// Which committees stand; nothing on a network without government.
pub fn standing(view: &View<'_>) -> Option<Standing> {
    view.read(&state::standing())
}

/// A committee by its number.
pub fn committee(view: &View<'_>, number: u32) -> Option<Committee> {
    view.read(&state::committee(number))
}

/// The committee whose epoch has come.
pub fn effective_committee(view: &View<'_>) -> Option<Committee> {
    committee(view, standing(view)?.effective)
}

/// The committee that was decided last; its epoch may be still to come.
pub fn decided_committee(view: &View<'_>) -> Option<Committee> {
    committee(view, standing(view)?.decided)
}

/// The committee of an epoch, as far as it is decided for good: of epochs up to [`COMMITTEE_LEAD_EPOCHS`] after that of
/// `height`, the last block carried out. A node that lags gets no answer instead of a wrong one.
pub fn committee_of(view: &View<'_>, height: Height, epoch: Epoch) -> Option<Committee> {
    let standing = standing(view)?;
    // What the boundary of this very epoch decides begins that many epochs later.
    let boundary_done = u64::from(standing.is_boundary(height));
    let known = standing.epoch(height).0.saturating_add(COMMITTEE_LEAD_EPOCHS).saturating_add(boundary_done);
    if epoch.0 >= known {
        return None;
    }
    let mut number = standing.decided;
    loop {
        let found = committee(view, number)?;
        if found.from <= epoch {
            return Some(found);
        }
        number = number.checked_sub(1)?;
    }
}

/// What is known of a member that is or was a validator.
pub fn tenure(view: &View<'_>, member: &MemberId) -> Option<Tenure> {
    view.read(&state::tenure(member))
}

/// What a node said last about itself.
pub fn readiness(view: &View<'_>, node: &MemberId) -> Option<Readiness> {
    view.read(&state::readiness(node))
}

/// Proposals that something is still to come of.
pub fn agenda(view: &View<'_>) -> Agenda {
    view.read(&state::agenda()).unwrap_or_default()
}

/// A proposal.
pub fn proposal(view: &View<'_>, number: u64) -> Option<Proposal> {
    view.read(&state::proposal(number))
}

/// The votes on a proposal, in the order of its electors.
pub fn votes(view: &View<'_>, proposal: &Proposal) -> Vec<Vote> {
    proposal.electors.iter().filter_map(|elector| view.read(&state::vote(proposal.number, elector))).collect()
}

/// The certificate roots, admitted or retired.
pub fn roots(view: &View<'_>) -> Vec<Root> {
    view.read(&state::roots()).unwrap_or_default()
}

/// The pauses of applications, over or not.
pub fn pauses(view: &View<'_>) -> Vec<Pause> {
    view.read(&state::pauses()).unwrap_or_default()
}

/// Whether an application takes transactions in. `registry` asks this before every application's transaction but those
/// of identity and governance.
///
/// # Errors
/// [`GovernanceRejection::Paused`].
pub fn check_open(
    view: &View<'_>,
    context: &BlockContext,
    application: ApplicationId,
) -> Result<(), GovernanceRejection> {
    let pauses = view.derived(&(), |view| Pauses(pauses(view)));
    let paused = pauses.0.iter().any(|pause| pause.application == application && context.time <= pause.until);
    if paused { Err(GovernanceRejection::Paused) } else { Ok(()) }
}

/// Tells this derivation from others.
struct Pauses(Vec<Pause>);

/// The key that [`check_open`] asks for.
pub fn pauses_key() -> StateKey {
    *state::pauses().raw()
}

/// A hearing.
pub fn hearing(view: &View<'_>, number: u64) -> Option<Hearing> {
    view.read(&state::hearing(number))
}

/// The evidence that a hearing is about.
pub fn evidence(view: &View<'_>, hearing: u64) -> Option<Evidence> {
    view.read(&state::evidence(hearing))
}
