//! What the state holds about members.

mod identification;
mod standing;
mod succession;

pub use identification::{Calibration, Device, Identification, IdentityLevel};
pub use standing::{BodyEnd, Office, Suspension};
pub use succession::{Naming, RegionEnd};

use super::ids::ROLES_TOGETHER_MAX;
use super::transaction::RoleScope;
use chancery_types::code::{Domain, RegionCode};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId};
use chancery_types::key::SealingPublicKey;
use chancery_types::member::{KeyPurpose, MemberKind};
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// A region in the tree of regions.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Region {
    /// Its code, with leading zeros.
    #[n(0)]
    pub code: RegionCode,
    /// The region around it; absent for the whole country.
    #[n(1)]
    pub parent: Option<RegionCode>,
    /// Its official name.
    #[n(2)]
    pub name: String,
}

/// A member. No personal data: a person has no name here.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Member {
    /// The stable id.
    #[n(0)]
    pub id: MemberId,
    /// What kind of party.
    #[n(1)]
    pub kind: MemberKind,
    /// The authority that checked who this is; absent for a constituting authority.
    #[n(2)]
    pub vouched_by: Option<MemberId>,
    /// The public name of an authority, organisation or node.
    #[n(3)]
    pub name: Option<String>,
    /// Where it is at home.
    #[n(4)]
    pub region: RegionCode,
    /// Who stands behind it, where that is another member (a company behind its works).
    #[n(5)]
    pub owner: Option<MemberId>,
    /// Salted commitment to the legal identity; the documents stay with the authority.
    #[n(6)]
    pub legal: Digest,
    /// When it was registered.
    #[n(7)]
    pub registered: Height,
    /// From which block on it may do nothing more.
    #[n(8)]
    pub revoked: Option<Height>,
}

/// What an authority may decide about.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Jurisdiction {
    /// Subject domains; each covers what lies within it.
    #[n(0)]
    pub domains: Vec<Domain>,
    /// The region, with all regions within it.
    #[n(1)]
    pub region: RegionCode,
    /// The key to which filers seal what only this authority may read.
    #[n(2)]
    pub sealing_key: Option<SealingPublicKey>,
}

/// Whose key it is and what it may sign.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct KeyBinding {
    /// Whose.
    #[n(0)]
    pub member: MemberId,
    /// What it may sign.
    #[n(1)]
    pub purpose: KeyPurpose,
    /// From which block on.
    #[n(2)]
    pub from: Height,
    /// Until when.
    #[n(3)]
    pub expires: Option<BlockTime>,
    /// From which block on no more.
    #[n(4)]
    pub revoked: Option<Height>,
}

/// An invitation: who may bind a first key with it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Invitation {
    /// The invited members, in the order in which they were registered.
    #[n(0)]
    pub members: Vec<MemberId>,
    /// Until when.
    #[n(1)]
    pub expires: BlockTime,
    /// When it was used up.
    #[n(2)]
    pub used: Option<Height>,
}

/// What a member may do, beyond what its kind implies.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, serde::Serialize, serde::Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Files returns about itself or about members it files for.
    #[n(0)]
    Filer,
    /// Checks what was filed.
    #[n(1)]
    Checker,
    /// Approves what was checked.
    #[n(2)]
    Approver,
    /// Carries out inspections.
    #[n(3)]
    Inspector,
    /// Decides on findings.
    #[n(4)]
    Adjudicator,
    /// Reads what is not public, to audit it.
    #[n(5)]
    Auditor,
    /// Keeps a node running.
    #[n(6)]
    Operator,
    /// Cosigns checkpoints and contributes to draws.
    #[n(7)]
    Witness,
}

/// A role of a member, where it holds.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct HeldRole {
    /// The role.
    #[n(0)]
    pub role: Role,
    /// In which domain.
    #[n(1)]
    pub domain: Domain,
    /// In which region.
    #[n(2)]
    pub region: RegionCode,
    /// By whom and until when.
    #[n(3)]
    pub grant: RoleGrant,
}

/// The first [`super::ids::ROLES_TOGETHER_MAX`] roles of a member, live or not: most have one, and what a member may do
/// is then found in one place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Roles(#[n(0)] pub Vec<HeldRole>);

impl Roles {
    /// The role of this scope, if it stands here.
    pub fn get(&self, scope: &RoleScope) -> Option<&RoleGrant> {
        self.0.iter().find(|held| held.is_of(scope)).map(|held| &held.grant)
    }

    /// Whether further roles have places of their own.
    pub fn is_full(&self) -> bool {
        self.0.len() >= ROLES_TOGETHER_MAX
    }

    /// Notes a role; answers whether there was room. A role that stood elsewhere never comes here: room never comes back.
    pub fn set(&mut self, scope: &RoleScope, grant: &RoleGrant) -> bool {
        if let Some(held) = self.0.iter_mut().find(|held| held.is_of(scope)) {
            held.grant = grant.clone();
            return true;
        }
        if self.is_full() {
            return false;
        }
        let RoleScope { role, domain, region, .. } = scope.clone();
        self.0.push(HeldRole { role, domain, region, grant: grant.clone() });
        true
    }
}

impl HeldRole {
    fn is_of(&self, scope: &RoleScope) -> bool {
        self.role == scope.role && self.domain == scope.domain && self.region == scope.region
    }
}

/// A role with its scope and dates.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RoleGrant {
    /// The authority that granted it.
    #[n(0)]
    pub granted_by: MemberId,
    /// Since when.
    #[n(1)]
    pub from: Height,
    /// Until when.
    #[n(2)]
    pub expires: BlockTime,
    /// From which block on no more.
    #[n(3)]
    pub revoked: Option<Height>,
}
