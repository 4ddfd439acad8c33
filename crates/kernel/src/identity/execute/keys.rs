//! Keys and invitations.

use super::not_past;
use crate::identity::event::IdentityEvent;
use crate::identity::ids::{INVITATION_MS_MAX, KEYS_MAX};
use crate::identity::record::{Invitation, KeyBinding};
use crate::identity::rejection::IdentityRejection;
use crate::identity::transaction::{Acceptance, InvitationOffer, NewKey};
use crate::identity::{query, state};
use chancery_crypto::signature::{BatchVerifier, Purpose, Signed, check_key};
use chancery_ledger::{BlockContext, Changes, Sender, View};
use chancery_types::ids::MemberId;
use chancery_types::key::PublicKey;
use chancery_types::member::KeyPurpose;
use std::num::NonZeroUsize;

/// Opens an invitation.
pub(super) fn open_invitation(
    view: &View<'_>,
    context: &BlockContext,
    members: Vec<MemberId>,
    offer: &InvitationOffer,
) -> Result<Changes, IdentityRejection> {
    not_past(context, offer.expires)?;
    if offer.expires > context.time.plus_ms(INVITATION_MS_MAX) {
        return Err(IdentityRejection::ExpiryTooFar);
    }
    check_fresh(view, &offer.key)?;
    let first = members.first().copied().ok_or(IdentityRejection::TooMany)?;
    let invitation = Invitation { members, expires: offer.expires, used: None };
    let binding = KeyBinding {
        member: first,
        purpose: KeyPurpose::Invitation,
        from: context.height,
        expires: Some(offer.expires),
        revoked: None,
    };
    let mut changes = Changes::new();
    changes.put(&state::invitation(&offer.key), &invitation);
    changes.append(bind(&offer.key, binding));
    Ok(changes)
}

/// Binds the first keys and uses the invitation up: its own key ends with it.
pub(super) fn accept(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    acceptance: Acceptance,
) -> Result<Changes, IdentityRejection> {
    let mut invitation = query::invitation(view, &sender.key).ok_or(IdentityRejection::NotTheInvited)?;
    check_possession(context, &acceptance.keys)?;
    // All are looked at before any is judged, so that a run over a state that is not loaded notes what all need.
    for key in &acceptance.keys {
        let _ = query::live_member(view, &key.member);
        let _ = (query::valid_keys(view, context, &key.member), query::binding(view, &key.key));
    }
    let mut changes = Changes::new();
    for key in &acceptance.keys {
        let added = view.after(&changes, |view| add_possessed(view, context, key))?;
        changes.append(added);
    }
    invitation.used = Some(context.height);
    changes.put(&state::invitation(&sender.key), &invitation);
    let ended = view.after(&changes, |view| end(view, context, &sender.key))?;
    changes.append(ended);
    Ok(changes)
}

/// Binds a further key.
pub(super) fn add(view: &View<'_>, context: &BlockContext, key: &NewKey) -> Result<Changes, IdentityRejection> {
    check_possession(context, std::slice::from_ref(key))?;
    add_possessed(view, context, key)
}

/// Ends a key.
pub(super) fn end(view: &View<'_>, context: &BlockContext, key: &PublicKey) -> Result<Changes, IdentityRejection> {
    let mut binding = query::binding(view, key).ok_or(IdentityRejection::KeyUnknown)?;
    binding.revoked = Some(context.height);
    let mut changes = Changes::new();
    changes.put(&state::binding(key), &binding);
    if binding.is_business() {
        let mut keys = view.read(&state::keys(&binding.member)).unwrap_or_default();
        keys.retain(|other| other != key);
        changes.put(&state::keys(&binding.member), &keys);
    }
    changes.emit(IdentityEvent::KeyRevoked(*key, binding.member).to_event());
    Ok(changes)
}

fn add_possessed(view: &View<'_>, context: &BlockContext, new: &NewKey) -> Result<Changes, IdentityRejection> {
    if query::live_member(view, &new.member).is_none() {
        return Err(IdentityRejection::MemberUnknown);
    }
    new.expires.map_or(Ok(()), |expires| not_past(context, expires))?;
    check_fresh(view, &new.key)?;
    // Keys that have run out make room.
    let mut keys = query::valid_keys(view, context, &new.member);
    if keys.len() >= KEYS_MAX {
        return Err(IdentityRejection::TooManyKeys);
    }
    keys.push(new.key);
    let binding = KeyBinding {
        member: new.member,
        purpose: KeyPurpose::Business,
        from: context.height,
        expires: new.expires,
        revoked: None,
    };
    let mut changes = Changes::new();
    changes.put(&state::keys(&new.member), &keys);
    changes.append(bind(&new.key, binding));
    Ok(changes)
}

fn bind(key: &PublicKey, binding: KeyBinding) -> Changes {
    let mut changes = Changes::new();
    changes.put(&state::binding(key), &binding);
    changes.emit(IdentityEvent::KeyBound(*key, binding).to_event());
    changes
}

fn check_fresh(view: &View<'_>, key: &PublicKey) -> Result<(), IdentityRejection> {
    check_key(key).map_err(|_| IdentityRejection::KeyUnsound)?;
    if view.has(&state::binding(key)) { Err(IdentityRejection::KeyKnown) } else { Ok(()) }
}

/// One equation for all new keys: a full invitation holds 256 of them.
fn check_possession(context: &BlockContext, keys: &[NewKey]) -> Result<(), IdentityRejection> {
    let signed: Vec<Signed<'_>> = keys
        .iter()
        .map(|key| Signed {
            purpose: Purpose::KeyPossession,
            network: &context.network,
            message: key.member.as_bytes(),
            key: &key.key,
            signature: &key.possession,
        })
        .collect();
    let good = BatchVerifier::new(NonZeroUsize::MIN).all_good(&signed);
    if good { Ok(()) } else { Err(IdentityRejection::PossessionNotShown) }
}
