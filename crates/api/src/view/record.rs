//! Records and their versions.

use super::Moment;
use crate::schema;
use chancery_types::amount::{AmountCommitment, CellValue, Quantity};
use chancery_types::code::{CellId, RegionCode, RegisterId};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId, RecordId, TransactionId, Version};
use chancery_types::period::Period;
use chancery_types::record::Assurance;
use chancery_types::rejection::RejectionCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A record in a list: its latest version and how well that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordSummary {
    /// Its id.
    #[schema(value_type = schema::ShortId)]
    pub id: RecordId,
    /// The register.
    #[schema(value_type = schema::CodeText)]
    pub register: RegisterId,
    /// What it is about in time.
    #[schema(value_type = schema::PeriodText)]
    pub period: Period,
    /// What it is about in space.
    #[schema(value_type = schema::CodeText)]
    pub region: RegionCode,
    /// Whom it is about.
    #[schema(value_type = schema::ShortId)]
    pub subject: MemberId,
    /// The latest version filed.
    #[schema(value_type = u32)]
    pub latest: Version,
    /// How well the latest version is known.
    #[schema(value_type = schema::AssuranceText)]
    pub assurance: Assurance,
    /// The version that counts in totals, if one does.
    #[schema(value_type = Option<u32>)]
    pub counted: Option<Version>,
}

/// A record with its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Record {
    /// What lists show.
    #[serde(flatten)]
    pub summary: RecordSummary,
    /// Its versions, the first first.
    pub versions: Vec<RecordVersion>,
}

/// A version of a record: who stated what, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordVersion {
    /// Its number, from 1.
    #[schema(value_type = u32)]
    pub version: Version,
    /// Who signed it.
    #[schema(value_type = schema::ShortId)]
    pub filer: MemberId,
    /// The time of filing.
    pub filed: Moment,
    /// The block in which it stands.
    #[schema(value_type = u64)]
    pub height: Height,
    /// The transaction that carried it.
    #[schema(value_type = schema::LongId)]
    pub transaction: TransactionId,
    /// Its cells, in the order of the structure.
    pub cells: Vec<Cell>,
    /// Hash of the openings as sealed to the authority, for a confidential register.
    #[schema(value_type = Option<schema::LongId>)]
    pub sealed: Option<Digest>,
    /// Why it corrects the version before it.
    pub reason: Option<String>,
    /// How well it is known.
    #[schema(value_type = schema::AssuranceText)]
    pub assurance: Assurance,
    /// Who decided.
    #[schema(value_type = Option<schema::ShortId>)]
    pub decided_by: Option<MemberId>,
    /// In which block.
    #[schema(value_type = Option<u64>)]
    pub decided: Option<Height>,
    /// The number of the refusal, if it was refused.
    #[schema(value_type = Option<schema::RefusalNumber>)]
    pub code: Option<RejectionCode>,
}

/// One cell of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Cell {
    /// Which cell.
    #[schema(value_type = schema::CodeText)]
    pub id: CellId,
    /// What stands in it.
    pub value: CellContent,
}

/// What stands in a cell. Nil, missing and not applicable are different things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum CellContent {
    /// The value in clear.
    Clear {
        /// The number.
        #[schema(value_type = i64)]
        value: Quantity,
    },
    /// A commitment to the value.
    Committed {
        /// The commitment.
        #[schema(value_type = schema::LongId)]
        value: AmountCommitment,
    },
    /// Asked and answered: nothing.
    Nil,
    /// Asked and not answered.
    Missing,
    /// Not asked of this filer.
    NotApplicable,
}

impl From<CellValue> for CellContent {
    fn from(value: CellValue) -> Self {
        match value {
            CellValue::Clear(value) => Self::Clear { value },
            CellValue::Committed(value) => Self::Committed { value },
            CellValue::Nil => Self::Nil,
            CellValue::Missing => Self::Missing,
            CellValue::NotApplicable => Self::NotApplicable,
        }
    }
}

impl From<chancery_types::record::Cell> for Cell {
    fn from(cell: chancery_types::record::Cell) -> Self {
        Self { id: cell.id, value: cell.value.into() }
    }
}
