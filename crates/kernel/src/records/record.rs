//! What the state holds about registers and records. A record's versions are
//! [`chancery_types::record::RecordVersion`]s.

use chancery_types::code::{Domain, RegionCode, RegisterId};
use chancery_types::ids::{Height, MemberId, RecordId, Version};
use chancery_types::period::Period;
use chancery_types::record::{Assurance, RegisterClass};
use minicbor::{Decode, Encode};

/// A register: where records of one kind stand, under which law, supervised by whom.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Register {
    /// Its id.
    #[n(0)]
    pub id: RegisterId,
    /// Whether values stand in clear or as commitments.
    #[n(1)]
    pub class: RegisterClass,
    /// The subject domain.
    #[n(2)]
    pub domain: Domain,
    /// The region that it covers.
    #[n(3)]
    pub region: RegionCode,
    /// The supervising authority, which accepts, refuses and publishes.
    #[n(4)]
    pub authority: MemberId,
    /// The law under which records are filed, as cited.
    #[n(5)]
    pub legal_basis: String,
    /// What people call it.
    #[n(6)]
    pub title: String,
    /// Since when.
    #[n(7)]
    pub opened: Height,
}

/// A record: its latest version and how well it is known.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RecordHead {
    /// Its id.
    #[n(0)]
    pub id: RecordId,
    /// The register.
    #[n(1)]
    pub register: RegisterId,
    /// What it is about in time.
    #[n(2)]
    pub period: Period,
    /// What it is about in space.
    #[n(3)]
    pub region: RegionCode,
    /// Whom it is about.
    #[n(4)]
    pub subject: MemberId,
    /// Who stands behind the subject: the owner that respondents are counted by.
    #[n(5)]
    pub owner: MemberId,
    /// The latest version filed.
    #[n(6)]
    pub latest: Version,
    /// How well the latest version is known.
    #[n(7)]
    pub assurance: Assurance,
    /// The version that counts in totals, if one does.
    #[n(8)]
    pub counted: Option<Version>,
}

/// A typed link from one record to another.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Link {
    /// What the link means, by the linking application's vocabulary.
    #[n(0)]
    pub kind: u16,
    /// The record that is linked to.
    #[n(1)]
    pub target: RecordId,
}

/// A link as the record that it leads to knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct BackLink {
    /// The record that links.
    #[n(0)]
    pub from: RecordId,
    /// The version that made the link.
    #[n(1)]
    pub version: Version,
    /// What the link means.
    #[n(2)]
    pub kind: u16,
}
