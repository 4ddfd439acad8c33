//! Misbehaviour: shown by evidence, answered by the accused. What follows is for a vote.

use crate::governance::event::GovernanceEvent;
use crate::governance::params::Parameter;
use crate::governance::record::{Answer, Due, Hearing};
use crate::governance::rejection::GovernanceRejection;
use crate::governance::transaction::{Evidence, NewAnswer};
use crate::governance::{query, state};
use crate::identity;
use chancery_ledger::{BlockContext, Changes, View};
use chancery_types::ids::MemberId;

/// Takes evidence in and opens a hearing.
pub(super) fn report(
    view: &View<'_>,
    context: &BlockContext,
    reporter: MemberId,
    evidence: Box<Evidence>,
) -> Result<Changes, GovernanceRejection> {
    let key = evidence.check(&context.network)?;
    let header = &evidence.first.header;
    let accused = identity::query::binding(view, &key).map(|binding| binding.member);
    let accused = accused.filter(|accused| query::tenure(view, accused).is_some());
    let accused = accused.ok_or(GovernanceRejection::AccusedUnknown)?;
    let about = state::hearing_about(&accused, header.epoch, header.view);
    if view.has(&about) {
        return Err(GovernanceRejection::ReportedAlready);
    }
    let number = view.read(&state::hearings()).unwrap_or(0u64).saturating_add(1);
    let hearing = Hearing {
        number,
        accused,
        epoch: header.epoch,
        view: header.view,
        reporter,
        opened: context.height,
        until: context.time.plus_ms(query::parameter(view, Parameter::HearingTermMs)),
        answer: None,
    };
    let mut changes = state::DUE.push(view, context.time, hearing.until, &[Due::Hearing(number)]);
    changes.put(&state::hearings(), &number);
    changes.put(&about, &number);
    changes.put(&state::hearing(number), &hearing);
    changes.put(&state::evidence(number), &*evidence);
    changes.emit(GovernanceEvent::HearingOpened(hearing, evidence).to_event());
    Ok(changes)
}

/// Notes the answer of the accused.
pub(super) fn answer(
    view: &View<'_>,
    context: &BlockContext,
    by: MemberId,
    answer: NewAnswer,
) -> Result<Changes, GovernanceRejection> {
    let mut hearing = query::hearing(view, answer.hearing).ok_or(GovernanceRejection::HearingUnknown)?;
    if hearing.is_over(context.time) {
        return Err(GovernanceRejection::HearingOver);
    }
    hearing.answer = Some(Answer { by, statement: answer.statement, height: context.height });
    let mut changes = Changes::new();
    changes.put(&state::hearing(hearing.number), &hearing);
    changes.emit(GovernanceEvent::HearingAnswered(hearing).to_event());
    Ok(changes)
}

/// The term of a hearing is over.
pub(super) fn term_over(view: &View<'_>, number: u64) -> Changes {
    let mut changes = Changes::new();
    if query::hearing(view, number).is_some_and(|hearing| hearing.answer.is_none()) {
        changes.emit(GovernanceEvent::HearingTermOver(number).to_event());
    }
    changes
}
