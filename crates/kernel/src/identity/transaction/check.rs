//! The bounds of transactions: what decodes is within them and names nothing twice.

use super::{IdentifiedMembers, IdentityTransaction, NewMember, NewMembers, Renaming};
use crate::identity::ids::{DOMAINS_MAX, MEMBERS_PER_BATCH_MAX, NAME_BYTES_MAX, REFORMED_MAX, ROLES_PER_BATCH_MAX};
use crate::identity::record::Device;
use crate::identity::rejection::IdentityRejection;
use chancery_types::encoding::from_bytes;
use chancery_types::member::MemberKind;
use std::collections::BTreeSet;

impl IdentityTransaction {
    /// Decodes a payload. What comes out is within its bounds and names nothing twice.
    ///
    /// # Errors
    /// [`IdentityRejection::Malformed`], or the bound that is broken.
    pub fn decode(payload: &[u8]) -> Result<Self, IdentityRejection> {
        let transaction: Self = from_bytes(payload).map_err(|_| IdentityRejection::Malformed)?;
        transaction.check().map(|()| transaction)
    }

    fn check(&self) -> Result<(), IdentityRejection> {
        match self {
            Self::RegisterRegion(region) => check_name(Some(&region.name)),
            Self::RegisterAuthority(authority) => {
                check_name(Some(&authority.name))?;
                check_list(&authority.domains, DOMAINS_MAX)
            }
            Self::RegisterMembers(batch) => check_members(batch),
            Self::RegisterIdentified(batch) => check_identified(batch),
            Self::AcceptInvitation(acceptance) => {
                check_list(&acceptance.keys.iter().map(|key| key.key).collect::<Vec<_>>(), MEMBERS_PER_BATCH_MAX)
            }
            Self::RevokeMember(ending) => check_reason(&ending.reason),
            Self::Suspend(notice) => check_reason(&notice.reason),
            Self::Lift(lifting) => check_reason(&lifting.reason),
            Self::TakeOver(taking) => check_reason(&taking.reason),
            Self::Withdraw(withdrawal) => check_reason(&withdrawal.reason),
            Self::InviteAgain(again) => check_list(&again.members, MEMBERS_PER_BATCH_MAX),
            Self::Rename(Renaming { name, act, .. }) => check_name(Some(name)).and_then(|()| check_reason(act)),
            Self::ReformRegions(reform) => {
                check_sides(&reform.ended, &reform.successors)?;
                check_reason(&reform.act)
            }
            Self::ReformBodies(reform) => {
                check_sides(&reform.ended, &reform.successors)?;
                check_reason(&reform.act)
            }
            Self::Identify(checks) => {
                check_list(&checks.iter().map(|check| check.member).collect::<Vec<_>>(), MEMBERS_PER_BATCH_MAX)?;
                check_list(&checks.iter().map(|check| check.check.tag).collect::<Vec<_>>(), MEMBERS_PER_BATCH_MAX)
            }
            Self::AddKey(_) | Self::RevokeKey(_) | Self::GrantRole(_) | Self::RevokeRole(_) => Ok(()),
            Self::Vouch(_) | Self::Calibrate(_) => Ok(()),
        }
    }
}

fn check_members(batch: &NewMembers) -> Result<(), IdentityRejection> {
    check_list(&batch.members.iter().map(|member| member.legal).collect::<Vec<_>>(), MEMBERS_PER_BATCH_MAX)?;
    let roles: Vec<_> = batch.roles.iter().map(|role| (role.role, &role.domain)).collect();
    if !roles.is_empty() {
        check_list(&roles, ROLES_PER_BATCH_MAX)?;
    }
    batch.members.iter().try_for_each(check_member)
}

fn check_member(member: &NewMember) -> Result<(), IdentityRejection> {
    match (member.kind, &member.name) {
        (MemberKind::Authority, _) => Err(IdentityRejection::KindUnfit),
        (MemberKind::Person | MemberKind::Device, None) => Ok(()),
        (MemberKind::Person | MemberKind::Device, Some(_)) => Err(IdentityRejection::NameUnfit),
        (MemberKind::Organisation | MemberKind::Node, name) => check_name(name.as_deref()),
    }
}

fn check_identified(batch: &IdentifiedMembers) -> Result<(), IdentityRejection> {
    check_members(&batch.plain())?;
    check_list(&batch.members.iter().map(|one| one.check.tag).collect::<Vec<_>>(), MEMBERS_PER_BATCH_MAX)?;
    batch.members.iter().try_for_each(|one| match (one.member.kind, &one.device) {
        (MemberKind::Device, Some(Device { model, place, .. })) => {
            let described = is_short_text(model) && is_short_text(place) && one.member.owner.is_some();
            if described { Ok(()) } else { Err(IdentityRejection::DeviceUnfit) }
        }
        (MemberKind::Device, None) | (_, Some(_)) => Err(IdentityRejection::DeviceUnfit),
        (_, None) => Ok(()),
    })
}

impl IdentifiedMembers {
    /// The registration without how it is known.
    pub(in crate::identity) fn plain(&self) -> NewMembers {
        NewMembers {
            members: self.members.iter().map(|one| one.member.clone()).collect(),
            roles: self.roles.clone(),
            invitation: self.invitation.clone(),
        }
    }
}

/// Two lists with nothing in common.
fn check_sides<T: Ord>(ended: &[T], successors: &[T]) -> Result<(), IdentityRejection> {
    check_list(ended, REFORMED_MAX)?;
    check_list(successors, REFORMED_MAX)?;
    if ended.iter().any(|one| successors.contains(one)) { Err(IdentityRejection::SuccessionUnfit) } else { Ok(()) }
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

fn check_reason(reason: &str) -> Result<(), IdentityRejection> {
    if is_short_text(reason) { Ok(()) } else { Err(IdentityRejection::ReasonMissing) }
}

/// Something to read, on one line, of at most [`NAME_BYTES_MAX`] bytes, that shows as it is written.
pub(in crate::identity) fn is_short_text(text: &str) -> bool {
    let written = !text.trim().is_empty() && text.trim().len() == text.len();
    written && text.len() <= NAME_BYTES_MAX && !text.chars().any(|sign| sign.is_control() || turns_the_text(sign))
}

/// Line separators, and the marks of the Unicode bidirectional algorithm (UAX #9) that show a text in another order
/// than it has: with them a name can be made to look like another.
const fn turns_the_text(sign: char) -> bool {
    matches!(sign, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
