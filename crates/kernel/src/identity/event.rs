//! What happened to members, for those who follow.

use super::ids::IDENTITY;
use super::record::{Jurisdiction, KeyBinding, Member, Region, RoleGrant};
use super::transaction::RoleScope;
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::event::Event;
use chancery_types::ids::MemberId;
use chancery_types::key::PublicKey;
use minicbor::{Decode, Encode};

/// An event of this application. On the wire each is an [`chancery_types::event::Event`] whose kind is the number of
/// the variant and whose payload is the whole value.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum IdentityEvent {
    /// A region was added.
    #[n(1)]
    RegionRegistered(#[n(0)] Region),
    /// A member was registered; an authority with its jurisdiction.
    #[n(2)]
    MemberRegistered(#[n(0)] Member, #[n(1)] Option<Jurisdiction>),
    /// A key was bound.
    #[n(3)]
    KeyBound(#[n(0)] PublicKey, #[n(1)] KeyBinding),
    /// A key was ended.
    #[n(4)]
    KeyRevoked(#[n(0)] PublicKey, #[n(1)] MemberId),
    /// A role was given.
    #[n(5)]
    RoleGranted(#[n(0)] RoleScope, #[n(1)] RoleGrant),
    /// A role was taken back.
    #[n(6)]
    RoleRevoked(#[n(0)] RoleScope),
    /// A member was ended, with the public reason.
    #[n(7)]
    MemberRevoked(#[n(0)] MemberId, #[n(1)] String),
}

impl IdentityEvent {
    /// The number of the variant.
    pub const fn kind(&self) -> u16 {
        match self {
            Self::RegionRegistered(..) => 1,
            Self::MemberRegistered(..) => 2,
            Self::KeyBound(..) => 3,
            Self::KeyRevoked(..) => 4,
            Self::RoleGranted(..) => 5,
            Self::RoleRevoked(..) => 6,
            Self::MemberRevoked(..) => 7,
        }
    }

    /// The event as it stands under an outcome.
    pub fn to_event(&self) -> Event {
        Event { application: IDENTITY, kind: self.kind(), payload: to_bytes(self) }
    }

    /// Reads an event; `None` if it is not one of this application, or of a kind that this version does not know.
    pub fn from_event(event: &Event) -> Option<Self> {
        let own = event.application == IDENTITY;
        from_bytes(&event.payload).ok().filter(|read: &Self| own && read.kind() == event.kind)
    }
}
