//! Members: certified, registered, ended.

use super::{keys, not_past, roles};
use crate::identity::event::IdentityEvent;
use crate::identity::ids::DEPTH_MAX;
use crate::identity::record::{Jurisdiction, Member};
use crate::identity::rejection::IdentityRejection;
use crate::identity::transaction::{Ending, NewAuthority, NewMember, NewMembers};
use crate::identity::{query, state};
use chancery_ledger::{BlockContext, Changes, Sender, View};
use chancery_types::ids::MemberId;
use chancery_types::member::MemberKind;

pub(super) fn certify(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    new: NewAuthority,
) -> Result<Changes, IdentityRejection> {
    // The line of the new authority is its sender's and the sender itself, and it has to fit with the authority.
    if query::vouching_line(view, &sender.member).len().saturating_add(2) > DEPTH_MAX {
        return Err(IdentityRejection::AuthorityTooDeep);
    }
    let member = NewMember {
        kind: MemberKind::Authority,
        name: Some(new.name),
        region: new.region.clone(),
        owner: None,
        legal: new.legal,
    };
    let jurisdiction = Jurisdiction { domains: new.domains, region: new.region, sealing_key: new.sealing_key };
    let mut changes = Changes::new();
    let id = enter(view, context, sender, member, Some(jurisdiction), &mut changes)?;
    changes.append(keys::open_invitation(view, context, vec![id], &new.invitation)?);
    Ok(changes)
}

pub(super) fn register(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    batch: NewMembers,
) -> Result<Changes, IdentityRejection> {
    batch.roles.iter().try_for_each(|role| not_past(context, role.expires))?;
    // All are looked at before any is judged, so that a run over a state that is not loaded notes what all need.
    for owner in batch.members.iter().filter_map(|member| member.owner.as_ref()) {
        let _ = query::live_member(view, owner);
    }
    let mut changes = Changes::new();
    let mut ids = Vec::new();
    for member in batch.members {
        if let Some(owner) = &member.owner {
            view.after(&changes, |view| check_owner(view, owner))?;
        }
        let region = member.region.clone();
        let id = enter(view, context, sender, member, None, &mut changes)?;
        changes.append(roles::first_roles(context, sender, id, &batch.roles, &region));
        ids.push(id);
    }
    changes.append(keys::open_invitation(view, context, ids, &batch.invitation)?);
    Ok(changes)
}

pub(super) fn end(view: &View<'_>, context: &BlockContext, ending: Ending) -> Result<Changes, IdentityRejection> {
    let member = query::live_member(view, &ending.member).ok_or(IdentityRejection::MemberUnknown)?;
    let member = Member { revoked: Some(context.height), ..Member::clone(&member) };
    let mut changes = Changes::new();
    changes.put(&state::member(&member.id), &member);
    changes.emit(IdentityEvent::MemberRevoked(member.id, ending.reason).to_event());
    Ok(changes)
}

/// Owners are what respondents are counted by, so the chain has one link: an owner is owned by nobody.
fn check_owner(view: &View<'_>, owner: &MemberId) -> Result<(), IdentityRejection> {
    let owner = query::live_member(view, owner);
    if owner.is_some_and(|owner| owner.owner.is_none()) { Ok(()) } else { Err(IdentityRejection::OwnerUnfit) }
}

fn enter(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    new: NewMember,
    jurisdiction: Option<Jurisdiction>,
    changes: &mut Changes,
) -> Result<MemberId, IdentityRejection> {
    let id = query::member_id(&context.network, &sender.member, &new.legal);
    if view.has(&state::member(&id)) {
        return Err(IdentityRejection::MemberKnown);
    }
    let member = Member {
        id,
        kind: new.kind,
        vouched_by: Some(sender.member),
        name: new.name,
        region: new.region,
        owner: new.owner,
        legal: new.legal,
        registered: context.height,
        revoked: None,
    };
    changes.put(&state::member(&id), &member);
    if let Some(jurisdiction) = &jurisdiction {
        changes.put(&state::jurisdiction(&id), jurisdiction);
    }
    changes.emit(IdentityEvent::MemberRegistered(member, jurisdiction).to_event());
    Ok(id)
}
