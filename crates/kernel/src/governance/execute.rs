//! What the transactions do, and the work at a block's end.

mod boundary;
mod hearing;
mod immediate;
mod proposal;

use super::event::GovernanceEvent;
use super::ids::DUE_SEGMENTS_MAX;
use super::record::{Due, Readiness};
use super::rejection::GovernanceRejection;
use super::transaction::{Announcement, GovernanceTransaction};
use super::{query, state};
use chancery_ledger::{BlockContext, Changes, Permitted, View};
use chancery_types::ids::MemberId;

/// Carries out what was authorised.
///
/// # Errors
/// It cannot be done in this state.
pub(super) fn execute(
    view: &View<'_>,
    context: &BlockContext,
    permitted: Permitted<GovernanceTransaction>,
) -> Result<Changes, GovernanceRejection> {
    let (sender, transaction) = permitted.into_parts();
    match transaction {
        GovernanceTransaction::Propose(new) => proposal::propose(view, context, sender.member, new),
        GovernanceTransaction::Vote(vote) => proposal::vote(view, context, sender.member, vote),
        GovernanceTransaction::AnnounceReadiness(said) => announce(context, sender.member, said),
        GovernanceTransaction::ReportDoubleProposal(evidence) => {
            hearing::report(view, context, sender.member, evidence)
        }
        GovernanceTransaction::AnswerHearing(answer) => hearing::answer(view, context, sender.member, answer),
    }
}

/// Notes what a node says about itself.
fn announce(context: &BlockContext, node: MemberId, said: Announcement) -> Result<Changes, GovernanceRejection> {
    if said.height >= context.height {
        return Err(GovernanceRejection::ReadinessUnfit);
    }
    let Announcement { height, version, disk_free_mib, clock_difference_ms } = said;
    let readiness = Readiness {
        announced: context.height,
        time: context.time,
        height,
        version,
        disk_free_mib,
        clock_difference_ms,
    };
    let mut changes = Changes::new();
    changes.put(&state::readiness(&node), &readiness);
    changes.emit(GovernanceEvent::ReadinessAnnounced(node, readiness).to_event());
    Ok(changes)
}

/// Deadlines first, then rules that come into force with the next block, then what waits for a boundary.
pub(super) fn end_block(view: &View<'_>, context: &BlockContext) -> Changes {
    // A network that was founded without government has none, and nothing falls due there.
    let Some(standing) = query::standing(view) else { return Changes::new() };
    let (due, mut changes) = state::DUE.take(view, context.time, DUE_SEGMENTS_MAX);
    for item in due {
        let done = view.after(&changes, |view| match item {
            Due::Voting(number) => proposal::lapse(view, context, number),
            Due::Hearing(number) => hearing::term_over(view, number),
        });
        changes.append(done);
    }
    let activated = view.after(&changes, |view| immediate::activate(view, context));
    changes.append(activated);
    if standing.is_boundary(context.height) {
        let done = view.after(&changes, |view| boundary::pass(view, context, standing));
        changes.append(done);
    }
    changes
}
