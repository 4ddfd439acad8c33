//! The last block of an epoch: a committee whose epoch comes next takes effect, and what was decided is carried out.

use crate::governance::event::GovernanceEvent;
use crate::governance::ids::COMMITTEE_LEAD_EPOCHS;
use crate::governance::params::{Parameter, ProposalKind, ThresholdOf};
use crate::governance::query::{self, Plan};
use crate::governance::record::{Committee, Stage, Standing, Tenure};
use crate::governance::state;
use chancery_ledger::{BlockContext, Changes, Refusal, View};
use chancery_types::ids::Epoch;

/// Passes a boundary. Everything that waited has been carried out or is void afterwards.
pub(super) fn pass(view: &View<'_>, context: &BlockContext, mut standing: Standing) -> Changes {
    let mut changes = hand_over(view, context, &mut standing);
    let mut plan = Plan::standing(view, context.height);
    let before = plan.clone();
    let mut agenda = query::agenda(view);
    for mut proposal in agenda.waiting.iter().filter_map(|number| query::proposal(view, *number)) {
        // INVARIANT: the committee keeps its quorum. Since the decision, validators may have fallen silent and other
        // decisions have been carried out, so each is looked at once more, after those before it.
        proposal.stage = match query::check(view, context, &plan, &proposal.action) {
            Err(refusal) => Stage::Void(context.height, refusal.code()),
            Ok(()) => {
                plan.apply(&proposal.action);
                Stage::Executed(context.height)
            }
        };
        changes.put(&state::proposal(proposal.number), &proposal);
        changes.emit(GovernanceEvent::StageReached(proposal.number, proposal.stage).to_event());
    }
    if !agenda.waiting.is_empty() {
        agenda.waiting.clear();
        changes.put(&state::agenda(), &agenda);
    }
    changes.append(seat(view, context, &mut standing, &before, &plan));
    changes.append(suspend(view, &changes, &plan));
    changes.append(settle(&before, &plan));
    if query::standing(view) != Some(standing) {
        changes.put(&state::standing(), &standing);
    }
    changes
}

/// The committees whose epoch begins with the next block take effect. At most one is decided at each boundary, so this
/// takes at most [`COMMITTEE_LEAD_EPOCHS`] steps.
fn hand_over(view: &View<'_>, context: &BlockContext, standing: &mut Standing) -> Changes {
    let (next, mut changes) = (standing.epoch(context.height.next()), Changes::new());
    while standing.effective < standing.decided {
        let number = standing.effective.saturating_add(1);
        if query::committee(view, number).is_none_or(|committee| committee.from > next) {
            break;
        }
        standing.effective = number;
        changes.emit(GovernanceEvent::CommitteeEffective(number, context.height.next()).to_event());
    }
    changes
}

/// Writes the committee that was decided, and who came and went.
fn seat(view: &View<'_>, context: &BlockContext, standing: &mut Standing, before: &Plan, after: &Plan) -> Changes {
    let mut changes = Changes::new();
    if before.seats == after.seats {
        return changes;
    }
    standing.decided = standing.decided.saturating_add(1);
    let committee = Committee {
        number: standing.decided,
        from: Epoch(standing.epoch(context.height).0.saturating_add(COMMITTEE_LEAD_EPOCHS)),
        decided: context.height,
        seats: after.seats.clone(),
    };
    for left in before.seats.iter().filter(|seat| !after.seats_member(&seat.member)) {
        let known = query::tenure(view, &left.member).unwrap_or_default();
        changes.put(&state::tenure(&left.member), &Tenure { until: Some(committee.number), ..known });
    }
    for came in after.seats.iter().filter(|seat| !before.seats_member(&seat.member)) {
        let tenure = Tenure { since: committee.number, until: None, suspended: None };
        changes.put(&state::tenure(&came.member), &tenure);
    }
    changes.put(&state::committee(committee.number), &committee);
    changes.emit(GovernanceEvent::CommitteeDecided(committee).to_event());
    changes
}

fn suspend(view: &View<'_>, so_far: &Changes, plan: &Plan) -> Changes {
    let mut changes = Changes::new();
    for (member, hearing) in &plan.suspensions {
        let known = view.after(so_far, |view| view.after(&changes, |view| query::tenure(view, member)));
        let tenure = Tenure { suspended: *hearing, ..known.unwrap_or_default() };
        changes.put(&state::tenure(member), &tenure);
        changes.emit(GovernanceEvent::SuspensionChanged(*member, *hearing).to_event());
    }
    changes
}

/// Writes everything beside the committee that has become different.
fn settle(before: &Plan, after: &Plan) -> Changes {
    let mut changes = Changes::new();
    if before.constituents != after.constituents {
        changes.put(&state::constituents(), &after.constituents);
        changes.emit(GovernanceEvent::Constituted(after.constituents.clone()).to_event());
    }
    if before.parameters != after.parameters {
        changes.put(&state::parameters(), &after.parameters);
    }
    for parameter in Parameter::EVERY {
        let value = after.parameters.get(*parameter);
        if before.parameters.get(*parameter) != value {
            changes.emit(GovernanceEvent::ParameterSet(*parameter, value).to_event());
        }
    }
    if before.thresholds != after.thresholds {
        changes.put(&state::thresholds(), &after.thresholds);
    }
    for kind in ProposalKind::EVERY {
        let threshold = after.thresholds.get(*kind);
        if before.thresholds.get(*kind) != threshold {
            changes.emit(GovernanceEvent::ThresholdSet(ThresholdOf { kind: *kind, threshold }).to_event());
        }
    }
    if before.roots != after.roots {
        changes.put(&state::roots(), &after.roots);
    }
    for root in after.roots.iter().filter(|root| !before.roots.contains(root)) {
        changes.emit(GovernanceEvent::RootChanged(root.clone()).to_event());
    }
    changes
}
