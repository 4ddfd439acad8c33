//! Where the identity application keeps what it knows. The only file of the application that builds keys.

use super::ids::IDENTITY;
use super::record::{
    Device, Identification, Invitation, Jurisdiction, KeyBinding, Member, Naming, Office, Region, RegionEnd, RoleGrant,
    Roles,
};
use super::transaction::RoleScope;
use chancery_ledger::Key;
use chancery_types::code::RegionCode;
use chancery_types::hash::Digest;
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

/// What has become of an authority's office, if anything has.
pub fn office(authority: &MemberId) -> Key<Office> {
    Key::new(IDENTITY, "office", authority)
}

/// The authorities that vouch for a member beside the one that registered it, at most [`super::ids::VOUCHERS_MAX`].
pub fn vouchers(member: &MemberId) -> Key<Vec<MemberId>> {
    Key::new(IDENTITY, "vouchers", member)
}

/// The names of a region after its first, oldest first, at most [`super::ids::NAMES_MAX`].
pub fn region_names(code: &RegionCode) -> Key<Vec<Naming>> {
    Key::new(IDENTITY, "region-names", code)
}

/// The names of a member after its first, oldest first, at most [`super::ids::NAMES_MAX`].
pub fn member_names(id: &MemberId) -> Key<Vec<Naming>> {
    Key::new(IDENTITY, "member-names", id)
}

/// The end of a region, announced or come.
pub fn region_end(code: &RegionCode) -> Key<RegionEnd> {
    Key::new(IDENTITY, "region-end", code)
}

/// How many regions lie directly within a region for which no end has been announced.
pub fn region_parts(code: &RegionCode) -> Key<u32> {
    Key::new(IDENTITY, "region-parts", code)
}

/// How a member was identified last.
pub fn identification(member: &MemberId) -> Key<Identification> {
    Key::new(IDENTITY, "identification", member)
}

/// Which member an authority has registered under its tag of a legal identity.
pub fn identified(authority: &MemberId, tag: &Digest) -> Key<MemberId> {
    Key::new(IDENTITY, "identified", &(authority, tag))
}

/// What a device is.
pub fn device(member: &MemberId) -> Key<Device> {
    Key::new(IDENTITY, "device", member)
}
