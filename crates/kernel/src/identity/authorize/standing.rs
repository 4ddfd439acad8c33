//! Who may suspend, lift, hand over, and vouch beside another.

use super::{answers_for, is_authority, within_region};
use crate::identity::query;
use crate::identity::rejection::IdentityRejection;
use crate::identity::transaction::TakingOver;
use chancery_ledger::{BlockContext, Sender, View};
use chancery_types::ids::MemberId;
use chancery_types::member::MemberKind;

/// The authority is live and stands below the sender.
pub(super) fn may_suspend(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    authority: &MemberId,
) -> Result<(), IdentityRejection> {
    answers_for(view, context, sender, authority)?;
    check_authority(view, authority)
}

/// The authority stands below the sender, be it live or ended: a suspension can outlast it.
pub(super) fn stands_above(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    authority: &MemberId,
) -> Result<(), IdentityRejection> {
    is_authority(sender)?;
    check_authority(view, authority)?;
    let above = query::answers_for(view, context, &sender.member, authority);
    if above { Ok(()) } else { Err(IdentityRejection::NotAnswerable) }
}

fn check_authority(view: &View<'_>, authority: &MemberId) -> Result<(), IdentityRejection> {
    let member = query::member(view, authority).ok_or(IdentityRejection::MemberUnknown)?;
    if member.kind == MemberKind::Authority { Ok(()) } else { Err(IdentityRejection::KindUnfit) }
}

/// Both stand below the sender, or the sender takes over itself: nobody is charged with anything by a stranger.
pub(super) fn may_hand_over(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    taking: &TakingOver,
) -> Result<(), IdentityRejection> {
    stands_above(view, context, sender, &taking.authority)?;
    if taking.by == sender.member { Ok(()) } else { answers_for(view, context, sender, &taking.by) }
}

/// The member is at home in the sender's region.
pub(super) fn may_vouch(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    member: &MemberId,
) -> Result<(), IdentityRejection> {
    is_authority(sender)?;
    let member = query::live_member(view, member).ok_or(IdentityRejection::MemberUnknown)?;
    within_region(view, context, sender, &member.region)
}
