//! Who may say how somebody was identified, and record calibrations.

use super::{all, answers_for, is_authority, may_register};
use crate::identity::query;
use crate::identity::rejection::IdentityRejection;
use crate::identity::transaction::{IdentifiedMembers, RenewedCheck};
use chancery_ledger::{BlockContext, Sender, View};
use chancery_types::ids::MemberId;

pub(super) fn may_register_identified(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    batch: &IdentifiedMembers,
) -> Result<(), IdentityRejection> {
    may_register(view, context, sender, &batch.plain())?;
    all(batch.members.iter().map(|one| may_have_checked(view, context, sender, &one.check.checked_by)))
}

/// The tags are the registrar's own, so it alone says how its members were identified, or who is in its place.
pub(super) fn may_identify(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    checks: &[RenewedCheck],
) -> Result<(), IdentityRejection> {
    is_authority(sender)?;
    all(checks.iter().map(|one| {
        let member = query::live_member(view, &one.member).ok_or(IdentityRejection::MemberUnknown)?;
        let registrar = member.vouched_by == Some(sender.member)
            || member
                .vouched_by
                .is_some_and(|by| query::office(view, &by).answered_by(context.time) == Some(sender.member));
        if !registrar {
            return Err(IdentityRejection::NotRegistrar);
        }
        may_have_checked(view, context, sender, &one.check.checked_by)
    }))
}

fn may_have_checked(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    checker: &MemberId,
) -> Result<(), IdentityRejection> {
    if *checker == sender.member || answers_for(view, context, sender, checker).is_ok() {
        return Ok(());
    }
    Err(IdentityRejection::CheckUnfit)
}
