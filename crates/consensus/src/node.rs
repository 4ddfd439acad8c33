//! One validator, wired together: the same code on the real runtime and on the deterministic one.
//!
//! ```text
//!  network ── votes, certificates ──> simplex ──> pace ──> deferred ──> stateful ──> executor ──> machine
//!          ── blocks, backfill ─────> marshal ──> final blocks ──┬────> stateful (state)
//!                                                                └────> delivery ──> machine
//!          ── gossip <──> machine
//! ```

use crate::archive::Archives;
use crate::block::Block;
use crate::config::{NodeConfig, Timing, bounds};
use crate::delivery::{self, Remembered, Sink};
use crate::env::Env;
use crate::error::Error;
use crate::executor::Executor;
use crate::handle::{Handle, Request};
use crate::machine::{Genesis, Machine};
use crate::network::{self, Channels};
use crate::pace::{Ballots, Paced};
use crate::scheme::{self, Scheme};
use crate::standing::{Claim, Ledger, Reason, Standing};
use crate::status::{Status, Tip};
use crate::{archive, founding, gossip, keys, namespace, query, tuning, votes};
use chancery_crypto::signature::SigningKey;
use chancery_storage::database;
use chancery_types::ids::{Height, View};
use commonware_consensus::marshal::core::Actor as MarshalActor;
use commonware_consensus::marshal::standard::{Deferred, Standard};
use commonware_consensus::{Reporters, simplex};
use commonware_cryptography::{Digested, Digestible as _, Signer as _};
use commonware_glue::stateful::db::p2p as state_sync;
use commonware_glue::stateful::{self, Stateful, SyncPlan};
use commonware_macros::select;
use commonware_parallel::Sequential;
use commonware_runtime::buffer::paged::CacheRef;
use commonware_utils::channel::mpsc;
use std::sync::Arc;
use std::time::Duration;
use tracing::warn;

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
    /// Whether this may be the folder's first start, from which on it votes.
    pub(crate) first_start: bool,
    /// How often the node has started, as counted outside of the folder; none where nobody counts.
    pub(crate) starts: Option<u64>,
    /// Told how often the node has started, when that is durable in the folder and before it votes.
    pub(crate) counted: Counted,
    /// What becomes of messages to this node; in a real run they are all let through.
    #[cfg(feature = "simulation")]
    pub(crate) links: crate::links::Links,
}

/// Told how often a node has started.
pub(crate) type Counted = Box<dyn FnOnce(u64) -> Result<(), Error> + Send>;

/// Runs a node until it is stopped or fails. `ready` is called once it answers requests.
pub(crate) async fn run<E: Env>(context: E, setup: Setup, ready: impl FnOnce() + Send) -> Result<(), Error> {
    let status = setup.status.clone();
    let mut tasks = select! {
        stopped = status.stopped() => { return stopped; },
        started = start(&context, setup) => match started {
            Ok(tasks) => tasks,
            Err(error) => {
                status.stop(Err(error.clone()));
                return Err(error);
            }
        },
    };
    ready();
    let ended = select! {
        stopped = status.stopped() => stopped,
        ended = first_of(&mut tasks) => Err(ended),
    };
    status.stop(ended.clone());
    // Consensus goes first: the others' answers to it would come to nobody, which the engine takes for a defect.
    tasks.iter().filter(|(name, _)| *name == CONSENSUS).for_each(|(_, task)| task.abort());
    context.sleep(STOP_PAUSE).await;
    ended
}

/// The name of consensus itself among the tasks.
const CONSENSUS: &str = "consensus";
/// How long the rest of a node is given to notice that consensus has stopped.
const STOP_PAUSE: Duration = Duration::from_millis(50);

/// The tasks of a running node, by name.
type Tasks = Vec<(&'static str, commonware_runtime::Handle<()>)>;

/// Which task ended first, and how. None should.
async fn first_of(tasks: &mut Tasks) -> Error {
    let tasks = tasks.iter_mut().map(|(name, task)| Box::pin(async move { (*name, task.await) }));
    let ((name, ended), _, _) = futures::future::select_all(tasks).await;
    Error::Engine(match ended {
        Ok(()) => format!("its part \"{name}\" ended"),
        Err(error) => format!("its part \"{name}\" failed: {error}"),
    })
}

/// Founds or opens the data folder, wires everything and starts it.
async fn start<E: Env>(context: &E, setup: Setup) -> Result<Tasks, Error> {
    #[cfg(not(feature = "simulation"))]
    let inbound = |_, receiver| receiver;
    #[cfg(feature = "simulation")]
    let inbound = setup.links.clone().around(context);
    let Setup { config, prefix, machine, genesis, status, ends, first_start, starts, counted, .. } = setup;
    let network = genesis.network;
    let member = scheme::member(&network, &config.committee, &config.keys)?;
    let key = SigningKey::from_seed(&config.keys.identity);
    let signer = match config.keys.share.is_empty() {
        true => None,
        false => Some(scheme::signer(&network, &config.committee, &config.keys)?),
    };
    let claim = Claim { network, key: key.public_key(), first_start, starts, has_share: signer.is_some() };
    let verifier = Scheme::certificate_verifier(&namespace::base(&network), *member.identity());
    let me = keys::identity(&config.keys.identity)?.public_key();
    let first = *config.committee.validators.first().ok_or(Error::Committee("a committee has 1 to 64 validators"))?;
    let timing = Timing::new(config.idle_interval);
    let cache = founding::cache(config.cache_bytes);
    let header = founding::found(context, &prefix, cache.clone(), genesis, first).await?;
    let standing = settle(context, &prefix, &claim, &member, counted, cache.clone()).await?;
    let (signing, journal) = match (&standing.standing, signer) {
        (Standing::Voter, Some(signer)) => (signer, tuning::vote_journal(&prefix)),
        _ => (member, tuning::observer_journal(&prefix)),
    };
    status.set_standing(standing.standing);
    let (recorder, notes) = votes::recorder();
    let genesis = Block::genesis(header, keys::engine_key(&first)?);
    let digest = genesis.digest();

    let (channels, oracle, network_task) = network::start(context, &config, &network, inbound)?;
    let Channels { votes, certificates, resolver, backfill, blocks, state, gossip } = channels;

    // Blocks: kept, ordered, fetched from peers where they are missing.
    let plan = SyncPlan::<E, Scheme, Standard<Block>>::init(context.child("plan"), format!("{prefix}-plan")).await;
    let archives = Archives { prefix: prefix.clone(), cache: cache.clone(), network };
    let anchor = plan.marshal_start(Digested::precomputed(genesis.clone(), digest));
    let (marshal_actor, marshal, floor) = MarshalActor::init(
        context.child("marshal"),
        archives.certificates(context).await?,
        archives.blocks(context).await?,
        tuning::marshal(&prefix, network, verifier, anchor, cache.clone()),
    )
    .await;
    let missing = archive::resolver(context, &me, &oracle, &timing, backfill);
    let proposed = archive::buffer(context, &me, &oracle, network, blocks);

    // State: made by executing blocks.
    let (state_actor, state_source) =
        state_sync::Actor::new(context.child("state_sync"), tuning::state_sync(&me, &oracle, &timing));
    let (stateful_actor, stateful) = Stateful::new(
        context.child("stateful"),
        stateful::Config {
            application: Executor::new(machine.clone(), status.clone(), genesis, key, me),
            db_config: database::config(&founding::state_prefix(&prefix), cache.clone()),
            provider: (),
            marshal: (marshal.clone(), floor),
            mailbox_size: bounds::MAILBOX,
            plan,
            resolvers: state_source,
            sync_config: tuning::sync_engine(),
            prune_config: tuning::pruning(config.blocks_for_peers),
            strategy: Sequential,
        },
    );
    let (sink, delivered) = Sink::new();
    let mut tasks = vec![
        ("network", network_task),
        ("state sync", state_actor.start(state)),
        ("blocks", marshal_actor.start(Reporters::from((sink, stateful.clone())), proposed, missing)),
        ("state", stateful_actor.start()),
    ];
    let shared = stateful.subscribe_databases().await;
    if let Some((_, block)) = marshal.get_anchor().await {
        let header = block.inner().header();
        status.set_tip(Tip { height: header.height, hash: block.inner().hash(), time: header.time });
    }

    // Consensus, at the pace of work and clocks.
    let automaton = Paced {
        context: Arc::new(context.child("pace")),
        inner: Deferred::new(context.child("deferred"), stateful, marshal.clone(), tuning::epochs()),
        marshal: marshal.clone(),
        machine: machine.clone(),
        status: status.clone(),
        idle_interval: config.idle_interval,
        ballots: Arc::new(Ballots {
            validators: config.committee.validators.clone(),
            me: claim.key,
            recorder: recorder.clone(),
        }),
    };
    let engine = simplex::Engine::new(
        context.child("simplex"),
        tuning::simplex(journal, digest, signing, &oracle, automaton, &timing, cache),
    );
    tasks.push((CONSENSUS, engine.start(votes, certificates, resolver)));

    // What is ours: gossip, answers, final blocks to the machine.
    let (sender, receiver) = gossip;
    let (heard, told, voting) = ((machine.clone(), status.clone()), status.clone(), status.clone());
    let archive = marshal.clone();
    let remembered = Remembered { me: claim.key, voted: standing.voted, recorder };
    tasks.extend([
        (
            "gossip in",
            context.child("gossip_in").spawn(move |context| gossip::receive(context, receiver, heard.0, heard.1)),
        ),
        (
            "gossip out",
            context.child("gossip_out").spawn(move |context| gossip::send(context, sender, ends.gossip, told)),
        ),
        (
            "answers",
            context.child("query").spawn(move |context| query::answer(context, ends.requests, shared, archive)),
        ),
        (
            "delivery",
            context
                .child("delivery")
                .spawn(move |context| delivery::deliver(context, delivered, marshal, machine, status, remembered)),
        ),
        (
            "copy of votes",
            context.child("votes").spawn(move |context| votes::copy(context, standing.ledger, notes, voting)),
        ),
    ]);
    Ok(tasks)
}

/// A start's right to vote.
struct Settled<E: Env> {
    standing: Standing,
    /// The last view that the vote journal knew of before this start; none for an observer.
    voted: Option<View>,
    ledger: Option<Ledger<E>>,
}

/// Decides whether this start votes, before anything could sign.
async fn settle<E: Env>(
    context: &E,
    prefix: &str,
    claim: &Claim,
    member: &Scheme,
    counted: Counted,
    cache: CacheRef,
) -> Result<Settled<E>, Error> {
    let Some(ledger) = Ledger::open(context, prefix, claim).await else {
        return Ok(Settled { standing: Standing::Observer(Reason::RecordDamaged), voted: None, ledger: None });
    };
    let journal = votes::journaled(context, tuning::vote_journal(prefix), member, cache).await;
    let newest = journal.newest();
    let unwritten = || Error::Storage("the record of this node's votes could not be written".to_owned());
    let (ledger, standing) = ledger.settle(claim, journal).await.ok_or_else(unwritten)?;
    counted(ledger.starts())?;
    let voted = (standing == Standing::Voter).then_some(newest);
    if let Standing::Observer(reason) = &standing {
        warn!(%reason, "this node follows and does not vote");
    }
    Ok(Settled { standing, voted, ledger: Some(ledger) })
}
