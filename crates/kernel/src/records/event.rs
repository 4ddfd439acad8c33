//! What happened to registers and records. Kinds 1 to 3 are the statements that receipts prove
//! ([`chancery_types::event`]); they carry their types directly as payload.

use super::ids::RECORDS;
use super::record::Register;
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::event::{Event, FIGURE_PUBLISHED, RECORD_DECISION, RECORD_VERSION};
use chancery_types::figure::Figure;
use chancery_types::ids::RecordId;
use chancery_types::record::{Decision, RecordVersion};
use minicbor::{Decode, Encode};

/// An event of this application beyond the statements of kinds 1 to 3. The kind is the number of the variant and the
/// payload is the whole value.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum RecordsEvent {
    /// A register was opened.
    #[n(16)]
    RegisterOpened(#[n(0)] Register),
    /// A record was linked to another.
    #[n(17)]
    Linked {
        /// From.
        #[n(0)]
        from: RecordId,
        /// What the link means.
        #[n(1)]
        kind: u16,
        /// To.
        #[n(2)]
        target: RecordId,
    },
}

impl RecordsEvent {
    /// The number of the variant.
    pub const fn kind(&self) -> u16 {
        match self {
            Self::RegisterOpened(_) => 16,
            Self::Linked { .. } => 17,
        }
    }

    /// The event as it stands under an outcome.
    pub fn to_event(&self) -> Event {
        Event { application: RECORDS, kind: self.kind(), payload: to_bytes(self) }
    }

    /// Reads an event; `None` if it is not one of this application beyond its statements, or of a kind that this
    /// version does not know.
    pub fn from_event(event: &Event) -> Option<Self> {
        let own = event.application == RECORDS;
        from_bytes(&event.payload).ok().filter(|read: &Self| own && read.kind() == event.kind)
    }
}

/// A version was filed: a statement that a receipt can prove.
pub(super) fn version_filed(version: &RecordVersion) -> Event {
    Event { application: RECORDS, kind: RECORD_VERSION, payload: to_bytes(version) }
}

/// A version was decided on: a statement that a receipt can prove.
pub(super) fn decided(decision: &Decision) -> Event {
    Event { application: RECORDS, kind: RECORD_DECISION, payload: to_bytes(decision) }
}

/// A figure was published: a statement that a receipt can prove.
pub(super) fn figure_published(figure: &Figure) -> Event {
    Event { application: RECORDS, kind: FIGURE_PUBLISHED, payload: to_bytes(figure) }
}
