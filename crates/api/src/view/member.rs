//! Members, authorities, regions and keys.

use super::Moment;
use crate::schema;
use chancery_kernel::identity::record::Role;
use chancery_types::code::{Domain, RegionCode};
use chancery_types::ids::{Height, MemberId};
use chancery_types::key::{PublicKey, SealingPublicKey};
use chancery_types::member::{KeyPurpose, MemberKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A member in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberSummary {
    /// The stable id.
    #[schema(value_type = schema::ShortId)]
    pub id: MemberId,
    /// What kind of party.
    #[schema(value_type = schema::MemberKindText)]
    pub kind: MemberKind,
    /// The public name; a person has none.
    pub name: Option<String>,
    /// Where it is at home.
    #[schema(value_type = schema::CodeText)]
    pub region: RegionCode,
    /// The authority that checked who this is; absent for a constituting authority.
    #[schema(value_type = Option<schema::ShortId>)]
    pub vouched_by: Option<MemberId>,
    /// From which block on it may do nothing more.
    #[schema(value_type = Option<u64>)]
    pub revoked: Option<Height>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// What lists show.
    #[serde(flatten)]
    pub summary: MemberSummary,
    /// Who stands behind it, where that is another member.
    #[schema(value_type = Option<schema::ShortId>)]
    pub owner: Option<MemberId>,
    /// When it was registered.
    #[schema(value_type = u64)]
    pub registered: Height,
    /// For an authority: what it may decide about.
    pub jurisdiction: Option<Jurisdiction>,
    /// Its keys.
    pub keys: Vec<Key>,
    /// Its roles.
    pub roles: Vec<RoleGrant>,
}

/// What an authority may decide about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Jurisdiction {
    /// Subject domains; each covers what lies within it.
    #[schema(value_type = Vec<schema::CodeText>)]
    pub domains: Vec<Domain>,
    /// The region, with all regions within it.
    #[schema(value_type = schema::CodeText)]
    pub region: RegionCode,
    /// The key to which filers seal what only this authority may read.
    #[schema(value_type = Option<schema::LongId>)]
    pub sealing_key: Option<SealingPublicKey>,
}

/// An authority in the tree of authorities; `vouched_by` is the one above it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Authority {
    /// The member.
    #[serde(flatten)]
    pub member: MemberSummary,
    /// What it may decide about.
    pub jurisdiction: Jurisdiction,
}

/// A key and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Key {
    /// The key.
    #[schema(value_type = schema::LongId)]
    pub key: PublicKey,
    /// Whose.
    #[schema(value_type = schema::ShortId)]
    pub member: MemberId,
    /// What it may sign.
    #[schema(value_type = schema::KeyPurposeText)]
    pub purpose: KeyPurpose,
    /// From which block on.
    #[schema(value_type = u64)]
    pub from: Height,
    /// Until when.
    pub expires: Option<Moment>,
    /// From which block on no more.
    #[schema(value_type = Option<u64>)]
    pub revoked: Option<Height>,
}

/// A role that a member has or had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleGrant {
    /// What it may do.
    #[schema(value_type = schema::RoleText)]
    pub role: Role,
    /// In which domain.
    #[schema(value_type = schema::CodeText)]
    pub domain: Domain,
    /// In which region, with all regions within it.
    #[schema(value_type = schema::CodeText)]
    pub region: RegionCode,
    /// The authority that granted it.
    #[schema(value_type = schema::ShortId)]
    pub granted_by: MemberId,
    /// Since when.
    #[schema(value_type = u64)]
    pub from: Height,
    /// Until when.
    pub expires: Moment,
    /// From which block on no more.
    #[schema(value_type = Option<u64>)]
    pub revoked: Option<Height>,
}

/// A region in the tree of regions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Region {
    /// Its code, with leading zeros.
    #[schema(value_type = schema::CodeText)]
    pub code: RegionCode,
    /// The region around it; absent for the whole country.
    #[schema(value_type = Option<schema::CodeText>)]
    pub parent: Option<RegionCode>,
    /// Its official name.
    pub name: String,
}
