//! The engine's database types, named once, and how they are opened.
//!
//! `E` is the engine's runtime context: the real one or the deterministic one. Nothing here is instantiated in this
//! crate; only `consensus` does that.

use crate::chunk::{Chunk, Key};
use chancery_types::block::SyncTarget;
use chancery_types::hash::Digest;
use commonware_cryptography::{Sha256, sha256};
use commonware_glue::stateful::db;
use commonware_glue::stateful::db::current::{CurrentMerkleized, CurrentUnmerkleized};
use commonware_parallel::Sequential;
use commonware_runtime::buffer::paged::CacheRef;
use commonware_storage::index::ordered::Index;
use commonware_storage::journal::contiguous::fixed::{Config as LogConfig, Journal};
use commonware_storage::merkle::full::Config as MerkleConfig;
use commonware_storage::mmr;
use commonware_storage::qmdb::{any, current, sync};
use commonware_storage::translator::EightCap;
use commonware_utils::{NZU64, NZUsize, non_empty_range};

/// Bytes in a word of the bitmap that says which operations still count: 32, so that a word is as large as a hash.
const BITMAP_BYTES: usize = 32;
/// Operations in one file of the log.
const OPERATIONS_PER_FILE: std::num::NonZeroU64 = NZU64!(65_536);
/// Buffer for writing and for replaying a log file.
const BUFFER_BYTES: std::num::NonZeroUsize = NZUsize!(1 << 16);

/// The authenticated state.
pub type Database<E> =
    current::ordered::fixed::Db<mmr::Family, E, Key, Chunk, Sha256, EightCap, BITMAP_BYTES, Sequential>;
/// The state as the engine's tasks share it.
pub type Shared<E> = db::Shared<Database<E>>;
/// Changes on top of a state, not yet hashed.
pub type Batch<E> = CurrentUnmerkleized<
    mmr::Family,
    E,
    Journal<E, Operation>,
    Index<EightCap, mmr::Location>,
    Sha256,
    Update,
    BITMAP_BYTES,
    Sequential,
>;
/// Changes with their root.
pub type Sealed<E> = CurrentMerkleized<
    mmr::Family,
    E,
    Journal<E, Operation>,
    Index<EightCap, mmr::Location>,
    Sha256,
    Update,
    BITMAP_BYTES,
    Sequential,
>;
type Update = any::ordered::Update<Key, any::value::FixedEncoding<Chunk>>;
/// One logged operation: what peers fetch when they sync the state itself.
pub type Operation = any::ordered::fixed::Operation<mmr::Family, Key, Chunk>;
/// The engine's own form of [`SyncTarget`].
pub type EngineTarget = sync::Target<mmr::Family, sha256::Digest>;
/// How to open a [`Database`].
pub type Config = current::FixedConfig<EightCap, Sequential>;
/// A proof that a chunk stands under a key.
pub(crate) type Inclusion =
    current::ordered::proof::constant::KeyValueProof<mmr::Family, Key, sha256::Digest, BITMAP_BYTES>;
/// A proof that nothing stands under a key.
pub(crate) type Exclusion = current::ordered::proof::constant::ExclusionProof<
    mmr::Family,
    Key,
    any::value::FixedEncoding<Chunk>,
    sha256::Digest,
    BITMAP_BYTES,
>;

/// The configuration of the state under partition names that start with `prefix`.
pub fn config(prefix: &str, page_cache: CacheRef) -> Config {
    Config {
        merkle_config: MerkleConfig {
            journal_partition: format!("{prefix}-tree"),
            metadata_partition: format!("{prefix}-pinned"),
            items_per_blob: OPERATIONS_PER_FILE,
            write_buffer: BUFFER_BYTES,
            replay_buffer: BUFFER_BYTES,
            strategy: Sequential,
            page_cache: page_cache.clone(),
        },
        journal_config: LogConfig {
            partition: format!("{prefix}-log"),
            items_per_blob: OPERATIONS_PER_FILE,
            page_cache,
            write_buffer: BUFFER_BYTES,
            replay_buffer: BUFFER_BYTES,
        },
        grafted_metadata_partition: format!("{prefix}-grafted"),
        translator: EightCap,
        init_cache: Some(NZUsize!(1 << 14)),
        init_buffer: NZUsize!(1 << 21),
        init_concurrency: (),
    }
}

/// Whether the engine can make anything of a header's target: a range that is not empty and fits a tree.
pub fn is_usable(target: &SyncTarget) -> bool {
    target.start < target.end && mmr::Location::new(target.end).is_valid()
}

/// The engine's target from the header's. One that is not usable becomes one that no state has, so its block is refused.
pub fn to_engine(target: &SyncTarget) -> EngineTarget {
    let start = target.start.min(u64::MAX - 1);
    let range = mmr::Location::new(start)..mmr::Location::new(target.end.max(start + 1));
    sync::Target::new(sha256::Digest(target.root.0), non_empty_range!(range.start, range.end))
}

/// The header's target from the engine's.
pub fn from_engine(target: &EngineTarget) -> SyncTarget {
    SyncTarget { root: Digest(target.root.0), start: *target.range.start(), end: *target.range.end() }
}
