//! What a transaction did, as a value that others can follow and prove.

use crate::ids::ApplicationId;
use minicbor::{Decode, Encode};

/// One effect. Events are committed to by the outcome of their transaction, so each can be proved by a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Event {
    /// The application whose vocabulary the event uses.
    #[n(0)]
    pub application: ApplicationId,
    /// The kind of event within the application.
    #[n(1)]
    pub kind: u16,
    /// The application's own message in canonical encoding.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub payload: Vec<u8>,
}

/// The records application: its events are known to the verifier, because citizens hold receipts of them.
pub const RECORDS: ApplicationId = ApplicationId(2);

/// Kind of a [`crate::record::RecordVersion`] event of [`RECORDS`].
pub const RECORD_VERSION: u16 = 1;
/// Kind of a [`crate::record::Decision`] event of [`RECORDS`].
pub const RECORD_DECISION: u16 = 2;
/// Kind of a [`crate::figure::Figure`] event of [`RECORDS`].
pub const FIGURE_PUBLISHED: u16 = 3;
