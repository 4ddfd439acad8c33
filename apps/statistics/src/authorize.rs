//! Who may do what.

use crate::query::path_within;
use crate::rejection::{Refused, StatisticsRejection};
use crate::transaction::{Filing, StatisticsTransaction};
use chancery_kernel::identity::query::{has_role, live_member};
use chancery_kernel::identity::record::{Member, Role};
use chancery_kernel::records;
use chancery_kernel::records::record::Register;
use chancery_ledger::{BlockContext, Sender, View};
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::ids::MemberId;
use chancery_types::member::MemberKind;
use chancery_types::period::Period;
use std::sync::Arc;

/// Decides whether the sender may do this, here and now.
///
/// # Errors
/// The sender may not.
pub(crate) fn authorize(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    transaction: &StatisticsTransaction,
) -> Result<(), Refused> {
    match transaction {
        StatisticsTransaction::DefineStructure(structure) => supervises(view, sender, &structure.register),
        StatisticsTransaction::OpenPeriod(collection) => supervises(view, sender, &collection.register),
        StatisticsTransaction::File(filing) => may_file(view, context, sender, filing),
        StatisticsTransaction::Decide(decisions) => supervises(view, sender, &decisions.register),
        StatisticsTransaction::Publish(publication) => supervises(view, sender, &publication.register),
    }
}

fn supervises(view: &View<'_>, sender: &Sender, register: &RegisterId) -> Result<(), Refused> {
    let register = register_of(view, register)?;
    if register.authority == sender.member { Ok(()) } else { Err(StatisticsRejection::NotSupervisor.into()) }
}

fn register_of(view: &View<'_>, id: &RegisterId) -> Result<Arc<Register>, Refused> {
    records::query::register(view, id).ok_or_else(|| StatisticsRejection::RegisterUnknown.into())
}

fn may_file(view: &View<'_>, context: &BlockContext, sender: &Sender, filing: &Filing) -> Result<(), Refused> {
    let register = register_of(view, &filing.register)?;
    // All are looked at before any is judged, so that a run over a state that is not loaded notes what all need.
    let judged: Vec<Result<(), Refused>> = filing
        .returns
        .iter()
        .map(|one| Ok(may_file_about(view, context, sender, &register, &filing.period, &one.subject)?))
        .collect();
    judged.into_iter().collect()
}

fn may_file_about(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    register: &Register,
    period: &Period,
    subject: &MemberId,
) -> Result<(), StatisticsRejection> {
    let head = records::query::head(view, &records::query::record_id(&register.id, subject, period));
    let subject = live_member(view, subject).ok_or(StatisticsRejection::SubjectUnknown)?;
    // A correction stays where the record is, whatever has become of its subject's region.
    let region = head.map_or(subject.region.clone(), |head| head.region);
    let path = path_within(view, &register.region, &region);
    let Some(region) = path.first() else { return Err(StatisticsRejection::SubjectElsewhere) };
    let is_filer = |region: &RegionCode| has_role(view, context, &sender.member, Role::Filer, &register.domain, region);
    // Every enterprise of a region may be a filer there; that is no mandate to file for its neighbours. Who files for
    // others is an authority, or a filer for a region around theirs.
    let allowed = if answers_for_itself(view, &sender.member, &subject) || sender.kind == MemberKind::Authority {
        is_filer(region)
    } else {
        path.get(1).is_some_and(is_filer)
    };
    if allowed { Ok(()) } else { Err(StatisticsRejection::NotFiler) }
}

/// Whether the subject is the sender itself or something that the sender owns.
fn answers_for_itself(view: &View<'_>, sender: &MemberId, subject: &Member) -> bool {
    let mut next = Some(subject.id);
    for _ in 0..=records::query::OWNERS_MAX {
        match next {
            Some(member) if member == *sender => return true,
            Some(member) => next = live_member(view, &member).and_then(|member| member.owner),
            None => return false,
        }
    }
    false
}
