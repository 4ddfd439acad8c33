//! The engine's settings, one function for each of its parts.

use crate::archive::patience;
use crate::block::{Block, EngineContext};
use crate::config::{Timing, bounds};
use crate::network::Oracle;
use crate::scheme::Scheme;
use chancery_types::ids::NetworkId;
use commonware_consensus::marshal::{self, Start};
use commonware_consensus::simplex::config::{Floor, ForwardPolicy, SkipBudget, SkipPolicy};
use commonware_consensus::simplex::elector::RoundRobin;
use commonware_consensus::simplex::types::Activity;
use commonware_consensus::simplex::{self, Plan};
use commonware_consensus::types::{Epoch, FixedEpocher, ViewDelta};
use commonware_consensus::{CertifiableAutomaton, Relay, Reporter};
use commonware_cryptography::certificate::ConstantProvider;
use commonware_cryptography::{Digested, Sha256, ed25519, sha256};
use commonware_glue::stateful::PruneConfig;
use commonware_glue::stateful::db::{SyncEngineConfig, p2p as state_sync};
use commonware_parallel::Sequential;
use commonware_runtime::buffer::paged::CacheRef;

/// Heights of the one epoch that there is, until the committee can change.
pub(crate) fn epochs() -> FixedEpocher {
    FixedEpocher::new(bounds::EPOCH_HEIGHTS)
}

/// Bringing final blocks into order.
pub(crate) fn marshal(
    prefix: &str,
    network: NetworkId,
    verifier: Scheme,
    start: Start<Scheme, sha256::Digest, Digested<Block>>,
    cache: CacheRef,
) -> marshal::Config<ConstantProvider<Scheme, Epoch>, FixedEpocher, Sequential, Block, Digested<Block>> {
    marshal::Config {
        provider: ConstantProvider::new(verifier),
        epocher: epochs(),
        start,
        partition_prefix: format!("{prefix}-marshal"),
        mailbox_size: bounds::MAILBOX,
        view_retention: ViewDelta::new(bounds::VIEW_RETENTION),
        prunable_items_per_section: bounds::SECTION_ITEMS,
        page_cache: cache,
        replay_buffer: bounds::BUFFER_BYTES,
        key_write_buffer: bounds::BUFFER_BYTES,
        value_write_buffer: bounds::BUFFER_BYTES,
        block_codec_config: network,
        max_repair: bounds::REPAIR,
        max_pending_acks: bounds::PENDING_ACKNOWLEDGEMENTS,
        strategy: Sequential,
    }
}

/// Serving the state's operations to peers that sync the state itself.
pub(crate) fn state_sync<DB>(
    me: &ed25519::PublicKey,
    oracle: &Oracle,
    timing: &Timing,
) -> state_sync::Config<ed25519::PublicKey, Oracle, Oracle, DB> {
    state_sync::Config {
        peer_provider: oracle.clone(),
        blocker: oracle.clone(),
        database: None,
        mailbox_size: bounds::MAILBOX,
        me: Some(me.clone()),
        fetch_timeout: patience(timing.fetch),
        fetch_retry_delay: timing.fetch_retry,
        max_serve_ops: bounds::SERVE_OPERATIONS,
        priority_requests: false,
        priority_responses: false,
    }
}

/// Which final blocks and operations of the state are let go of.
pub(crate) fn pruning(blocks_for_peers: Option<usize>) -> Option<PruneConfig> {
    let blocks = blocks_for_peers?;
    Some(PruneConfig {
        maintenance_interval: bounds::PRUNE_EVERY,
        retained_marshal_blocks: blocks,
        retained_qmdb_blocks: blocks.min(bounds::STATE_BLOCKS),
    })
}

/// Fetching the state's operations from peers.
pub(crate) fn sync_engine() -> SyncEngineConfig {
    SyncEngineConfig {
        fetch_batch_size: bounds::SERVE_OPERATIONS,
        apply_batch_size: bounds::APPLY_OPERATIONS,
        max_outstanding_requests: bounds::SYNC_REQUESTS,
    }
}

/// Where the votes of the one epoch stand.
pub(crate) fn vote_journal(prefix: &str) -> String {
    format!("{prefix}-simplex-0")
}

/// Where an observer keeps what it has heard: never in a vote journal.
pub(crate) fn observer_journal(prefix: &str) -> String {
    format!("{prefix}-observer-0")
}

/// Agreeing on the order of blocks.
pub(crate) fn simplex<A>(
    partition: String,
    genesis: sha256::Digest,
    scheme: Scheme,
    oracle: &Oracle,
    automaton: A,
    timing: &Timing,
    cache: CacheRef,
) -> simplex::Config<Scheme, RoundRobin<Sha256>, Oracle, sha256::Digest, A, A, A, Sequential>
where
    A: CertifiableAutomaton<Context = EngineContext, Digest = sha256::Digest>
        + Relay<Digest = sha256::Digest, PublicKey = ed25519::PublicKey, Plan = Plan<ed25519::PublicKey>>
        + Reporter<Activity = Activity<Scheme, sha256::Digest>>,
{
    simplex::Config {
        scheme,
        elector: RoundRobin::default(),
        blocker: oracle.clone(),
        automaton: automaton.clone(),
        relay: automaton.clone(),
        reporter: automaton,
        strategy: Sequential,
        partition,
        mailbox_size: bounds::MAILBOX,
        epoch: Epoch::zero(),
        floor: Floor::Genesis(genesis),
        replay_buffer: bounds::BUFFER_BYTES,
        write_buffer: bounds::BUFFER_BYTES,
        page_cache: cache,
        leader_timeout: timing.leader,
        certification_timeout: timing.certification,
        timeout_retry: timing.retry,
        fetch_timeout: patience(timing.fetch),
        fetch_retry_delay: timing.fetch_retry,
        view_retention: ViewDelta::new(bounds::VIEW_RETENTION),
        skip: SkipPolicy::Enabled { timeout: timing.skip, budget: SkipBudget::Participants },
        forward: ForwardPolicy::Disabled,
        track_historical_votes: false,
    }
}
