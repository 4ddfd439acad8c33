//! What the state holds about structures, periods and totals.

use chancery_types::amount::{AmountCommitment, Quantity};
use chancery_types::code::{CellId, RegionCode, RegisterId};
use chancery_types::ids::{Height, RecordId, Version};
use chancery_types::period::Period;
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// One cell of a structure.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CellSpecification {
    /// Its id.
    #[n(0)]
    pub id: CellId,
    /// What people call it.
    #[n(1)]
    pub label: String,
    /// The unit, by its UCUM or plain name ("persons", "EUR").
    #[n(2)]
    pub unit: String,
    /// Power of ten by which the integer is to be multiplied (0, 3 for thousands, -2 for cents).
    #[n(3)]
    pub scale: i8,
    /// The smallest value declared plausible; at least 0.
    #[n(4)]
    pub low: Quantity,
    /// The largest value declared plausible; at most [`chancery_types::amount::CELL_VALUE_MAX`].
    #[n(5)]
    pub high: Quantity,
    /// Whether totals may be formed.
    #[n(6)]
    pub additive: bool,
}

/// A linear identity: the sum of coefficient × cell is zero in every return, clear or committed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Identity {
    /// Coefficients and cells.
    #[n(0)]
    pub terms: Vec<Term>,
}

/// A term of an identity.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Term {
    /// The coefficient, not zero.
    #[n(0)]
    pub coefficient: i8,
    /// The cell.
    #[n(1)]
    pub cell: CellId,
}

/// A ratio that is derived from totals, never summed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Ratio {
    /// Its id.
    #[n(0)]
    pub id: CellId,
    /// What people call it.
    #[n(1)]
    pub label: String,
    /// What is divided.
    #[n(2)]
    pub numerator: CellId,
    /// What it is divided by.
    #[n(3)]
    pub denominator: CellId,
    /// How many decimal digits of a per cent are shown.
    #[n(4)]
    pub decimals: u8,
}

/// What is asked in a register.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Structure {
    /// The register.
    #[n(0)]
    pub register: RegisterId,
    /// The cells, in the order in which returns carry them.
    #[n(1)]
    pub cells: Vec<CellSpecification>,
    /// What must hold between them.
    #[n(2)]
    pub identities: Vec<Identity>,
    /// What is derived from totals.
    #[n(3)]
    pub ratios: Vec<Ratio>,
    /// Definitions of a register's structure are numbered from 1. A period keeps the one under which it was opened.
    #[n(4)]
    pub version: u32,
}

/// One period of a register: when returns are due and when figures come out.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Collection {
    /// The register.
    #[n(0)]
    pub register: RegisterId,
    /// The period.
    #[n(1)]
    pub period: Period,
    /// Returns filed after this time are late.
    #[n(2)]
    pub due: BlockTime,
    /// After this time nothing more is taken in, early or late.
    #[n(3)]
    pub closes: BlockTime,
    /// Figures are not published before this time.
    #[n(4)]
    pub release: BlockTime,
    /// How long the authority has to accept or refuse a filed return.
    #[n(5)]
    pub decision_term_ms: u64,
    /// The fewest different owners behind a confidential figure.
    #[n(6)]
    pub respondents_min: u16,
    /// The largest share of one owner in a confidential figure, in per cent.
    #[n(7)]
    pub dominance_max_percent: u8,
    /// Which definition of the structure holds for it.
    #[n(8)]
    pub structure: u32,
}

/// A running sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum RunningSum {
    /// Of clear values.
    #[n(0)]
    Clear(#[n(0)] Quantity),
    /// Of commitments.
    #[n(1)]
    Committed(#[n(0)] AmountCommitment),
}

/// The running totals of one region in one period: every return accepted in the region or within it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Aggregate {
    /// How many returns count.
    #[n(0)]
    pub returns: u64,
    /// How many different owners stand behind them.
    #[n(1)]
    pub respondents: u64,
    /// How many different owners' returns have come or changed since the last publication.
    #[n(2)]
    pub changed: u64,
    /// One sum for each additive cell, in the structure's order.
    #[n(3)]
    pub sums: Vec<RunningSum>,
    /// The last block that changed a sum.
    #[n(4)]
    pub last_changed: Height,
    /// How many publications there were.
    #[n(5)]
    pub publications: u32,
    /// How many returns were refused.
    #[n(6)]
    pub refused: u64,
}

impl Aggregate {
    /// The totals of a region in which no return counts or was refused yet; it has no sums.
    pub const fn nothing() -> Self {
        Self {
            returns: 0,
            respondents: 0,
            changed: 0,
            sums: Vec::new(),
            last_changed: Height(0),
            publications: 0,
            refused: 0,
        }
    }
}

/// What one owner has in an aggregate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct OwnerShare {
    /// How many returns count.
    #[n(0)]
    pub returns: u32,
    /// After which of the aggregate's publications it last changed; it counts towards [`Aggregate::changed`] once.
    #[n(1)]
    pub changed_after: Option<u32>,
    /// The same by the publications of the region around; it counts towards [`Disclosure::changed_in_whole`] once.
    #[n(2)]
    pub changed_after_whole: Option<u32>,
}

/// What one owner has in a period, by region, for the first [`crate::ids::HOLDINGS_MAX`] regions in which it has
/// something, in their order. Most owners have one place of business and so a handful of regions, one around the other:
/// one value holds them all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Holdings(#[n(0)] pub Vec<(RegionCode, OwnerShare)>);

/// What has been shown of a region of a confidential register, beside its aggregate: what the guard against
/// subtraction needs to know. A region's *parts* are the regions directly within it, its *whole* is the one directly
/// around it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Disclosure {
    /// The parts that have accepted returns, in the order of their first, at most [`crate::ids::PARTS_MAX`].
    #[n(0)]
    pub parts: Vec<RegionCode>,
    /// Whether there are more parts than that.
    #[n(1)]
    pub parts_overflow: bool,
    /// How many accepted returns are of subjects at home in the region itself and in none of its parts.
    #[n(2)]
    pub direct_returns: u64,
    /// How often such returns have come or changed since the region's last publication.
    #[n(3)]
    pub direct_changes: u64,
    /// How many different owners' returns have come or changed since the whole's publication of this number.
    #[n(4)]
    pub changed_in_whole: ChangedSince,
    /// How many different owners stood behind the region's last publication.
    #[n(5)]
    pub published_respondents: u64,
    /// Whether a region anywhere within this one was published.
    #[n(6)]
    pub inner_published: bool,
}

/// How many different owners have changed something since a publication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct ChangedSince {
    /// The publication's number; 0 before the first.
    #[n(0)]
    pub publication: u32,
    /// How many owners.
    #[n(1)]
    pub owners: u64,
}

impl ChangedSince {
    /// The owners since a publication: none, if what was counted is older.
    pub const fn since(&self, publication: u32) -> u64 {
        if self.publication == publication { self.owners } else { 0 }
    }
}

/// A filed version whose decision is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Awaited {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// The version.
    #[n(1)]
    pub version: Version,
}

/// Which aggregate.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct AggregateId {
    /// The register.
    #[n(0)]
    pub register: RegisterId,
    /// The period.
    #[n(1)]
    pub period: Period,
    /// The region.
    #[n(2)]
    pub region: RegionCode,
}
