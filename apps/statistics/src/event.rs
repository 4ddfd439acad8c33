//! What happened to structures and periods. Versions, decisions and figures are events of the records application
//! ([`chancery_types::event`]), because citizens hold receipts of them.

use crate::ids::STATISTICS;
use crate::record::{Collection, Structure};
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::event::Event;
use chancery_types::ids::{MemberId, RecordId, Version};
use chancery_types::period::Period;
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// An event of this application. The kind is the number of the variant and the payload is the whole value.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum StatisticsEvent {
    /// A register's structure was defined.
    #[n(1)]
    StructureDefined(#[n(0)] Structure),
    /// A period was opened.
    #[n(2)]
    PeriodOpened(#[n(0)] Collection),
    /// The authority's term ran out and a return was neither accepted nor refused.
    #[n(3)]
    DecisionOverdue(#[n(0)] Overdue),
}

/// A return on which no decision came in time, by name.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Overdue {
    /// The register.
    #[n(0)]
    pub register: RegisterId,
    /// The period.
    #[n(1)]
    pub period: Period,
    /// The region.
    #[n(2)]
    pub region: RegionCode,
    /// Whose return.
    #[n(3)]
    pub subject: MemberId,
    /// The record.
    #[n(4)]
    pub record: RecordId,
    /// The version that waits.
    #[n(5)]
    pub version: Version,
    /// When it was filed.
    #[n(6)]
    pub filed: BlockTime,
    /// The authority that has not decided.
    #[n(7)]
    pub authority: MemberId,
}

impl StatisticsEvent {
    /// The number of the variant.
    pub const fn kind(&self) -> u16 {
        match self {
            Self::StructureDefined(_) => 1,
            Self::PeriodOpened(_) => 2,
            Self::DecisionOverdue(_) => 3,
        }
    }

    /// The event as it stands under an outcome.
    pub fn to_event(&self) -> Event {
        Event { application: STATISTICS, kind: self.kind(), payload: to_bytes(self) }
    }

    /// Reads an event; `None` if it is not one of this application, or of a kind that this version does not know.
    pub fn from_event(event: &Event) -> Option<Self> {
        let own = event.application == STATISTICS;
        from_bytes(&event.payload).ok().filter(|read: &Self| own && read.kind() == event.kind)
    }
}
