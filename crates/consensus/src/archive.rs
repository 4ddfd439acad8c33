//! Where blocks and their certificates lie on disk, and how they reach a node that lacks them.

use crate::block::Block;
use crate::config::{Timing, bounds};
use crate::env::Env;
use crate::error::Error;
use crate::network::{Channel, Oracle};
use crate::scheme::Scheme;
use chancery_types::ids::NetworkId;
use commonware_broadcast::buffered;
use commonware_consensus::marshal::resolver::{handler, p2p as backfill};
use commonware_consensus::simplex::types::Finalization;
use commonware_cryptography::{ed25519, sha256};
use commonware_parallel::Sequential;
use commonware_runtime::buffer::paged::CacheRef;
use commonware_storage::archive::prunable;
use commonware_storage::translator::EightCap;
use commonware_utils::NonZeroDuration;
use std::sync::Arc;
use std::time::Duration;

type Stored<E, V> = prunable::Archive<EightCap, E, sha256::Digest, V>;

/// The archives of a node.
pub(crate) struct Archives {
    pub(crate) prefix: String,
    pub(crate) cache: CacheRef,
    pub(crate) network: NetworkId,
}

impl Archives {
    /// Certificates by height.
    pub(crate) async fn certificates<E: Env>(
        &self,
        context: &E,
    ) -> Result<Stored<E, Finalization<Scheme, sha256::Digest>>, Error> {
        // A certificate of this scheme has one size, so there is nothing to bound.
        let config = self.config("certificates", ());
        prunable::Archive::init(context.child("certificates"), config).await.map_err(storage)
    }

    /// Final blocks by height and by hash.
    pub(crate) async fn blocks<E: Env>(&self, context: &E) -> Result<Stored<E, Arc<Block>>, Error> {
        prunable::Archive::init(context.child("blocks"), self.config("blocks", self.network)).await.map_err(storage)
    }

    fn config<C>(&self, name: &str, codec_config: C) -> prunable::Config<EightCap, C> {
        let prefix = &self.prefix;
        prunable::Config {
            translator: EightCap,
            metadata_partition: format!("{prefix}-{name}-metadata"),
            key_partition: format!("{prefix}-{name}-keys"),
            key_page_cache: self.cache.clone(),
            value_partition: format!("{prefix}-{name}-values"),
            compression: None,
            codec_config,
            items_per_section: bounds::SECTION_ITEMS,
            key_write_buffer: bounds::BUFFER_BYTES,
            value_write_buffer: bounds::BUFFER_BYTES,
            replay_buffer: bounds::BUFFER_BYTES,
        }
    }
}

/// Asks peers for blocks that this node lacks.
pub(crate) fn resolver<E: Env>(
    context: &E,
    me: &ed25519::PublicKey,
    oracle: &Oracle,
    timing: &Timing,
    channel: Channel<E>,
) -> (handler::Receiver<sha256::Digest>, backfill::Mailbox<sha256::Digest, ed25519::PublicKey>) {
    let config = backfill::Config {
        public_key: me.clone(),
        peer_provider: oracle.clone(),
        blocker: oracle.clone(),
        mailbox_size: bounds::MAILBOX,
        fetch_timeout: patience(timing.fetch),
        fetch_retry_delay: timing.fetch_retry,
        priority_requests: false,
        priority_responses: false,
    };
    backfill::init(context.child("backfill"), config, channel)
}

/// Sends proposed blocks to all, and keeps those that arrive until consensus asks for them.
pub(crate) fn buffer<E: Env>(
    context: &E,
    me: &ed25519::PublicKey,
    oracle: &Oracle,
    network: NetworkId,
    channel: Channel<E>,
) -> buffered::Mailbox<ed25519::PublicKey, Block> {
    let config = buffered::Config {
        public_key: me.clone(),
        mailbox_size: bounds::MAILBOX,
        deque_size: bounds::BLOCKS_BUFFERED.get(),
        priority: false,
        codec_config: network,
        peer_provider: oracle.clone(),
        strategy: Sequential,
    };
    let (engine, mailbox) = buffered::Engine::new(context.child("broadcast"), config);
    engine.start(channel);
    mailbox
}

/// A wait as the engine wants it: never zero.
pub(crate) fn patience(wait: Duration) -> NonZeroDuration {
    NonZeroDuration::new_panic(wait.max(Duration::from_millis(1)))
}

fn storage(error: impl std::fmt::Display) -> Error {
    Error::Storage(error.to_string())
}
