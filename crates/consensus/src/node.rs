//! One validator, wired together: the same code on the real runtime and on the deterministic one.
//!
//! ```text
//!  network ── votes, certificates ──> simplex ──> pace ──> deferred ──> stateful ──> executor ──> machine
//!          ── blocks, backfill ─────> marshal ──> final blocks ──┬────> stateful (state)
//!                                                                └────> delivery ──> machine
//!          ── gossip <──> machine
//! ```

use crate::archive::{Archives, patience};
use crate::block::Block;
use crate::config::{NodeConfig, Timing, bounds};
use crate::delivery::{self, Sink};
use crate::env::Env;
use crate::error::Error;
use crate::executor::Executor;
use crate::handle::{Handle, Request};
use crate::machine::{Genesis, Machine};
use crate::network::{self, Channels};
use crate::pace::Paced;
use crate::scheme::{self, Scheme};
use crate::status::{Status, Tip};
use crate::{archive, founding, gossip, keys, namespace, query};
use chancery_crypto::signature::SigningKey;
use chancery_storage::database;
use chancery_types::ids::Height;
use commonware_consensus::marshal::core::Actor as MarshalActor;
use commonware_consensus::marshal::standard::{Deferred, Standard};
use commonware_consensus::simplex::config::{Floor, ForwardPolicy, SkipBudget, SkipPolicy};
use commonware_consensus::simplex::elector::RoundRobin;
use commonware_consensus::types::{Epoch, FixedEpocher, ViewDelta};
use commonware_consensus::{Reporters, marshal, simplex};
use commonware_cryptography::certificate::ConstantProvider;
use commonware_cryptography::{Digested, Digestible as _, Sha256, Signer as _};
use commonware_glue::stateful::db::{SyncEngineConfig, p2p as state_sync};
use commonware_glue::stateful::{self, Stateful, SyncPlan};
use commonware_macros::select;
use commonware_parallel::Sequential;
use commonware_utils::channel::mpsc;
use std::sync::Arc;

/// What the tasks hold of the channels whose other ends the [`Handle`] has.
pub(crate) struct Ends {
    requests: mpsc::Receiver<Request>,
    gossip: mpsc::Receiver<Vec<u8>>,
}

/// A handle and its other ends, before anything runs.
pub(crate) fn handle(genesis: &Genesis) -> (Handle, Ends) {
    let (requests, requests_end) = mpsc::channel(bounds::REQUESTS);
    let (gossip, gossip_end) = mpsc::channel(bounds::GOSSIP_QUEUE);
    let founded = Tip { height: Height(0), hash: chancery_types::hash::Digest::ZERO, time: genesis.time };
    let handle = Handle { requests, gossip, status: Arc::new(Status::new(founded)) };
    (handle, Ends { requests: requests_end, gossip: gossip_end })
}

/// One node's part of a run.
pub(crate) struct Setup {
    pub(crate) config: NodeConfig,
    /// Begins the names of all partitions, so that several nodes can share a runtime.
    pub(crate) prefix: String,
    pub(crate) machine: Arc<dyn Machine>,
    pub(crate) genesis: Genesis,
    pub(crate) status: Arc<Status>,
    pub(crate) ends: Ends,
}

/// Runs a node until it is stopped or fails. `ready` is called once it answers requests.
pub(crate) async fn run<E: Env>(context: E, setup: Setup, ready: impl FnOnce() + Send) -> Result<(), Error> {
    let status = setup.status.clone();
    select! {
        stopped = status.stopped() => stopped,
        ended = validate(context, setup, ready) => ended,
    }
}

/// Wires and runs everything; returns only when something ended that should not.
async fn validate<E: Env>(context: E, setup: Setup, ready: impl FnOnce() + Send) -> Result<(), Error> {
    let Setup { config, prefix, machine, genesis, status, ends } = setup;
    let network = genesis.network;
    let signing = scheme::signer(&network, &config.committee, &config.keys)?;
    let leader = keys::identity(&config.keys.identity)?.public_key();
    let verifier = Scheme::certificate_verifier(&namespace::base(&network), *signing.identity());
    let first = *config.committee.validators.first().ok_or(Error::Committee("a committee has 1 to 64 validators"))?;
    let cache = founding::cache();
    let header = founding::found(&context, &prefix, cache.clone(), genesis, first).await?;
    let genesis = Block::genesis(header, keys::engine_key(&first)?);
    let digest = genesis.digest();
    status.set_tip(Tip { height: Height(0), hash: genesis.hash(), time: genesis.header().time });

    let (channels, oracle, network_task) = network::start(&context, &config, &network)?;
    let Channels { votes, certificates, resolver, backfill, blocks, state, gossip } = channels;

    let plan = SyncPlan::<E, Scheme, Standard<Block>>::init(context.child("plan"), format!("{prefix}-plan")).await;
    let archives = Archives { prefix: prefix.clone(), cache: cache.clone(), network };
    let (marshal_actor, marshal, floor) = MarshalActor::init(
        context.child("marshal"),
        archives.certificates(&context).await?,
        archives.blocks(&context).await?,
        marshal::Config {
            provider: ConstantProvider::<Scheme, Epoch>::new(verifier),
            epocher: FixedEpocher::new(bounds::EPOCH_HEIGHTS),
            start: plan.marshal_start(Digested::precomputed(genesis.clone(), digest)),
            partition_prefix: format!("{prefix}-marshal"),
            mailbox_size: bounds::MAILBOX,
            view_retention: ViewDelta::new(bounds::VIEW_RETENTION),
            prunable_items_per_section: bounds::SECTION_ITEMS,
            page_cache: cache.clone(),
            replay_buffer: bounds::BUFFER_BYTES,
            key_write_buffer: bounds::BUFFER_BYTES,
            value_write_buffer: bounds::BUFFER_BYTES,
            block_codec_config: network,
            max_repair: bounds::REPAIR,
            max_pending_acks: bounds::PENDING_ACKNOWLEDGEMENTS,
            strategy: Sequential,
        },
    )
    .await;
    let timing = Timing::new(config.idle_interval);
    let key = SigningKey::from_seed(&config.keys.identity);
    let executor = Executor::new(machine.clone(), status.clone(), genesis, key, leader.clone());
    let (state_actor, state_source) = state_sync::Actor::new(
        context.child("state_sync"),
        state_sync::Config {
            peer_provider: oracle.clone(),
            blocker: oracle.clone(),
            database: None,
            mailbox_size: bounds::MAILBOX,
            me: Some(leader.clone()),
            fetch_timeout: patience(timing.fetch),
            fetch_retry_delay: timing.fetch_retry,
            max_serve_ops: bounds::SERVE_OPERATIONS,
            priority_requests: false,
            priority_responses: false,
        },
    );
    let state_task = state_actor.start(state);
    let (stateful_actor, stateful) = Stateful::new(
        context.child("stateful"),
        stateful::Config {
            application: executor,
            db_config: database::config(&founding::state_prefix(&prefix), cache.clone()),
            provider: (),
            marshal: (marshal.clone(), floor),
            mailbox_size: bounds::MAILBOX,
            plan,
            resolvers: state_source,
            sync_config: SyncEngineConfig {
                fetch_batch_size: bounds::SERVE_OPERATIONS,
                apply_batch_size: bounds::APPLY_OPERATIONS,
                max_outstanding_requests: bounds::SYNC_REQUESTS,
            },
            prune_config: None,
            strategy: Sequential,
        },
    );
    let deferred = Deferred::new(
        context.child("deferred"),
        stateful.clone(),
        marshal.clone(),
        FixedEpocher::new(bounds::EPOCH_HEIGHTS),
    );
    let automaton = Paced {
        context: Arc::new(context.child("pace")),
        inner: deferred,
        marshal: marshal.clone(),
        machine: machine.clone(),
        status: status.clone(),
        idle_interval: config.idle_interval,
    };

    let (sink, delivered) = Sink::new();
    let resolver_start = archive::resolver(&context, &leader, &oracle, &timing, backfill);
    let buffer = archive::buffer(&context, &leader, &oracle, network, blocks);
    let marshal_task = marshal_actor.start(Reporters::from((sink, stateful.clone())), buffer, resolver_start);
    let stateful_task = stateful_actor.start();
    let shared = stateful.subscribe_databases().await;
    if let Some((_, block)) = marshal.get_anchor().await {
        let header = block.inner().header();
        status.set_tip(Tip { height: header.height, hash: block.inner().hash(), time: header.time });
    }

    let engine = simplex::Engine::new(
        context.child("simplex"),
        simplex::Config {
            scheme: signing,
            elector: RoundRobin::<Sha256>::default(),
            blocker: oracle.clone(),
            automaton: automaton.clone(),
            relay: automaton.clone(),
            reporter: automaton,
            strategy: Sequential,
            partition: format!("{prefix}-simplex-0"),
            mailbox_size: bounds::MAILBOX,
            epoch: Epoch::zero(),
            floor: Floor::Genesis(digest),
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
        },
    );
    let simplex_task = engine.start(votes, certificates, resolver);

    let (gossip_sender, gossip_receiver) = gossip;
    let task = (machine.clone(), status.clone());
    let receive_task =
        context.child("gossip_receive").spawn(move |context| gossip::receive(context, gossip_receiver, task.0, task.1));
    let task = status.clone();
    let send_task =
        context.child("gossip_send").spawn(move |context| gossip::send(context, gossip_sender, ends.gossip, task));
    let task = marshal.clone();
    let query_task = context.child("query").spawn(move |context| query::answer(context, ends.requests, shared, task));
    let delivery_task =
        context.child("delivery").spawn(move |context| delivery::deliver(context, delivered, marshal, machine, status));
    ready();

    let (name, ended) = first_of([
        ("network", network_task),
        ("marshal", marshal_task),
        ("stateful", stateful_task),
        ("state sync", state_task),
        ("simplex", simplex_task),
        ("gossip", receive_task),
        ("gossip", send_task),
        ("requests", query_task),
        ("delivery", delivery_task),
    ])
    .await;
    Err(Error::Engine(match ended {
        Ok(()) => format!("its part \"{name}\" ended"),
        Err(error) => format!("its part \"{name}\" failed: {error}"),
    }))
}

/// Which task ended first, and how.
async fn first_of<const N: usize>(
    tasks: [(&'static str, commonware_runtime::Handle<()>); N],
) -> (&'static str, Result<(), commonware_runtime::Error>) {
    let tasks = tasks.map(|(name, task)| Box::pin(async move { (name, task.await) }));
    futures::future::select_all(tasks).await.0
}
