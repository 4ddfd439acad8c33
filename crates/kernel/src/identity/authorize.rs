//! Who may do what. Delegation narrows and never widens: whatever an authority hands on lies within its own domains
//! and region.

mod identification;
mod standing;
mod succession;

use super::query::{jurisdiction_covers, region_covered};
use super::record::KeyBinding;
use super::rejection::IdentityRejection;
use super::transaction::{Acceptance, IdentityTransaction, NewAuthority, NewKey, NewMembers, RoleScope};
use super::{query, state};
use chancery_ledger::{BlockContext, Sender, View};
use chancery_types::code::RegionCode;
use chancery_types::ids::MemberId;
use chancery_types::key::PublicKey;
use chancery_types::member::{KeyPurpose, MemberKind};

/// Decides whether the sender may do this, here and now.
///
/// # Errors
/// The sender may not.
pub(super) fn authorize(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    transaction: &IdentityTransaction,
) -> Result<(), IdentityRejection> {
    if let IdentityTransaction::AcceptInvitation(acceptance) = transaction {
        query::check_standing(view, context, sender)?;
        return may_accept(view, sender, acceptance);
    }
    check_key_purpose(sender)?;
    // Ending a key only takes away, so it is open to those who stand no longer.
    if !matches!(transaction, IdentityTransaction::RevokeKey(_)) {
        query::check_standing(view, context, sender)?;
    }
    match transaction {
        IdentityTransaction::RegisterRegion(_) if chancery_planted::is("region-by-anyone") => Ok(()),
        IdentityTransaction::RegisterRegion(region) => within_region(view, context, sender, &region.parent),
        IdentityTransaction::RegisterAuthority(authority) => may_certify(view, context, sender, authority),
        IdentityTransaction::RegisterMembers(batch) => may_register(view, context, sender, batch),
        IdentityTransaction::AcceptInvitation(_) => Ok(()),
        IdentityTransaction::AddKey(key) => may_add(sender, key),
        IdentityTransaction::RevokeKey(key) => may_end_key(view, context, sender, key),
        IdentityTransaction::GrantRole(offer) => may_give(view, context, sender, &offer.scope),
        IdentityTransaction::RevokeRole(scope) => covers_role(view, sender, scope),
        IdentityTransaction::RevokeMember(ending) => answers_for(view, context, sender, &ending.member),
        IdentityTransaction::InviteAgain(again) => {
            all(again.members.iter().map(|member| answers_for(view, context, sender, member)))
        }
        IdentityTransaction::Suspend(notice) => standing::may_suspend(view, context, sender, &notice.authority),
        IdentityTransaction::Lift(lifting) => standing::stands_above(view, context, sender, &lifting.authority),
        IdentityTransaction::TakeOver(taking) => standing::may_hand_over(view, context, sender, taking),
        IdentityTransaction::Vouch(member) => standing::may_vouch(view, context, sender, member),
        IdentityTransaction::Withdraw(_) => is_authority(sender),
        IdentityTransaction::Rename(renaming) => succession::may_rename(view, context, sender, &renaming.of),
        IdentityTransaction::ReformRegions(reform) => succession::may_reform_regions(view, sender, reform),
        IdentityTransaction::ReformBodies(reform) => succession::may_reform_bodies(view, context, sender, reform),
        IdentityTransaction::RegisterIdentified(batch) => {
            identification::may_register_identified(view, context, sender, batch)
        }
        IdentityTransaction::Identify(checks) => identification::may_identify(view, context, sender, checks),
        IdentityTransaction::Calibrate(report) => answers_for(view, context, sender, &report.device),
    }
}

/// The key of an invitation signs nothing but its acceptance, in any application. `registry` asks this before every
/// other application's transaction.
///
/// # Errors
/// [`IdentityRejection::InvitationKeyOnly`].
pub fn check_key_purpose(sender: &Sender) -> Result<(), IdentityRejection> {
    match sender.purpose {
        KeyPurpose::Business => Ok(()),
        KeyPurpose::Invitation => Err(IdentityRejection::InvitationKeyOnly),
    }
}

fn is_authority(sender: &Sender) -> Result<(), IdentityRejection> {
    if sender.kind == MemberKind::Authority { Ok(()) } else { Err(IdentityRejection::NotAuthority) }
}

fn within_region(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    region: &RegionCode,
) -> Result<(), IdentityRejection> {
    is_authority(sender)?;
    let ended = query::region_ended(view, context, region);
    if query::region(view, region).is_none() {
        return Err(IdentityRejection::RegionUnknown);
    }
    if !region_covered(view, &sender.member, region) {
        return Err(IdentityRejection::OutsideJurisdiction);
    }
    if ended { Err(IdentityRejection::RegionEnded) } else { Ok(()) }
}

fn may_certify(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    authority: &NewAuthority,
) -> Result<(), IdentityRejection> {
    within_region(view, context, sender, &authority.region)?;
    let mut domains = authority.domains.iter();
    let covered = domains.all(|domain| jurisdiction_covers(view, &sender.member, domain, &authority.region));
    if covered { Ok(()) } else { Err(IdentityRejection::OutsideJurisdiction) }
}

fn may_register(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    batch: &NewMembers,
) -> Result<(), IdentityRejection> {
    all(batch.members.iter().map(|member| {
        within_region(view, context, sender, &member.region)?;
        let mut roles = batch.roles.iter();
        let covered = roles.all(|role| jurisdiction_covers(view, &sender.member, &role.domain, &member.region));
        if covered { Ok(()) } else { Err(IdentityRejection::OutsideJurisdiction) }
    }))
}

/// The first refusal, if there is one. All are looked at before any is judged, so that a run over a state that is not
/// loaded notes what all need, and not one member's needs after the other's.
fn all(judged: impl Iterator<Item = Result<(), IdentityRejection>>) -> Result<(), IdentityRejection> {
    let judged: Vec<Result<(), IdentityRejection>> = judged.collect();
    judged.into_iter().collect()
}

fn may_accept(view: &View<'_>, sender: &Sender, acceptance: &Acceptance) -> Result<(), IdentityRejection> {
    if sender.purpose != KeyPurpose::Invitation {
        return Err(IdentityRejection::NotInvitationKey);
    }
    let invited = view.read(&state::invitation(&sender.key)).map(|invitation| invitation.members);
    let named: Vec<MemberId> = acceptance.keys.iter().map(|key| key.member).collect();
    if invited.as_ref() == Some(&named) { Ok(()) } else { Err(IdentityRejection::NotTheInvited) }
}

fn may_add(sender: &Sender, key: &NewKey) -> Result<(), IdentityRejection> {
    if key.member == sender.member { Ok(()) } else { Err(IdentityRejection::NotOwnKey) }
}

fn may_end_key(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    key: &PublicKey,
) -> Result<(), IdentityRejection> {
    let binding = query::binding(view, key).filter(|binding| binding.revoked.is_none());
    let KeyBinding { member, .. } = binding.ok_or(IdentityRejection::KeyUnknown)?;
    if member != sender.member {
        // Who stands no longer ends its own keys, and nobody else's.
        query::check_standing(view, context, sender)?;
        return answers_for(view, context, sender, &member);
    }
    // A member whose last key is gone is invited again by its authority; an authority may have none above it.
    let others = query::valid_keys(view, context, &member).iter().any(|other| other != key);
    if sender.kind == MemberKind::Authority && !others { Err(IdentityRejection::LastKey) } else { Ok(()) }
}

fn may_give(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    scope: &RoleScope,
) -> Result<(), IdentityRejection> {
    covers_role(view, sender, scope)?;
    let ended = query::region_ended(view, context, &scope.region);
    if ended { Err(IdentityRejection::RegionEnded) } else { Ok(()) }
}

fn covers_role(view: &View<'_>, sender: &Sender, scope: &RoleScope) -> Result<(), IdentityRejection> {
    is_authority(sender)?;
    let covered = jurisdiction_covers(view, &sender.member, &scope.domain, &scope.region);
    if covered { Ok(()) } else { Err(IdentityRejection::OutsideJurisdiction) }
}

fn answers_for(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    member: &MemberId,
) -> Result<(), IdentityRejection> {
    is_authority(sender)?;
    if query::live_member(view, member).is_none() {
        return Err(IdentityRejection::MemberUnknown);
    }
    let answers = query::answers_for(view, context, &sender.member, member);
    if answers { Ok(()) } else { Err(IdentityRejection::NotAnswerable) }
}
