//! What members may ask of the identity application.

use super::ids::{DOMAINS_MAX, MEMBERS_PER_BATCH_MAX, NAME_BYTES_MAX, ROLES_PER_BATCH_MAX};
use super::record::Role;
use super::rejection::IdentityRejection;
use chancery_types::code::{Domain, RegionCode};
use chancery_types::encoding::from_bytes;
use chancery_types::hash::Digest;
use chancery_types::ids::MemberId;
use chancery_types::key::{PublicKey, SealingPublicKey, Signature};
use chancery_types::member::MemberKind;
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};
use std::collections::BTreeSet;

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

impl IdentityTransaction {
    /// Decodes a payload. What comes out is within its bounds and names nothing twice.
    ///
    /// # Errors
    /// [`IdentityRejection::Malformed`], or the bound that is broken.
    pub fn decode(payload: &[u8]) -> Result<Self, IdentityRejection> {
        let transaction: Self = from_bytes(payload).map_err(|_| IdentityRejection::Malformed)?;
        match &transaction {
            Self::RegisterRegion(region) => check_name(Some(&region.name))?,
            Self::RegisterAuthority(authority) => {
                check_name(Some(&authority.name))?;
                check_list(&authority.domains, DOMAINS_MAX)?;
            }
            Self::RegisterMembers(batch) => check_members(batch)?,
            Self::AcceptInvitation(acceptance) => {
                check_list(&acceptance.keys.iter().map(|key| key.key).collect::<Vec<_>>(), MEMBERS_PER_BATCH_MAX)?;
            }
            Self::RevokeMember(ending) if !is_short_text(&ending.reason) => {
                return Err(IdentityRejection::ReasonMissing);
            }
            Self::InviteAgain(again) => check_list(&again.members, MEMBERS_PER_BATCH_MAX)?,
            Self::RevokeMember(_) | Self::AddKey(_) | Self::RevokeKey(_) => {}
            Self::GrantRole(_) | Self::RevokeRole(_) => {}
        }
        Ok(transaction)
    }
}

fn check_members(batch: &NewMembers) -> Result<(), IdentityRejection> {
    check_list(&batch.members.iter().map(|member| member.legal).collect::<Vec<_>>(), MEMBERS_PER_BATCH_MAX)?;
    let roles: Vec<_> = batch.roles.iter().map(|role| (role.role, &role.domain)).collect();
    if !roles.is_empty() {
        check_list(&roles, ROLES_PER_BATCH_MAX)?;
    }
    for member in &batch.members {
        match (member.kind, &member.name) {
            (MemberKind::Authority, _) => return Err(IdentityRejection::KindUnfit),
            (MemberKind::Person | MemberKind::Device, None) => {}
            (MemberKind::Person | MemberKind::Device, Some(_)) => return Err(IdentityRejection::NameUnfit),
            (MemberKind::Organisation | MemberKind::Node, name) => check_name(name.as_deref())?,
        }
    }
    Ok(())
}

/// A list has at least one entry, at most `max`, and none twice.
fn check_list<T: Ord>(list: &[T], max: usize) -> Result<(), IdentityRejection> {
    let distinct: BTreeSet<&T> = list.iter().collect();
    let fits = (1..=max).contains(&list.len()) && distinct.len() == list.len();
    if fits { Ok(()) } else { Err(IdentityRejection::TooMany) }
}

fn check_name(name: Option<&str>) -> Result<(), IdentityRejection> {
    if name.is_some_and(is_short_text) { Ok(()) } else { Err(IdentityRejection::NameUnfit) }
}

/// Something to read, on one line, of at most [`NAME_BYTES_MAX`] bytes, that shows as it is written.
pub(super) fn is_short_text(text: &str) -> bool {
    let written = !text.trim().is_empty() && text.trim().len() == text.len();
    written && text.len() <= NAME_BYTES_MAX && !text.chars().any(|sign| sign.is_control() || turns_the_text(sign))
}

/// Line separators, and the marks of the Unicode bidirectional algorithm (UAX #9) that show a text in another order
/// than it has: with them a name can be made to look like another.
const fn turns_the_text(sign: char) -> bool {
    matches!(sign, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
