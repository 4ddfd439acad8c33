//! What members may ask of the statistics application.

mod wellformed;

use crate::record::{CellSpecification, Identity, Ratio};
use crate::rejection::StatisticsRejection;
use chancery_types::amount::{CellValue, Quantity};
use chancery_types::code::{CellId, RegionCode, RegisterId};
use chancery_types::encoding::from_bytes;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId, RecordId, Version};
use chancery_types::intake::SignedIntake;
use chancery_types::period::Period;
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// A transaction of this application.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum StatisticsTransaction {
    /// Says what is asked in a register; by its supervising authority.
    #[n(0)]
    DefineStructure(#[n(0)] NewStructure),
    /// Opens a period.
    #[n(1)]
    OpenPeriod(#[n(0)] NewCollection),
    /// Files returns under one signature.
    #[n(2)]
    File(#[n(0)] Filing),
    /// Accepts or refuses filed returns of a confidential register; by its supervising authority.
    #[n(3)]
    Decide(#[n(0)] Decisions),
    /// Publishes a figure; by the supervising authority.
    #[n(4)]
    Publish(#[n(0)] Publication),
}

/// A structure to be defined.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewStructure {
    /// The register.
    #[n(0)]
    pub register: RegisterId,
    /// See [`crate::record::Structure`].
    #[n(1)]
    pub cells: Vec<CellSpecification>,
    /// See [`crate::record::Structure`].
    #[n(2)]
    pub identities: Vec<Identity>,
    /// See [`crate::record::Structure`].
    #[n(3)]
    pub ratios: Vec<Ratio>,
}

/// A period to be opened; fields as in [`crate::record::Collection`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewCollection {
    /// The register.
    #[n(0)]
    pub register: RegisterId,
    /// The period.
    #[n(1)]
    pub period: Period,
    /// When returns are due.
    #[n(2)]
    pub due: BlockTime,
    /// When the period closes.
    #[n(3)]
    pub closes: BlockTime,
    /// When figures come out.
    #[n(4)]
    pub release: BlockTime,
    /// The authority's own term.
    #[n(5)]
    pub decision_term_ms: u64,
    /// The fewest different owners.
    #[n(6)]
    pub respondents_min: u16,
    /// The largest share of one owner.
    #[n(7)]
    pub dominance_max_percent: u8,
}

/// Returns under one signature. Either all stand or none does, with the number of the first that cannot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Filing {
    /// The register.
    #[n(0)]
    pub register: RegisterId,
    /// The period.
    #[n(1)]
    pub period: Period,
    /// One to [`crate::ids::RETURNS_PER_FILING_MAX`] returns.
    #[n(2)]
    pub returns: Vec<Return>,
    /// For a filing that arrived in time and is ordered late: the word of f + 1 validators about
    /// [`crate::query::filing_digest`]. Their latest time is the time of filing.
    #[n(3)]
    pub intake: Vec<SignedIntake>,
}

/// One return. The record's id follows from register, period and subject ([`crate::query::record_id`]).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Return {
    /// Whom it is about: the sender, or a member in whose region the sender is a filer.
    #[n(0)]
    pub subject: MemberId,
    /// One value for every cell of the structure, in its order.
    #[n(1)]
    pub cells: Vec<CellValue>,
    /// For a confidential register: hash of the openings as sealed to the authority.
    #[n(2)]
    pub sealed: Option<Digest>,
    /// The version that this one corrects, with the reason; absent for a first version.
    #[n(3)]
    pub correction: Option<Correction>,
}

/// Why a version is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Correction {
    /// The version that is replaced: the latest.
    #[n(0)]
    pub replaces: Version,
    /// Why, in words.
    #[n(1)]
    pub reason: String,
}

/// The authority's word on filed returns.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Decisions {
    /// The register.
    #[n(0)]
    pub register: RegisterId,
    /// One to [`crate::ids::DECISIONS_PER_BATCH_MAX`] decisions.
    #[n(1)]
    pub verdicts: Vec<Verdict>,
}

/// A decision on one version.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Verdict {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// The version: the latest.
    #[n(1)]
    pub version: Version,
    /// Absent to accept; to refuse, the number within this application of one of the reasons in
    /// [`crate::rejection::StatisticsRejection`] that an authority may give.
    #[n(2)]
    pub refusal: Option<u16>,
}

/// A figure to be published.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Publication {
    /// The register.
    #[n(0)]
    pub register: RegisterId,
    /// The period.
    #[n(1)]
    pub period: Period,
    /// The region.
    #[n(2)]
    pub region: RegionCode,
    /// The publication's number, from 1: one more than there were.
    #[n(3)]
    pub sequence: u32,
    /// Every return accepted at or below this height is in.
    #[n(4)]
    pub cutoff: Height,
    /// One total for every additive cell, in the structure's order.
    #[n(5)]
    pub totals: Vec<Total>,
    /// For a confidential register: the signed statement that no owner's share exceeds the period's
    /// `dominance_max_percent` in any cell.
    #[n(6)]
    pub dominance_statement: bool,
}

/// The total of one cell.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Total {
    /// The cell.
    #[n(0)]
    pub cell: CellId,
    /// The total.
    #[n(1)]
    pub total: Quantity,
    /// For a confidential register: the proof that the running sum hides exactly this total, bound to network,
    /// register, period, region, sequence, cut-off and cell ([`crate::query::total_context`]).
    #[cbor(n(2), with = "minicbor::bytes")]
    pub proof: Option<Vec<u8>>,
}

impl StatisticsTransaction {
    /// Decodes a payload. What comes out is within its bounds and names nothing twice; a structure is consistent.
    ///
    /// # Errors
    /// [`StatisticsRejection::Malformed`], or what is unfit about a structure or period.
    pub fn decode(payload: &[u8]) -> Result<Self, StatisticsRejection> {
        let transaction: Self = from_bytes(payload).map_err(|_| StatisticsRejection::Malformed)?;
        wellformed::check(&transaction)?;
        Ok(transaction)
    }
}
