//! What happened to registers and records. Kinds 1 to 3 are the statements that receipts prove
//! ([`chancery_types::event`]); they carry their types directly as payload.

use super::record::Register;
use chancery_types::ids::RecordId;
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
