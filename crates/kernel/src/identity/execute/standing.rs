//! Suspensions, take-overs, and vouching beside another authority. A suspension is one write; what it touches is found
//! when those it touches act.

use crate::identity::event::IdentityEvent;
use crate::identity::ids::{NOTICE_MS_MAX, NOTICE_MS_MIN, VOUCHERS_MAX};
use crate::identity::record::Suspension;
use crate::identity::rejection::IdentityRejection;
use crate::identity::transaction::{Lifting, SuspensionNotice, TakingOver, Withdrawal};
use crate::identity::{query, state};
use chancery_ledger::{BlockContext, Changes, Sender, View};
use chancery_types::ids::MemberId;
use chancery_types::member::MemberKind;

/// Announces a suspension.
pub(super) fn suspend(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    notice: SuspensionNotice,
) -> Result<Changes, IdentityRejection> {
    let SuspensionNotice { authority, from, reason } = notice;
    let ahead = context.time.plus_ms(NOTICE_MS_MIN)..=context.time.plus_ms(NOTICE_MS_MAX);
    if !ahead.contains(&from) {
        return Err(IdentityRejection::NoticeUnfit);
    }
    let mut office = query::office(view, &authority);
    if office.suspension.is_some() {
        return Err(IdentityRejection::SuspendedAlready);
    }
    let suspension = Suspension { by: sender.member, reason, announced: context.height, from };
    office.suspension = Some(suspension.clone());
    let mut changes = Changes::new();
    changes.put(&state::office(&authority), &office);
    changes.emit(IdentityEvent::SuspensionAnnounced(authority, suspension).to_event());
    Ok(changes)
}

/// Lifts a suspension, or withdraws its notice. What another took over comes back, unless the authority has ended.
pub(super) fn lift(view: &View<'_>, sender: &Sender, lifting: Lifting) -> Result<Changes, IdentityRejection> {
    let mut office = query::office(view, &lifting.authority);
    office.suspension.take().ok_or(IdentityRejection::NotSuspended)?;
    let live = query::live_member(view, &lifting.authority).is_some();
    if live && office.end.is_none() {
        office.taken_over_by = None;
    }
    let mut changes = Changes::new();
    changes.put(&state::office(&lifting.authority), &office);
    changes.emit(IdentityEvent::SuspensionLifted(lifting, sender.member).to_event());
    Ok(changes)
}

/// Puts another authority in the place of one that is suspended or ends.
pub(super) fn take_over(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    taking: TakingOver,
) -> Result<Changes, IdentityRejection> {
    let mut office = query::office(view, &taking.authority);
    let live = query::live_member(view, &taking.authority).is_some();
    if live && office.suspension.is_none() && office.end.is_none() {
        return Err(IdentityRejection::InOffice);
    }
    if !query::is_fit_for(view, context, &taking.by, &taking.authority) {
        return Err(IdentityRejection::SuccessorUnfit);
    }
    office.taken_over_by = Some(taking.by);
    let mut changes = Changes::new();
    changes.put(&state::office(&taking.authority), &office);
    changes.emit(IdentityEvent::TakenOver(taking, sender.member).to_event());
    Ok(changes)
}

/// Vouches for a member beside the authority that registered it.
pub(super) fn vouch(view: &View<'_>, sender: &Sender, member: MemberId) -> Result<Changes, IdentityRejection> {
    let known = query::live_member(view, &member).ok_or(IdentityRejection::MemberUnknown)?;
    let mut vouchers = query::vouchers(view, &member);
    let vouches = known.vouched_by == Some(sender.member) || vouchers.contains(&sender.member);
    if vouches || known.kind == MemberKind::Authority {
        return Err(IdentityRejection::VouchedAlready);
    }
    if vouchers.len() >= VOUCHERS_MAX {
        return Err(IdentityRejection::TooManyVouchers);
    }
    vouchers.push(sender.member);
    let mut changes = Changes::new();
    changes.put(&state::vouchers(&member), &vouchers);
    changes.emit(IdentityEvent::Vouched(member, sender.member).to_event());
    Ok(changes)
}

/// Vouches no longer.
pub(super) fn withdraw(view: &View<'_>, sender: &Sender, withdrawal: Withdrawal) -> Result<Changes, IdentityRejection> {
    let mut vouchers = query::vouchers(view, &withdrawal.member);
    let before = vouchers.len();
    vouchers.retain(|voucher| *voucher != sender.member);
    if vouchers.len() == before {
        return Err(IdentityRejection::NotVouching);
    }
    let mut changes = Changes::new();
    changes.put(&state::vouchers(&withdrawal.member), &vouchers);
    changes.emit(IdentityEvent::VouchingWithdrawn(withdrawal, sender.member).to_event());
    Ok(changes)
}
