//! Why the read model cannot be read or written.

use chancery_types::ids::{Height, NetworkId};

/// Why the read model cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ReadModelError {
    /// The database failed.
    #[error("the read model cannot be read or written: {0}")]
    Database(#[from] rusqlite::Error),
    /// The node keeps no tables.
    #[error("this node keeps no tables (`tables = false`); ask another node")]
    NotKept,
    /// A block was handed over out of order.
    #[error("block {given} does not follow block {latest}")]
    Gap {
        /// The latest height folded.
        latest: Height,
        /// The height handed over.
        given: Height,
    },
    /// The file belongs to another network.
    #[error("the read model belongs to network {0}; use another folder")]
    OtherNetwork(NetworkId),
    /// A row does not decode.
    #[error("the read model is damaged in table {0}; rebuild it with `chancery readmodel rebuild`")]
    Damaged(&'static str),
    /// An event of a known kind does not decode: the program is older than the ledger.
    #[error("an event of application {application}, kind {kind}, does not decode; use a newer version")]
    Event {
        /// The application.
        application: u16,
        /// The kind.
        kind: u16,
    },
}
