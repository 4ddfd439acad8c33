//! Published figures and running totals.

use super::Moment;
use crate::schema;
use chancery_types::amount::{AmountCommitment, Quantity};
use chancery_types::code::{CellId, RegionCode, RegisterId};
use chancery_types::ids::{Height, MemberId, TransactionId};
use chancery_types::period::Period;
use chancery_types::record::RegisterClass;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A published figure: the totals over all returns accepted up to a height.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Figure {
    /// The register.
    #[schema(value_type = schema::CodeText)]
    pub register: RegisterId,
    /// The period.
    #[schema(value_type = schema::PeriodText)]
    pub period: Period,
    /// The region whose returns are summed, with all regions within it.
    #[schema(value_type = schema::CodeText)]
    pub region: RegionCode,
    /// Publications are numbered from 1; a later one is a revision.
    pub sequence: u32,
    /// Whether the parts are public.
    #[schema(value_type = schema::RegisterClassText)]
    pub class: RegisterClass,
    /// Every return accepted at or below this height is in.
    #[schema(value_type = u64)]
    pub cutoff: Height,
    /// How many returns.
    pub returns: u64,
    /// How many different owners stand behind them.
    pub respondents: u64,
    /// The totals.
    pub cells: Vec<FigureCell>,
    /// What is derived from the totals.
    pub ratios: Vec<Ratio>,
    /// The authority that published.
    #[schema(value_type = schema::ShortId)]
    pub authority: MemberId,
    /// The largest share in per cent that one owner may have by the authority's signed statement.
    pub dominance_max_percent: Option<u8>,
    /// The block in which it stands.
    #[schema(value_type = u64)]
    pub height: Height,
    /// That block's time.
    pub published: Moment,
    /// The transaction that published it.
    #[schema(value_type = schema::LongId)]
    pub transaction: TransactionId,
}

/// The total of one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureCell {
    /// Which cell.
    #[schema(value_type = schema::CodeText)]
    pub id: CellId,
    /// The total.
    #[schema(value_type = i64)]
    pub total: Quantity,
    /// For a confidential register: the sum of commitments that the total was proved against.
    #[schema(value_type = Option<schema::LongId>)]
    pub sum: Option<AmountCommitment>,
    /// For a confidential register: the proof that the sum hides exactly the total.
    #[schema(value_type = Option<schema::Bytes>)]
    pub proof: Option<String>,
}

/// A ratio of two totals, left to the reader to divide so that no rounding hides in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ratio {
    /// Its id.
    #[schema(value_type = schema::CodeText)]
    pub id: CellId,
    /// What people call it.
    pub label: String,
    /// What is divided.
    #[schema(value_type = i64)]
    pub numerator: Quantity,
    /// What it is divided by.
    #[schema(value_type = i64)]
    pub denominator: Quantity,
    /// How many decimal digits of a per cent are shown.
    pub decimals: u8,
}

/// Every publication of one figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureHistory {
    /// The publications, the latest first; never empty.
    pub publications: Vec<Figure>,
}

/// The running totals of one region in one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Aggregate {
    /// The register.
    #[schema(value_type = schema::CodeText)]
    pub register: RegisterId,
    /// The period.
    #[schema(value_type = schema::PeriodText)]
    pub period: Period,
    /// The region, with all regions within it.
    #[schema(value_type = schema::CodeText)]
    pub region: RegionCode,
    /// How many returns count.
    pub returns: u64,
    /// How many different owners stand behind them.
    pub respondents: u64,
    /// How many different owners' returns have come or changed since the last publication.
    pub changed: u64,
    /// How many returns were refused.
    pub refused: u64,
    /// How many publications there were.
    pub publications: u32,
    /// The last block that changed anything here.
    #[schema(value_type = u64)]
    pub last_changed: Height,
    /// One sum for each additive cell, in the structure's order.
    pub cells: Vec<AggregateCell>,
}

/// The running sum of one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AggregateCell {
    /// Which cell.
    #[schema(value_type = schema::CodeText)]
    pub id: CellId,
    /// The sum.
    pub sum: RunningSum,
}

/// A running sum, in clear or of commitments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RunningSum {
    /// Of clear values.
    Clear {
        /// The number.
        #[schema(value_type = i64)]
        value: Quantity,
    },
    /// Of commitments.
    Committed {
        /// The commitment.
        #[schema(value_type = schema::LongId)]
        value: AmountCommitment,
    },
}
