//! What became of a transaction.

use crate::hash::Digest;
use crate::ids::TransactionId;
use crate::rejection::RejectionCode;
use minicbor::{Decode, Encode};

/// Accepted with effects, or rejected with a number and no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Outcome {
    /// Carried out.
    #[n(0)]
    Accepted {
        /// Merkle root over its events, in order.
        #[n(0)]
        events: Digest,
        /// How many events.
        #[n(1)]
        count: u32,
    },
    /// Refused; nothing changed but the sender's replay window.
    #[n(1)]
    Rejected {
        /// The stable number.
        #[n(0)]
        code: RejectionCode,
    },
}

/// One leaf under a header's `outcomes_root`: a transaction and what became of it. The last leaf of every block
/// stands for the work at the block's end and names no transaction.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct OutcomeEntry {
    /// The transaction; absent for the work at the block's end.
    #[n(0)]
    pub transaction: Option<TransactionId>,
    /// Hash of the whole envelope, signature included; zero for the work at the block's end.
    #[n(1)]
    pub envelope: Digest,
    /// What became of it.
    #[n(2)]
    pub outcome: Outcome,
}
