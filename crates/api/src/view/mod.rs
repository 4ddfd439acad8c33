//! What the interface answers, as JSON. Ids are lower-case hexadecimal, amounts are integers in the unit that their
//! cell declares, heights are block heights, and times are given twice: in milliseconds and in ISO 8601.
//!
//! A view is for reading. What is signed or hashed is canonical CBOR and never built from a view.

mod block;
mod event;
mod figure;
mod member;
mod network;
mod record;
mod register;
mod session;
mod standing;

pub use block::{
    BatchEntry, Block, BlockOutcomes, BlockSummary, BlockTransaction, StateProof, Transaction, TransactionOutcome,
    TransactionStatus,
};
pub use event::Event;
pub use figure::{Aggregate, AggregateCell, Figure, FigureCell, FigureHistory, Ratio, RunningSum};
pub use member::{Authority, Jurisdiction, Key, Member, MemberSummary, Region, RoleGrant};
pub use network::{Application, Network, Peer, Readiness, Refusal};
pub use record::{Cell, CellContent, Record, RecordSummary, RecordVersion};
pub use register::{
    CellSpecification, Collection, IdentityTerm, RatioSpecification, Register, RegisterDetail, Structure,
};
pub use session::Session;
pub use standing::{
    Calibration, Device, Identification, MemberHistory, Naming, RegionHistory, Succession, Suspension,
    SuspensionPreview, TouchedRole,
};

use chancery_types::time::BlockTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A time, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Moment {
    /// Milliseconds since 1970-01-01.
    pub ms: u64,
    /// The same in ISO 8601, to the second.
    #[schema(example = "2026-11-22T15:59:59Z")]
    pub iso: String,
}

impl From<BlockTime> for Moment {
    fn from(time: BlockTime) -> Self {
        Self { ms: time.0, iso: time.to_string() }
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the order of their ids.
    pub items: Vec<T>,
    /// Where the list goes on: give it as `after`. Absent at the end.
    pub next: Option<String>,
}
