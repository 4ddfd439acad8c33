//! Who may do what.

use super::query;
use super::rejection::GovernanceRejection;
use super::transaction::{GovernanceTransaction, NewAnswer};
use crate::identity;
use chancery_ledger::{Sender, View};
use chancery_types::member::MemberKind;

/// Decides whether the sender may do this, here and now.
///
/// # Errors
/// The sender may not.
pub(super) fn authorize(
    view: &View<'_>,
    sender: &Sender,
    transaction: &GovernanceTransaction,
) -> Result<(), GovernanceRejection> {
    match transaction {
        GovernanceTransaction::Propose(_) | GovernanceTransaction::Vote(_) => is_constituent(view, sender),
        GovernanceTransaction::AnnounceReadiness(_) => match sender.kind {
            MemberKind::Node => Ok(()),
            _ => Err(GovernanceRejection::NotNode),
        },
        // Whoever shows it, the evidence speaks for itself; `registry` has seen to it that it is a member.
        GovernanceTransaction::ReportDoubleProposal(_) => Ok(()),
        GovernanceTransaction::AnswerHearing(answer) => may_answer(view, sender, answer),
    }
}

fn is_constituent(view: &View<'_>, sender: &Sender) -> Result<(), GovernanceRejection> {
    let seated = query::constituents(view).contains(&sender.member);
    if seated { Ok(()) } else { Err(GovernanceRejection::NotConstituent) }
}

fn may_answer(view: &View<'_>, sender: &Sender, answer: &NewAnswer) -> Result<(), GovernanceRejection> {
    let hearing = query::hearing(view, answer.hearing).ok_or(GovernanceRejection::HearingUnknown)?;
    let owner = identity::query::member(view, &hearing.accused).and_then(|accused| accused.owner);
    let may = hearing.accused == sender.member || owner == Some(sender.member);
    if may { Ok(()) } else { Err(GovernanceRejection::NotAccused) }
}
