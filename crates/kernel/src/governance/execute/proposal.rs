//! Proposals: made, voted on, decided or not.

use super::immediate;
use crate::governance::event::GovernanceEvent;
use crate::governance::ids::AGENDA_MAX;
use crate::governance::params::{Parameter, ProposalKind};
use crate::governance::record::{Agenda, Due, Proposal, Stage, Tally, Vote};
use crate::governance::rejection::GovernanceRejection;
use crate::governance::transaction::{NewProposal, NewVote};
use crate::governance::{query, state};
use chancery_ledger::{BlockContext, Changes, Refusal, View};
use chancery_types::ids::MemberId;

/// Makes a proposal, unless it would do harm.
pub(super) fn propose(
    view: &View<'_>,
    context: &BlockContext,
    proposer: MemberId,
    new: NewProposal,
) -> Result<Changes, GovernanceRejection> {
    let mut agenda = query::agenda(view);
    let rehearsal = query::rehearse(view, context, &new.action);
    if agenda.open.len().saturating_add(agenda.waiting.len()) >= AGENDA_MAX {
        return Err(GovernanceRejection::AgendaFull);
    }
    if let Some(refusal) = rehearsal.refusal {
        return Err(refusal);
    }
    let period = match new.action.kind() {
        ProposalKind::Emergency => Parameter::EmergencyPeriodMs,
        _ => Parameter::VotingPeriodMs,
    };
    agenda.made = agenda.made.saturating_add(1);
    agenda.open.push(agenda.made);
    let proposal = Proposal {
        number: agenda.made,
        action: new.action,
        reason: new.reason,
        proposer,
        made: context.height,
        deadline: context.time.plus_ms(query::parameter(view, period)),
        rests_on: rehearsal.oldest(),
        electors: rehearsal.electors,
        needed: u32::try_from(rehearsal.needed).unwrap_or(u32::MAX),
        tally: Tally::default(),
        stage: Stage::Open,
    };
    let mut changes = state::DUE.push(view, context.time, proposal.deadline, &[Due::Voting(proposal.number)]);
    changes.put(&state::agenda(), &agenda);
    changes.put(&state::proposal(proposal.number), &proposal);
    changes.emit(GovernanceEvent::Proposed(proposal).to_event());
    Ok(changes)
}

/// Casts a vote. As soon as enough are in favour the proposal is decided, and as soon as too few are left it is refused:
/// votes do not change, so nothing that could still be said would change it.
pub(super) fn vote(
    view: &View<'_>,
    context: &BlockContext,
    elector: MemberId,
    new: NewVote,
) -> Result<Changes, GovernanceRejection> {
    let mut proposal = query::proposal(view, new.proposal).ok_or(GovernanceRejection::ProposalUnknown)?;
    let key = state::vote(proposal.number, &elector);
    let voted = view.has(&key);
    if !proposal.electors.contains(&elector) {
        return Err(GovernanceRejection::NotElector);
    }
    if voted {
        return Err(GovernanceRejection::VotedAlready);
    }
    if proposal.stage != Stage::Open || context.time > proposal.deadline {
        return Err(GovernanceRejection::VotingOver);
    }
    let NewVote { choice, reason, .. } = new;
    let vote = Vote { proposal: proposal.number, elector, choice, reason, height: context.height };
    proposal.tally.count(choice);
    let mut changes = Changes::new();
    changes.put(&key, &vote);
    changes.emit(GovernanceEvent::Voted(vote, proposal.tally).to_event());
    if proposal.has_passed() {
        changes.append(decide(view, context, proposal));
    } else if proposal.cannot_pass() {
        changes.append(end(view, proposal, Stage::Refused(context.height)));
    } else {
        changes.put(&state::proposal(proposal.number), &proposal);
    }
    Ok(changes)
}

/// Enough are in favour. What has become harmful since the proposal was made is not carried out all the same.
fn decide(view: &View<'_>, context: &BlockContext, proposal: Proposal) -> Changes {
    let rehearsal = query::rehearse(view, context, &proposal.action);
    if let Some(refusal) = rehearsal.refusal {
        return end(view, proposal, Stage::Void(context.height, refusal.code()));
    }
    match rehearsal.boundary {
        Some(boundary) => end(view, proposal, Stage::Decided { decided: context.height, boundary }),
        None => {
            let mut changes = immediate::carry_out(view, context, &proposal);
            changes.append(end(view, proposal, Stage::Executed(context.height)));
            changes
        }
    }
}

/// The deadline of a proposal has come.
pub(super) fn lapse(view: &View<'_>, context: &BlockContext, number: u64) -> Changes {
    match query::proposal(view, number).filter(|proposal| proposal.stage == Stage::Open) {
        Some(proposal) => end(view, proposal, Stage::Lapsed(context.height)),
        None => Changes::new(),
    }
}

/// Ends the voting on a proposal.
fn end(view: &View<'_>, mut proposal: Proposal, stage: Stage) -> Changes {
    let mut agenda: Agenda = query::agenda(view);
    agenda.open.retain(|number| *number != proposal.number);
    if matches!(stage, Stage::Decided { .. }) {
        agenda.waiting.push(proposal.number);
    }
    proposal.stage = stage;
    let mut changes = Changes::new();
    changes.put(&state::agenda(), &agenda);
    changes.put(&state::proposal(proposal.number), &proposal);
    changes.emit(GovernanceEvent::StageReached(proposal.number, stage).to_event());
    changes
}
