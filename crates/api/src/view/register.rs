//! Registers: what is asked, under which law, and when.

use super::Moment;
use crate::schema;
use chancery_types::amount::Quantity;
use chancery_types::code::{CellId, Domain, RegionCode, RegisterId};
use chancery_types::ids::{Height, MemberId};
use chancery_types::period::Period;
use chancery_types::record::RegisterClass;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Register {
    /// Its id.
    #[schema(value_type = schema::CodeText)]
    pub id: RegisterId,
    /// Whether values stand in clear or as commitments.
    #[schema(value_type = schema::RegisterClassText)]
    pub class: RegisterClass,
    /// The subject domain.
    #[schema(value_type = schema::CodeText)]
    pub domain: Domain,
    /// The region that it covers.
    #[schema(value_type = schema::CodeText)]
    pub region: RegionCode,
    /// The supervising authority.
    #[schema(value_type = schema::ShortId)]
    pub authority: MemberId,
    /// The law under which records are filed, as cited.
    pub legal_basis: String,
    /// What people call it.
    pub title: String,
    /// Since when.
    #[schema(value_type = u64)]
    pub opened: Height,
}

/// A register with what is asked and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegisterDetail {
    /// The register.
    #[serde(flatten)]
    pub register: Register,
    /// What is asked, once that is defined.
    pub structure: Option<Structure>,
    /// Its periods, in order.
    pub periods: Vec<Collection>,
}

/// What is asked in a register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Structure {
    /// The cells, in the order in which returns carry them.
    pub cells: Vec<CellSpecification>,
    /// Each is a sum of coefficient × cell that is zero in every return.
    pub identities: Vec<Vec<IdentityTerm>>,
    /// What is derived from totals, never summed.
    pub ratios: Vec<RatioSpecification>,
}

/// One cell of a structure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CellSpecification {
    /// Its id.
    #[schema(value_type = schema::CodeText)]
    pub id: CellId,
    /// What people call it.
    pub label: String,
    /// The unit, by its UCUM or plain name.
    pub unit: String,
    /// Power of ten by which the integer is to be multiplied.
    pub scale: i8,
    /// The smallest value declared plausible.
    #[schema(value_type = i64)]
    pub low: Quantity,
    /// The largest value declared plausible.
    #[schema(value_type = i64)]
    pub high: Quantity,
    /// Whether totals may be formed.
    pub additive: bool,
}

/// A term of an identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityTerm {
    /// The coefficient.
    pub coefficient: i8,
    /// The cell.
    #[schema(value_type = schema::CodeText)]
    pub cell: CellId,
}

/// A ratio that is derived from totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RatioSpecification {
    /// Its id.
    #[schema(value_type = schema::CodeText)]
    pub id: CellId,
    /// What people call it.
    pub label: String,
    /// What is divided.
    #[schema(value_type = schema::CodeText)]
    pub numerator: CellId,
    /// What it is divided by.
    #[schema(value_type = schema::CodeText)]
    pub denominator: CellId,
    /// How many decimal digits of a per cent are shown.
    pub decimals: u8,
}

/// One period of a register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Collection {
    /// The period.
    #[schema(value_type = schema::PeriodText)]
    pub period: Period,
    /// Returns filed after this time are late.
    pub due: Moment,
    /// After this time nothing more is taken in.
    pub closes: Moment,
    /// Figures are not published before this time.
    pub release: Moment,
    /// How long the authority has to accept or refuse a filed return.
    pub decision_term_ms: u64,
    /// The fewest different owners behind a confidential figure.
    pub respondents_min: u16,
    /// The largest share of one owner in a confidential figure, in per cent.
    pub dominance_max_percent: u8,
}
