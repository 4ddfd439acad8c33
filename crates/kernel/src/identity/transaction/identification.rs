//! Registering members with how they were identified; identifying anew; calibrating devices.

use super::{BatchRole, InvitationOffer, NewMember};
use crate::identity::record::{Calibration, Device, IdentityLevel};
use chancery_types::hash::Digest;
use chancery_types::ids::MemberId;
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// How a legal identity was checked.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct IdentityCheck {
    /// How well.
    #[n(0)]
    pub level: IdentityLevel,
    /// Who checked: the sender, or a live member that it answers for.
    #[n(1)]
    pub checked_by: MemberId,
    /// When, not after the block's time.
    #[n(2)]
    pub checked: BlockTime,
    /// Salted commitment to the documents that were checked.
    #[n(3)]
    pub documents: Digest,
    /// The sender's keyed tag of the legal identity ([`crate::identity::query::duplicate_tag`]).
    #[n(4)]
    pub tag: Digest,
}

/// A member to be registered, with how it was identified.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct IdentifiedMember {
    /// Who.
    #[n(0)]
    pub member: NewMember,
    /// How that is known.
    #[n(1)]
    pub check: IdentityCheck,
    /// What it is, for a device with an owner, and for nothing else.
    #[n(2)]
    pub device: Option<Device>,
}

/// Members to be registered, with how they were identified.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct IdentifiedMembers {
    /// One to [`crate::identity::ids::MEMBERS_PER_BATCH_MAX`] members.
    #[n(0)]
    pub members: Vec<IdentifiedMember>,
    /// Roles that each of them gets, in its own region.
    #[n(1)]
    pub roles: Vec<BatchRole>,
    /// How they get their first keys.
    #[n(2)]
    pub invitation: InvitationOffer,
}

/// A check of a member that is registered already: the first one, or one that replaces an earlier.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RenewedCheck {
    /// Who.
    #[n(0)]
    pub member: MemberId,
    /// How that is known.
    #[n(1)]
    pub check: IdentityCheck,
}

/// A calibration to be recorded.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CalibrationReport {
    /// The device.
    #[n(0)]
    pub device: MemberId,
    /// By whom, when, until when.
    #[n(1)]
    pub calibration: Calibration,
}
