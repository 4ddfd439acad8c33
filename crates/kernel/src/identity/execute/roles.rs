//! Roles: given and taken back.

use super::not_past;
use crate::identity::event::IdentityEvent;
use crate::identity::record::RoleGrant;
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
    if held.is_some_and(|grant| grant.granted_by != sender.member) {
        return Err(IdentityRejection::RoleHeldOtherwise);
    }
    Ok(grant(context, sender, offer.scope, offer.expires))
}

/// A role of a member that was registered just now, in its own region.
pub(super) fn first_role(
    context: &BlockContext,
    sender: &Sender,
    member: MemberId,
    role: &BatchRole,
    region: &RegionCode,
) -> Changes {
    let scope = RoleScope { member, role: role.role, domain: role.domain.clone(), region: region.clone() };
    grant(context, sender, scope, role.expires)
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
    changes.put(&state::role(&scope), &grant);
    changes.emit(IdentityEvent::RoleRevoked(scope).to_event());
    Ok(changes)
}

fn grant(context: &BlockContext, sender: &Sender, scope: RoleScope, expires: BlockTime) -> Changes {
    let grant = RoleGrant { granted_by: sender.member, from: context.height, expires, revoked: None };
    let mut changes = Changes::new();
    changes.put(&state::role(&scope), &grant);
    changes.emit(IdentityEvent::RoleGranted(scope, grant).to_event());
    changes
}
