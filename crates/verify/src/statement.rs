//! What a receipt that holds says.

use chancery_types::figure::Figure;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId, NetworkId, TransactionId};
use chancery_types::outcome::Outcome;
use chancery_types::record::{Decision, RecordVersion};
use chancery_types::time::BlockTime;
use chancery_types::transaction::Envelope;

/// What is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// A transaction stands in a final block with this outcome.
    Transaction {
        /// The transaction.
        envelope: Envelope,
        /// Its id.
        id: TransactionId,
        /// What became of it.
        outcome: Outcome,
    },
    /// A version of a record.
    Record(RecordVersion),
    /// An authority's decision on a version.
    Decision(Decision),
    /// A published figure.
    Figure(Figure),
    /// Another application's event, which this verifier knows no words for.
    Event {
        /// The application's number.
        application: u16,
        /// The kind of event.
        kind: u16,
        /// The event's own bytes.
        payload: Vec<u8>,
    },
}

/// A receipt that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The network.
    pub network: NetworkId,
    /// What people call it.
    pub network_name: String,
    /// How many validators founded it.
    pub validators: usize,
    /// How many of them may lie without harm.
    pub faults_max: usize,
    /// How many times faster than the world its clock runs.
    pub clock_factor: u32,
    /// Whether one party made all its keys.
    pub dealt: bool,
    /// The block.
    pub height: Height,
    /// The block's agreed time.
    pub time: BlockTime,
    /// The hash of the block's header.
    pub block: Digest,
    /// The later block that makes it final, if it has no certificate of its own.
    pub anchor: Option<Height>,
    /// Who signed the transaction behind it; nobody for the work at a block's end.
    pub sender: Option<MemberId>,
    /// What is proved.
    pub statement: Statement,
}
