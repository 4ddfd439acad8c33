//! Records as statements that a receipt can prove.

use crate::amount::CellValue;
use crate::code::{CellId, RegionCode, RegisterId};
use crate::hash::Digest;
use crate::ids::{MemberId, RecordId, Version};
use crate::period::Period;
use crate::rejection::RejectionCode;
use crate::time::BlockTime;
use minicbor::{Decode, Encode};

/// The most cells in one record.
pub const CELLS_MAX: usize = 64;

/// Whether values stand in clear or as commitments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode, serde::Serialize, serde::Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum RegisterClass {
    /// Values stand in clear.
    #[n(0)]
    Open,
    /// Values stand only as commitments.
    #[n(1)]
    Confidential,
}

/// One cell of a record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Cell {
    /// Which cell.
    #[n(0)]
    pub id: CellId,
    /// What stands in it.
    #[n(1)]
    pub value: CellValue,
}

/// A version of a record: who stated what about whom, for when.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RecordVersion {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// Its version, from 1; a later one supersedes the earlier.
    #[n(1)]
    pub version: Version,
    /// The register.
    #[n(2)]
    pub register: RegisterId,
    /// What it is about in time.
    #[n(3)]
    pub period: Period,
    /// What it is about in space.
    #[n(4)]
    pub region: RegionCode,
    /// Whom it is about.
    #[n(5)]
    pub subject: MemberId,
    /// Who signed it.
    #[n(6)]
    pub filer: MemberId,
    /// The time of filing: the block's, or the intake receipts' where they count.
    #[n(7)]
    pub filed: BlockTime,
    /// Cells in the order of the register's structure.
    #[n(8)]
    pub cells: Vec<Cell>,
    /// Commitment to the sealed openings, for a confidential register.
    #[n(9)]
    pub sealed: Option<Digest>,
    /// Why it corrects the version before it.
    #[n(10)]
    pub reason: Option<String>,
}

/// How well a record is known to be true. Supervision adds what follows `Accepted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode, serde::Serialize, serde::Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// Stands on the ledger; nobody has looked at it.
    #[n(0)]
    Filed,
    /// Opened, matches its commitments, values in their declared range.
    #[n(1)]
    Accepted,
    /// Refused with a number.
    #[n(2)]
    Refused,
}

/// A supervising authority's word on a filed version.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Decision {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// The version that was decided on.
    #[n(1)]
    pub version: Version,
    /// Who decided.
    #[n(2)]
    pub authority: MemberId,
    /// What it is now.
    #[n(3)]
    pub assurance: Assurance,
    /// The refusal's number.
    #[n(4)]
    pub code: Option<RejectionCode>,
}
