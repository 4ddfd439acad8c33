//! What the transactions do.

mod identification;
mod keys;
mod members;
mod roles;
mod standing;
mod succession;

use super::event::IdentityEvent;
use super::ids::DEPTH_MAX;
use super::record::Region;
use super::rejection::IdentityRejection;
use super::transaction::{IdentityTransaction, NewRegion};
use super::{query, state};
use chancery_ledger::{BlockContext, Changes, Permitted, View};
use chancery_types::time::BlockTime;

/// Carries out what was authorised.
///
/// # Errors
/// It cannot be done in this state.
pub(super) fn execute(
    view: &View<'_>,
    context: &BlockContext,
    permitted: Permitted<IdentityTransaction>,
) -> Result<Changes, IdentityRejection> {
    let (sender, transaction) = permitted.into_parts();
    match transaction {
        IdentityTransaction::RegisterRegion(region) => register_region(view, region),
        IdentityTransaction::RegisterAuthority(authority) => members::certify(view, context, &sender, authority),
        IdentityTransaction::RegisterMembers(batch) => members::register(view, context, &sender, batch),
        IdentityTransaction::AcceptInvitation(acceptance) => keys::accept(view, context, &sender, acceptance),
        IdentityTransaction::AddKey(key) => keys::add(view, context, &key),
        IdentityTransaction::RevokeKey(key) => keys::end(view, context, &key),
        IdentityTransaction::GrantRole(offer) => roles::give(view, context, &sender, offer),
        IdentityTransaction::RevokeRole(scope) => roles::take_back(view, context, scope),
        IdentityTransaction::RevokeMember(ending) => members::end(view, context, ending),
        IdentityTransaction::InviteAgain(again) => {
            keys::open_invitation(view, context, again.members, &again.invitation)
        }
        IdentityTransaction::Suspend(notice) => standing::suspend(view, context, &sender, notice),
        IdentityTransaction::Lift(lifting) => standing::lift(view, &sender, lifting),
        IdentityTransaction::TakeOver(taking) => standing::take_over(view, context, &sender, taking),
        IdentityTransaction::Vouch(member) => standing::vouch(view, &sender, member),
        IdentityTransaction::Withdraw(withdrawal) => standing::withdraw(view, &sender, withdrawal),
        IdentityTransaction::Rename(renaming) => succession::rename(view, context, renaming),
        IdentityTransaction::ReformRegions(reform) => succession::reform_regions(view, context, reform),
        IdentityTransaction::ReformBodies(reform) => succession::reform_bodies(view, context, reform),
        IdentityTransaction::RegisterIdentified(batch) => identification::register(view, context, &sender, batch),
        IdentityTransaction::Identify(checks) => identification::renew(view, context, &sender, checks),
        IdentityTransaction::Calibrate(report) => identification::calibrate(view, context, report),
    }
}

fn register_region(view: &View<'_>, new: NewRegion) -> Result<Changes, IdentityRejection> {
    if view.has(&state::region(&new.code)) {
        return Err(IdentityRejection::RegionKnown);
    }
    if query::region_path(view, &new.parent).len() >= DEPTH_MAX {
        return Err(IdentityRejection::RegionTooDeep);
    }
    // An end that is only announced ends what would begin within it too.
    if query::region_end(view, &new.parent).is_some() {
        return Err(IdentityRejection::RegionEnded);
    }
    let parts = view.read(&state::region_parts(&new.parent)).unwrap_or_default();
    let mut changes = Changes::new();
    changes.put(&state::region_parts(&new.parent), &parts.saturating_add(1));
    let region = Region { code: new.code, parent: Some(new.parent), name: new.name };
    changes.put(&state::region(&region.code), &region);
    changes.emit(IdentityEvent::RegionRegistered(region).to_event());
    Ok(changes)
}

fn not_past(context: &BlockContext, expires: BlockTime) -> Result<(), IdentityRejection> {
    if expires > context.time { Ok(()) } else { Err(IdentityRejection::ExpiryPast) }
}
