//! Decisions that do not wait for a boundary: pauses, and rules with a height of their own.

use crate::governance::event::GovernanceEvent;
use crate::governance::record::{Pause, PlannedRules, Proposal, Rules, quorum};
use crate::governance::transaction::Action;
use crate::governance::{query, state};
use chancery_ledger::{BlockContext, Changes, View};

/// Carries out an immediate decision.
pub(super) fn carry_out(view: &View<'_>, context: &BlockContext, proposal: &Proposal) -> Changes {
    let mut changes = Changes::new();
    match proposal.action {
        Action::Emergency(application, term_ms) => {
            let pause = Pause { application, until: context.time.plus_ms(term_ms), proposal: proposal.number };
            let mut pauses = query::pauses(view);
            pauses.retain(|other| context.time <= other.until);
            pauses.push(pause);
            changes.put(&state::pauses(), &pauses);
            changes.emit(GovernanceEvent::Paused(pause).to_event());
        }
        Action::AdoptVersion(version, height) => {
            let planned = PlannedRules { version, height, proposal: proposal.number };
            changes.put(&state::rules(), &Rules { planned: Some(planned), ..query::rules(view) });
            changes.emit(GovernanceEvent::RulesPlanned(planned).to_event());
        }
        Action::BackOutVersion(_) => {
            let rules = query::rules(view);
            if let Some(planned) = rules.planned {
                changes.put(&state::rules(), &Rules { planned: None, ..rules });
                changes.emit(GovernanceEvent::RulesDropped { planned, ready: None, needed: 0 }.to_event());
            }
        }
        // Everything else waits for its boundary.
        _ => {}
    }
    changes
}

/// Rules that are to hold from the next block on come into force, if a quorum of the effective committee has said that it
/// is ready for them. Otherwise they are dropped: a network that half of its nodes cannot follow stands still.
pub(super) fn activate(view: &View<'_>, context: &BlockContext) -> Changes {
    let rules = query::rules(view);
    let mut changes = Changes::new();
    let Some(planned) = rules.planned.filter(|planned| planned.height <= context.height.next()) else {
        return changes;
    };
    let seats = query::effective_committee(view).map(|committee| committee.seats).unwrap_or_default();
    let ready = query::ready_among(view, context, &seats, &query::parameters(view), planned.version);
    let needed = quorum(seats.len());
    if ready >= needed && !seats.is_empty() {
        let rules = Rules { version: planned.version, since: context.height.next(), planned: None };
        changes.put(&state::rules(), &rules);
        changes.emit(GovernanceEvent::RulesInForce(rules.version, rules.since).to_event());
    } else {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        changes.put(&state::rules(), &Rules { planned: None, ..rules });
        let dropped = GovernanceEvent::RulesDropped { planned, ready: Some(count(ready)), needed: count(needed) };
        changes.emit(dropped.to_event());
    }
    changes
}
