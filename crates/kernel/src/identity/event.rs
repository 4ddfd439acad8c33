//! What happened to members, for those who follow.

use super::ids::IDENTITY;
use super::record::{
    BodyEnd, Calibration, Device, Identification, Jurisdiction, KeyBinding, Member, Naming, Region, RegionEnd,
    RoleGrant, Suspension,
};
use super::transaction::{Lifting, Named, RoleScope, TakingOver, Withdrawal};
use chancery_types::code::RegionCode;
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
    /// The suspension of an authority was announced.
    #[n(8)]
    SuspensionAnnounced(#[n(0)] MemberId, #[n(1)] Suspension),
    /// A suspension was lifted, or its notice withdrawn, by the authority that is named last.
    #[n(9)]
    SuspensionLifted(#[n(0)] Lifting, #[n(1)] MemberId),
    /// What an authority vouched for came into the charge of another, by the word of the authority that is named last.
    #[n(10)]
    TakenOver(#[n(0)] TakingOver, #[n(1)] MemberId),
    /// An authority vouches for a member beside the one that registered it: first the member, then the authority.
    #[n(11)]
    Vouched(#[n(0)] MemberId, #[n(1)] MemberId),
    /// An authority no longer does.
    #[n(12)]
    VouchingWithdrawn(#[n(0)] Withdrawal, #[n(1)] MemberId),
    /// A new name was announced.
    #[n(13)]
    Renamed(#[n(0)] Named, #[n(1)] Naming),
    /// The end of a region was announced, with what succeeds it.
    #[n(14)]
    RegionEndAnnounced(#[n(0)] RegionCode, #[n(1)] RegionEnd),
    /// The end of an authority was announced, with what succeeds it.
    #[n(15)]
    BodyEndAnnounced(#[n(0)] MemberId, #[n(1)] BodyEnd),
    /// It was recorded how a member was identified.
    #[n(16)]
    Identified(#[n(0)] MemberId, #[n(1)] Identification),
    /// A device was described.
    #[n(17)]
    DeviceDescribed(#[n(0)] MemberId, #[n(1)] Device),
    /// A device was calibrated.
    #[n(18)]
    Calibrated(#[n(0)] MemberId, #[n(1)] Calibration),
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
            Self::SuspensionAnnounced(..) => 8,
            Self::SuspensionLifted(..) => 9,
            Self::TakenOver(..) => 10,
            Self::Vouched(..) => 11,
            Self::VouchingWithdrawn(..) => 12,
            Self::Renamed(..) => 13,
            Self::RegionEndAnnounced(..) => 14,
            Self::BodyEndAnnounced(..) => 15,
            Self::Identified(..) => 16,
            Self::DeviceDescribed(..) => 17,
            Self::Calibrated(..) => 18,
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
