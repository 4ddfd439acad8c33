//! What can go wrong with the state on disk.

use chancery_types::ids::StateKey;

/// Why state could not be read, written or proved.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A value is longer than the state allows. The ledger checks this before; here it is the last line.
    #[error("a value of {bytes} bytes is too long for the state; the most is {max}", max = crate::VALUE_BYTES_MAX)]
    ValueTooLong {
        /// Its length.
        bytes: usize,
    },
    /// The chunks under a key do not fit together: the database was written by something else, or damaged.
    #[error("the state under key {key} is damaged: its chunks do not fit together")]
    Damaged {
        /// The key.
        key: StateKey,
    },
    /// The branch of blocks that was being worked on is dead: another one became final. Nothing is wrong.
    #[error("the state moved on along another branch")]
    Stale,
    /// The engine's database failed.
    #[error("the state database failed: {0}")]
    Database(String),
    /// The proof is not one, or does not lead to the root.
    #[error("the proof does not hold: {0}")]
    Proof(&'static str),
}

impl Error {
    pub(crate) fn database(error: commonware_storage::qmdb::Error<commonware_storage::mmr::Family>) -> Self {
        use commonware_storage::qmdb::Error as Engine;
        match error {
            Engine::StaleRead | Engine::StaleBatch => Self::Stale,
            error => Self::Database(error.to_string()),
        }
    }
}
