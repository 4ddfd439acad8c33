//! Suspensions and whom they touch; names, ends and identification.

use super::{MemberSummary, Moment, RoleGrant};
use crate::schema;
use chancery_kernel::identity::record::IdentityLevel;
use chancery_types::code::RegionCode;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A name from a date on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Naming {
    /// The name.
    pub name: String,
    /// From when on; absent for the first name.
    pub from: Option<Moment>,
    /// The act that says so, as cited; absent for the first name.
    pub act: Option<String>,
}

/// The end of a region or authority, announced or come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Succession {
    /// From when on it is no more.
    pub from: Moment,
    /// What succeeds it: region codes, or member ids.
    pub successors: Vec<String>,
    /// For an authority: the successor that answers for what it vouched for; absent where those above it do.
    #[schema(value_type = Option<schema::ShortId>)]
    pub heir: Option<MemberId>,
    /// The act that says so, as cited.
    pub act: String,
}

/// A region with what it was called and has become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegionHistory {
    /// Its code, with leading zeros.
    #[schema(value_type = schema::CodeText)]
    pub code: RegionCode,
    /// The region around it; absent for the whole country.
    #[schema(value_type = Option<schema::CodeText>)]
    pub parent: Option<RegionCode>,
    /// Its names, oldest first; the first has no date.
    pub names: Vec<Naming>,
    /// Its end.
    pub end: Option<Succession>,
    /// The regions that it succeeds, in the order of codes.
    #[schema(value_type = Vec<schema::CodeText>)]
    pub predecessors: Vec<RegionCode>,
}

/// A check of a member's legal identity. The documents stay with the authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Identification {
    /// How well it was checked.
    #[schema(value_type = schema::IdentityLevelText)]
    pub level: IdentityLevel,
    /// The authority that answers for the check.
    #[schema(value_type = schema::ShortId)]
    pub authority: MemberId,
    /// Who checked.
    #[schema(value_type = schema::ShortId)]
    pub checked_by: MemberId,
    /// When.
    pub checked: Moment,
    /// Salted commitment to the documents that were checked.
    #[schema(value_type = schema::LongId)]
    pub documents: Digest,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Device {
    /// Maker and model.
    pub model: String,
    /// Where it stands.
    pub place: String,
    /// Its latest calibration.
    pub calibration: Option<Calibration>,
}

/// A calibration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Calibration {
    /// The member that calibrated.
    #[schema(value_type = schema::ShortId)]
    pub by: MemberId,
    /// When.
    pub on: Moment,
    /// Until when it is good.
    pub expires: Moment,
    /// Hash of the certificate.
    #[schema(value_type = schema::LongId)]
    pub certificate: Digest,
}

/// A suspension as it was announced, with what has become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Suspension {
    /// The authority above that announced it.
    #[schema(value_type = schema::ShortId)]
    pub by: MemberId,
    /// Why.
    pub reason: String,
    /// The block of the notice.
    #[schema(value_type = u64)]
    pub announced: Height,
    /// From when on it is in force.
    pub from: Moment,
    /// The block in which it was lifted or withdrawn.
    #[schema(value_type = Option<u64>)]
    pub lifted: Option<Height>,
    /// Why it was lifted.
    pub lifted_reason: Option<String>,
}

/// What a member was called and has become, how it was identified, and on whose word it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberHistory {
    /// The member.
    #[serde(flatten)]
    pub member: MemberSummary,
    /// Its names, oldest first; the first has no date. A person or device has none.
    pub names: Vec<Naming>,
    /// Its end by succession.
    pub end: Option<Succession>,
    /// How it was identified last; absent if no authority has said.
    pub identification: Option<Identification>,
    /// The authorities that vouch for it beside the one that registered it.
    #[schema(value_type = Vec<schema::ShortId>)]
    pub vouchers: Vec<MemberId>,
    /// The authority in its place, while it is suspended or when it has ended.
    #[schema(value_type = Option<schema::ShortId>)]
    pub taken_over_by: Option<MemberId>,
    /// Its suspensions, latest first.
    pub suspensions: Vec<Suspension>,
    /// What it is, for a device.
    pub device: Option<Device>,
}

/// Whom a suspension of an authority would touch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SuspensionPreview {
    /// How many members' new business would be refused; the authority itself is one of them.
    pub members_count: u64,
    /// Of these, authorities.
    pub authorities_count: u64,
    /// How many roles would not hold.
    pub roles_count: u64,
    /// The members, in the order of their ids.
    pub members: Vec<MemberSummary>,
    /// Where the list of members goes on: give it as `after`. Absent at the end.
    pub next: Option<String>,
    /// The first of the roles, at most as many as members were asked for.
    pub roles: Vec<TouchedRole>,
}

/// A role that would not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TouchedRole {
    /// Whose.
    #[schema(value_type = schema::ShortId)]
    pub member: MemberId,
    /// Which.
    #[serde(flatten)]
    pub role: RoleGrant,
}
