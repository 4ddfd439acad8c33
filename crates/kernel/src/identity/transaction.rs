//! What members may ask of the identity application.

mod check;
mod identification;
mod standing;
mod succession;

pub(super) use check::is_short_text;
pub use identification::{CalibrationReport, IdentifiedMember, IdentifiedMembers, IdentityCheck, RenewedCheck};
pub use standing::{Lifting, SuspensionNotice, TakingOver, Withdrawal};
pub use succession::{BodyReform, Named, RegionReform, Renaming};

use super::record::Role;
use chancery_types::code::{Domain, RegionCode};
use chancery_types::hash::Digest;
use chancery_types::ids::MemberId;
use chancery_types::key::{PublicKey, SealingPublicKey, Signature};
use chancery_types::member::MemberKind;
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// A transaction of this application.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum IdentityTransaction {
    /// Adds a region within the sender's jurisdiction.
    #[n(0)]
    RegisterRegion(#[n(0)] NewRegion),
    /// Certifies an authority within the sender's jurisdiction; its own is at most as wide.
    #[n(1)]
    RegisterAuthority(#[n(0)] NewAuthority),
    /// Registers members within the sender's jurisdiction, with one invitation for all of them.
    #[n(2)]
    RegisterMembers(#[n(0)] NewMembers),
    /// Binds first keys; signed with the invitation's key.
    #[n(3)]
    AcceptInvitation(#[n(0)] Acceptance),
    /// Binds a further key to the sender.
    #[n(4)]
    AddKey(#[n(0)] NewKey),
    /// Ends a key: the sender's own, or one of a member that the sender answers for (an open invitation too).
    #[n(5)]
    RevokeKey(#[n(0)] PublicKey),
    /// Gives a role within the sender's jurisdiction.
    #[n(6)]
    GrantRole(#[n(0)] RoleOffer),
    /// Takes a role back.
    #[n(7)]
    RevokeRole(#[n(0)] RoleScope),
    /// Ends a member that the sender answers for.
    #[n(8)]
    RevokeMember(#[n(0)] Ending),
    /// Invites members that the sender answers for once more: an invitation ran out, or a key is lost.
    #[n(9)]
    InviteAgain(#[n(0)] NewInvitation),
    /// Announces the suspension of an authority below the sender.
    #[n(10)]
    Suspend(#[n(0)] SuspensionNotice),
    /// Lifts a suspension of an authority below the sender, or withdraws its notice.
    #[n(11)]
    Lift(#[n(0)] Lifting),
    /// Gives what a suspended or ended authority below the sender vouched for into the charge of another.
    #[n(12)]
    TakeOver(#[n(0)] TakingOver),
    /// Vouches for a member that another authority registered, beside that one.
    #[n(13)]
    Vouch(#[n(0)] MemberId),
    /// Vouches no longer for a member that another authority registered.
    #[n(14)]
    Withdraw(#[n(0)] Withdrawal),
    /// Gives a region, or a member that the sender answers for, a new name from a date on.
    #[n(15)]
    Rename(#[n(0)] Renaming),
    /// Merges or splits regions within the sender's.
    #[n(16)]
    ReformRegions(#[n(0)] RegionReform),
    /// Merges or splits authorities below the sender.
    #[n(17)]
    ReformBodies(#[n(0)] BodyReform),
    /// Registers members with how they were identified.
    #[n(18)]
    RegisterIdentified(#[n(0)] IdentifiedMembers),
    /// Records how members that the sender registered were identified, for the first time or anew.
    #[n(19)]
    Identify(#[n(0)] Vec<RenewedCheck>),
    /// Records the calibration of a device that the sender answers for.
    #[n(20)]
    Calibrate(#[n(0)] CalibrationReport),
}

/// A region to be added.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewRegion {
    /// Its code.
    #[n(0)]
    pub code: RegionCode,
    /// The region around it.
    #[n(1)]
    pub parent: RegionCode,
    /// Its official name.
    #[n(2)]
    pub name: String,
}

/// The key of an invitation and its end.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct InvitationOffer {
    /// The invitation's own public key; whoever was handed its secret signs the acceptance.
    #[n(0)]
    pub key: PublicKey,
    /// Until when.
    #[n(1)]
    pub expires: BlockTime,
}

/// An authority to be certified.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewAuthority {
    /// Its public name.
    #[n(0)]
    pub name: String,
    /// Its domains, each within one of the sender's.
    #[n(1)]
    pub domains: Vec<Domain>,
    /// Its region, within the sender's.
    #[n(2)]
    pub region: RegionCode,
    /// Salted commitment to the act that founded it.
    #[n(3)]
    pub legal: Digest,
    /// The key to which filers seal what only this authority may read.
    #[n(4)]
    pub sealing_key: Option<SealingPublicKey>,
    /// How it gets its first key.
    #[n(5)]
    pub invitation: InvitationOffer,
}

/// Members to be registered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewMembers {
    /// One to [`super::ids::MEMBERS_PER_BATCH_MAX`] members.
    #[n(0)]
    pub members: Vec<NewMember>,
    /// Roles that each of them gets, in its own region.
    #[n(1)]
    pub roles: Vec<BatchRole>,
    /// How they get their first keys.
    #[n(2)]
    pub invitation: InvitationOffer,
}

/// A member to be registered. Its id follows from network, sender and `legal` ([`super::query::member_id`]).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewMember {
    /// What kind of party; not an authority.
    #[n(0)]
    pub kind: MemberKind,
    /// The public name of an organisation or node; a person or device has none.
    #[n(1)]
    pub name: Option<String>,
    /// Where it is at home.
    #[n(2)]
    pub region: RegionCode,
    /// Who stands behind it.
    #[n(3)]
    pub owner: Option<MemberId>,
    /// Salted commitment to the checked documents.
    #[n(4)]
    pub legal: Digest,
}

/// A role for each member of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BatchRole {
    /// The role.
    #[n(0)]
    pub role: Role,
    /// In which domain.
    #[n(1)]
    pub domain: Domain,
    /// Until when.
    #[n(2)]
    pub expires: BlockTime,
}

/// A further invitation.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewInvitation {
    /// One to [`super::ids::MEMBERS_PER_BATCH_MAX`] members.
    #[n(0)]
    pub members: Vec<MemberId>,
    /// How they get their keys.
    #[n(1)]
    pub invitation: InvitationOffer,
}

/// First keys of invited members.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Acceptance {
    /// One key for every invited member, in the invitation's order.
    #[n(0)]
    pub keys: Vec<NewKey>,
}

/// A key to be bound.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewKey {
    /// Whose.
    #[n(0)]
    pub member: MemberId,
    /// The key.
    #[n(1)]
    pub key: PublicKey,
    /// Until when; absent for as long as the member lasts.
    #[n(2)]
    pub expires: Option<BlockTime>,
    /// Signature by the new key over the member's id, with the purpose *key possession*: nobody binds a key that is
    /// not in hand.
    #[n(3)]
    pub possession: Signature,
}

/// Which role of whom, where.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RoleScope {
    /// Who.
    #[n(0)]
    pub member: MemberId,
    /// The role.
    #[n(1)]
    pub role: Role,
    /// In which domain.
    #[n(2)]
    pub domain: Domain,
    /// In which region, with all regions within it.
    #[n(3)]
    pub region: RegionCode,
}

/// A role to be given.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RoleOffer {
    /// Which.
    #[n(0)]
    pub scope: RoleScope,
    /// Until when.
    #[n(1)]
    pub expires: BlockTime,
}

/// The end of a member.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Ending {
    /// Who.
    #[n(0)]
    pub member: MemberId,
    /// Why, in words for the public.
    #[n(1)]
    pub reason: String,
}
