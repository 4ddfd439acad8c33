//! Where the identity application keeps what it knows. The only file of the application that builds keys.

use super::ids::IDENTITY;
use super::record::{Invitation, Jurisdiction, KeyBinding, Member, Region, RoleGrant, Roles};
use super::transaction::RoleScope;
use chancery_ledger::Key;
use chancery_types::code::RegionCode;
use chancery_types::ids::MemberId;
use chancery_types::key::PublicKey;

/// A region by its code.
pub fn region(code: &RegionCode) -> Key<Region> {
    Key::new(IDENTITY, "region", code)
}

/// A member by its id.
pub fn member(id: &MemberId) -> Key<Member> {
    Key::new(IDENTITY, "member", id)
}

/// What an authority may decide about.
pub fn jurisdiction(authority: &MemberId) -> Key<Jurisdiction> {
    Key::new(IDENTITY, "jurisdiction", authority)
}

/// Whose a key is. It stays when the key has ended, so that no key is ever bound twice.
pub fn binding(key: &PublicKey) -> Key<KeyBinding> {
    Key::new(IDENTITY, "binding", key)
}

/// The business keys of a member that have not been ended, at most [`super::ids::KEYS_MAX`].
pub fn keys(member: &MemberId) -> Key<Vec<PublicKey>> {
    Key::new(IDENTITY, "keys", member)
}

/// An invitation by its own key.
pub fn invitation(key: &PublicKey) -> Key<Invitation> {
    Key::new(IDENTITY, "invitation", key)
}

/// The first roles that a member was given.
pub fn roles(member: &MemberId) -> Key<Roles> {
    Key::new(IDENTITY, "roles", member)
}

/// A role that was given, for which there was no room among the member's first.
pub fn role(scope: &RoleScope) -> Key<RoleGrant> {
    Key::new(IDENTITY, "role", scope)
}

/// The validators' identity keys, in the order of the network's identity.
pub fn validators() -> Key<Vec<PublicKey>> {
    Key::new(IDENTITY, "validators", &())
}
