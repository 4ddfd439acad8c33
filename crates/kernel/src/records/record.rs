//! What the state holds about registers and records.

use chancery_types::code::{Domain, RegionCode, RegisterId};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId, RecordId, Version};
use chancery_types::period::Period;
use chancery_types::record::{Assurance, Cell, RecordVersion, RegisterClass};
use chancery_types::time::BlockTime;
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordHead {
    /// Its id.
    pub id: RecordId,
    /// The register.
    pub register: RegisterId,
    /// What it is about in time.
    pub period: Period,
    /// What it is about in space.
    pub region: RegionCode,
    /// Whom it is about.
    pub subject: MemberId,
    /// Who stands behind the subject: the owner that respondents are counted by.
    pub owner: MemberId,
    /// The latest version filed.
    pub latest: Version,
    /// How well the latest version is known.
    pub assurance: Assurance,
    /// The version that counts in totals, if one does.
    pub counted: Option<Version>,
}

/// A record as the state keeps it, head and latest version in one value and nothing said twice: the value of a short
/// return is one chunk of the state, and filing it is one write.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Record {
    /// See [`RecordHead`].
    #[n(0)]
    pub register: RegisterId,
    /// See [`RecordHead`].
    #[n(1)]
    pub period: Period,
    /// See [`RecordHead`].
    #[n(2)]
    pub region: RegionCode,
    /// See [`RecordHead`].
    #[n(3)]
    pub subject: MemberId,
    /// See [`RecordHead`]; absent if it is the subject.
    #[n(4)]
    pub owner: Option<MemberId>,
    /// See [`RecordHead`].
    #[n(5)]
    pub latest: Version,
    /// See [`RecordHead`].
    #[n(6)]
    pub assurance: Assurance,
    /// See [`RecordHead`].
    #[n(7)]
    pub counted: Option<Version>,
    /// The latest version.
    #[n(8)]
    pub stated: Stated,
}

/// What a version says beyond its record. A superseded version is kept as this.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Stated {
    /// Who signed it; absent if it is the record's subject.
    #[n(0)]
    pub filer: Option<MemberId>,
    /// See [`RecordVersion`].
    #[n(1)]
    pub filed: BlockTime,
    /// See [`RecordVersion`].
    #[n(2)]
    pub cells: Vec<Cell>,
    /// See [`RecordVersion`].
    #[n(3)]
    pub sealed: Option<Digest>,
    /// See [`RecordVersion`].
    #[n(4)]
    pub reason: Option<String>,
}

impl Record {
    /// The record of a head with its latest version.
    pub fn new(head: &RecordHead, stated: Stated) -> Self {
        Self {
            register: head.register.clone(),
            period: head.period,
            region: head.region.clone(),
            subject: head.subject,
            owner: (head.owner != head.subject).then_some(head.owner),
            latest: head.latest,
            assurance: head.assurance,
            counted: head.counted,
            stated,
        }
    }

    /// Its head. A record's id is its key, not its value.
    pub fn head(&self, id: RecordId) -> RecordHead {
        RecordHead {
            id,
            register: self.register.clone(),
            period: self.period,
            region: self.region.clone(),
            subject: self.subject,
            owner: self.owner.unwrap_or(self.subject),
            latest: self.latest,
            assurance: self.assurance,
            counted: self.counted,
        }
    }

    /// One of its versions as it was filed.
    pub fn version(&self, id: RecordId, version: Version, stated: Stated) -> RecordVersion {
        RecordVersion {
            record: id,
            version,
            register: self.register.clone(),
            period: self.period,
            region: self.region.clone(),
            subject: self.subject,
            filer: stated.filer.unwrap_or(self.subject),
            filed: stated.filed,
            cells: stated.cells,
            sealed: stated.sealed,
            reason: stated.reason,
        }
    }
}

impl Stated {
    /// What a version says beyond its record.
    pub fn of(version: &RecordVersion) -> Self {
        Self {
            filer: (version.filer != version.subject).then_some(version.filer),
            filed: version.filed,
            cells: version.cells.clone(),
            sealed: version.sealed,
            reason: version.reason.clone(),
        }
    }
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
