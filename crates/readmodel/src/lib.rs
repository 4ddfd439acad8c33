//! The read model: SQL tables folded from the events of final blocks.
//!
//! Promises: every final block is folded exactly once, in one SQL transaction with the position reached, whatever
//! crashes in between; folding the same blocks anew gives the same tables; each row names the ledger position with
//! which its proof is fetched. Does not promise: proof. Decisions and receipts never come from here.

mod error;
mod fold;
mod query;
mod store;

pub use error::ReadModelError;
pub use fold::FoldBlock;
pub use query::{
    BlockRow, Deadlines, DecisionRow, DeviceRow, FigureKey, Hit, HitKind, KeyRow, MemberFilter, MemberHistory,
    MemberRow, NEAR_DAYS, PartRow, PeriodCounts, Place, Placed, RecordFilter, RecordRow, RefusalCount, RegionHistory,
    RegisterRow, ReturnRow, RoleRow, SumRow, SuspensionRow, Touched, TouchedCounts, TransactionRow, VersionRow,
};
pub use store::{ReadModel, SCHEMA_VERSION};
