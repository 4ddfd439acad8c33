//! Roles: given and taken back.

use super::not_past;
use crate::identity::event::IdentityEvent;
use crate::identity::record::{RoleGrant, Roles};
use crate::identity::rejection::IdentityRejection;
use crate::identity::transaction::{BatchRole, RoleOffer, RoleScope};
use crate::identity::{query, state};
use chancery_ledger::{BlockContext, Changes, Sender, View};
use chancery_types::code::RegionCode;
use chancery_types::ids::MemberId;
use chancery_types::time::BlockTime;

/// Gives a role, or changes the expiry of one that the sender gave.
pub(super) fn give(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    offer: RoleOffer,
) -> Result<Changes, IdentityRejection> {
    if query::live_member(view, &offer.scope.member).is_none() {
        return Err(IdentityRejection::MemberUnknown);
    }
    not_past(context, offer.expires)?;
    let held = query::role_grant(view, &offer.scope).filter(|grant| grant.is_live(context.time));
    // The word of a suspended authority may be replaced by another's; the history keeps both.
    let others =
        |grant: &RoleGrant| grant.granted_by != sender.member && query::word_counts(view, context, &grant.granted_by);
    if held.as_ref().is_some_and(others) {
        return Err(IdentityRejection::RoleHeldOtherwise);
    }
    let mut changes = Changes::new();
    let grant = grant(context, sender, offer.expires);
    put(view, &offer.scope, &grant, &mut changes);
    changes.emit(IdentityEvent::RoleGranted(offer.scope, grant).to_event());
    Ok(changes)
}

/// The roles of a member that was registered just now, in its own region.
pub(super) fn first_roles(
    context: &BlockContext,
    sender: &Sender,
    member: MemberId,
    given: &[BatchRole],
    region: &RegionCode,
) -> Changes {
    let (mut changes, mut roles) = (Changes::new(), Roles::default());
    for one in given {
        let scope = RoleScope { member, role: one.role, domain: one.domain.clone(), region: region.clone() };
        let grant = grant(context, sender, one.expires);
        // A registration gives no more roles than lie together.
        roles.set(&scope, &grant);
        changes.emit(IdentityEvent::RoleGranted(scope, grant).to_event());
    }
    if !given.is_empty() {
        changes.put(&state::roles(&member), &roles);
    }
    changes
}

/// Takes a role back.
pub(super) fn take_back(
    view: &View<'_>,
    context: &BlockContext,
    scope: RoleScope,
) -> Result<Changes, IdentityRejection> {
    let held = query::role_grant(view, &scope).filter(|grant| grant.is_live(context.time));
    let mut grant = held.ok_or(IdentityRejection::RoleNotHeld)?;
    grant.revoked = Some(context.height);
    let mut changes = Changes::new();
    put(view, &scope, &grant, &mut changes);
    changes.emit(IdentityEvent::RoleRevoked(scope).to_event());
    Ok(changes)
}

fn grant(context: &BlockContext, sender: &Sender, expires: BlockTime) -> RoleGrant {
    RoleGrant { granted_by: sender.member, from: context.height, expires, revoked: None }
}

/// Writes a role among the member's first ones, or in a place of its own.
fn put(view: &View<'_>, scope: &RoleScope, grant: &RoleGrant, changes: &mut Changes) {
    let mut roles = query::roles(view, &scope.member);
    match roles.set(scope, grant) {
        true => changes.put(&state::roles(&scope.member), &roles),
        false => changes.put(&state::role(scope), grant),
    }
}
