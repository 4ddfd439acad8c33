//! Asking the tables. Values come back as the ledger's own types; what stands around them is in rows of this crate.

mod deadlines;
mod figures;
mod ledger;
mod members;
mod records;
mod search;
mod standing;
mod succession;
pub(crate) mod text;
mod totals;

pub use deadlines::{Deadlines, NEAR_DAYS};
pub use figures::{FigureKey, PartRow};
pub use ledger::{BlockRow, RefusalCount, TransactionRow};
pub use members::{KeyRow, MemberFilter, MemberRow, RoleRow};
pub use records::{DecisionRow, PeriodCounts, RecordFilter, RecordRow, RegisterRow, VersionRow};
pub use search::{Hit, HitKind};
pub use standing::{SuspensionRow, Touched, TouchedCounts};
pub use succession::{DeviceRow, MemberHistory, RegionHistory};
pub use totals::{ReturnRow, SumRow};

use crate::error::ReadModelError;
use chancery_types::encoding::from_bytes;
use chancery_types::ids::Height;
use chancery_types::time::BlockTime;

/// Where an event stands in the ledger: with it, its receipt is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The block.
    pub height: Height,
    /// The entry in the block.
    pub entry: u32,
    /// The event of the entry.
    pub event: u32,
    /// The block's time.
    pub time: BlockTime,
}

/// A value with the place of the event that brought it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub place: Place,
}

/// A height or time from SQLite; what was written there fits.
fn unsigned(value: i64) -> u64 {
    value.cast_unsigned()
}

fn decode<T>(bytes: &[u8], table: &'static str) -> Result<T, ReadModelError>
where
    T: for<'b> minicbor::Decode<'b, ()> + minicbor::Encode<()>,
{
    from_bytes(bytes).map_err(|_| ReadModelError::Damaged(table))
}

fn parse<T: std::str::FromStr>(text: &str, table: &'static str) -> Result<T, ReadModelError> {
    text.parse().map_err(|_| ReadModelError::Damaged(table))
}

/// A bound for SQL's LIMIT.
fn limit(items: usize) -> i64 {
    i64::try_from(items).unwrap_or(i64::MAX)
}
