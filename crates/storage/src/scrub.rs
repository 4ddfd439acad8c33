//! Reading everything that the database keeps, to see whether it is what its root says.

use crate::database::{Database, EngineTarget};
use crate::error::Error;
use commonware_cryptography::Sha256;
use commonware_glue::stateful::db::ManagedDb;
use commonware_runtime::Spawner;
use commonware_storage::Context;
use commonware_storage::qmdb::verify_proof;
use commonware_utils::NZU64;

/// Operations that are read and hashed together.
const OPERATIONS_AT_ONCE: std::num::NonZeroU64 = NZU64!(1_024);

/// Reads every operation of the log and hashes it up to the root of operations. Answers how many there are.
///
/// # Errors
/// [`Error::Database`] where one cannot be read, [`Error::Proof`] where they do not make the root.
pub async fn operations<E: Context + Spawner>(database: &Database<E>) -> Result<u64, Error> {
    let target: EngineTarget = ManagedDb::sync_target(database);
    let bounds = database.bounds();
    let mut at = bounds.start;
    while at < bounds.end {
        let read = database.ops_historical_proof(bounds.end, at, OPERATIONS_AT_ONCE).await;
        let (proof, operations) = read.map_err(Error::database)?;
        if operations.is_empty() || !verify_proof::<Sha256, _, _>(&proof, at, &operations, &target.root) {
            return Err(Error::Proof("the operations of the state do not make its root"));
        }
        at += u64::try_from(operations.len()).unwrap_or(u64::MAX);
    }
    Ok(*bounds.end - *bounds.start)
}
