//! The first start of a data folder: whose it is, and the founding state.
//!
//! Order of the first start: the network's id is written, then the founding state, then block 0's header. A crash between
//! them leaves something that the next start completes. Whatever the folder holds, it belongs to the network whose id
//! stands in it.

use crate::config::bounds;
use crate::env::Env;
use crate::error::Error;
use crate::machine::Genesis;
use chancery_crypto::digest::body_digest;
use chancery_storage::database::{self, Database};
use chancery_storage::state;
use chancery_types::block::Header;
use chancery_types::encoding;
use chancery_types::hash::Digest;
use chancery_types::ids::{Epoch, Height, NetworkId, View};
use chancery_types::key::PublicKey;
use commonware_codec::RangeCfg;
use commonware_runtime::buffer::paged::CacheRef;
use commonware_storage::metadata::{Config, Metadata};
use commonware_utils::sequence::U64;
use std::num::NonZeroUsize;

const NETWORK: U64 = U64::new(0);
pub(crate) const HEADER: U64 = U64::new(1);
/// Longer than either entry.
pub(crate) const ENTRY_BYTES_MAX: usize = 4_096;

/// Makes sure that the folder is this network's and holds the founding state, and returns block 0's header.
pub(crate) async fn found<E: Env>(
    context: &E,
    prefix: &str,
    cache: CacheRef,
    genesis: Genesis,
    first_validator: PublicKey,
) -> Result<Header, Error> {
    let config =
        Config { partition: format!("{prefix}-network"), codec_config: (RangeCfg::from(0..=ENTRY_BYTES_MAX), ()) };
    let mut marker = Metadata::<E, U64, Vec<u8>>::init(context.child("marker"), config).await.map_err(storage)?;
    match marker.get(&NETWORK) {
        None => marker = marker.put_sync(NETWORK, genesis.network.0.to_vec()).await.map_err(storage)?,
        Some(found) if *found == genesis.network.0 => {}
        Some(found) => {
            let found = NetworkId::from_slice(found).ok_or_else(|| storage("the folder's marker is damaged"))?;
            return Err(Error::ForeignFolder { found, expected: genesis.network });
        }
    }
    if let Some(bytes) = marker.get(&HEADER) {
        return encoding::from_bytes(bytes).map_err(storage);
    }
    let header = founding_header(context, prefix, cache, genesis, first_validator).await?;
    marker.put_sync(HEADER, encoding::to_bytes(&header)).await.map_err(storage)?;
    Ok(header)
}

/// Writes the founding state, unless a start before this one did, and describes it.
async fn founding_header<E: Env>(
    context: &E,
    prefix: &str,
    cache: CacheRef,
    genesis: Genesis,
    first_validator: PublicKey,
) -> Result<Header, Error> {
    let config = database::config(&state_prefix(prefix), cache);
    let mut db = Database::init(context.child("founding"), config, None).await.map_err(storage)?;
    // Without block 0's header no block was ever executed here, so a state that is not empty is the founding state.
    if db.is_empty() && !genesis.writes.is_empty() {
        db = state::commit(db, genesis.writes).await.map_err(storage)?;
    }
    let (state_root, sync) = state::database_roots(&db);
    Ok(Header {
        network: genesis.network,
        height: Height(0),
        epoch: Epoch(0),
        view: View(0),
        parent: Digest::ZERO,
        parent_view: View(0),
        time: genesis.time,
        proposer: first_validator,
        state_root,
        sync,
        outcomes_root: genesis.outcomes_root,
        history_root: genesis.history_root,
        body: body_digest::<Vec<u8>>(&[]),
        transactions: 0,
        reshare: None,
    })
}

/// Where the state lies.
pub(crate) fn state_prefix(prefix: &str) -> String {
    format!("{prefix}-state")
}

/// A cache of the disk's pages of about so many bytes.
pub(crate) fn cache(bytes: usize) -> CacheRef {
    let pages = bytes / usize::from(bounds::PAGE_BYTES.get());
    CacheRef::new(bounds::PAGE_BYTES, NonZeroUsize::new(pages).unwrap_or(NonZeroUsize::MIN))
}

fn storage(error: impl std::fmt::Display) -> Error {
    Error::Storage(error.to_string())
}
