//! Several nodes on the deterministic runtime: the same node code, under a seed.
//!
//! Time, network, disk and randomness come from the runtime. The same seed and the same scenario give the same run, to
//! the last message: [`Outcome::auditor`] is a digest of everything that happened, and equal runs have equal digests. At
//! the end of a run the whole cluster loses power: whatever no disk was told to keep is gone. [`resume`] goes on from
//! there, with new machines over what they themselves had kept.
//!
//! ```ignore
//! # use chancery_consensus::{deterministic, keys::Dealt, machine::Machine};
//! # fn machines() -> Vec<std::sync::Arc<dyn Machine>> { vec![] }
//! # fn dealt() -> Dealt { unimplemented!() }
//! let settings = deterministic::Settings::new(dealt(), 7);
//! let outcome = deterministic::run(&settings, machines(), |mut cluster| {
//!     Box::pin(async move {
//!         cluster.sleep(std::time::Duration::from_secs(5)).await;
//!         cluster.kill(2);
//!     })
//! });
//! let again = deterministic::resume(&settings, outcome.checkpoint, machines(), |_| Box::pin(async {}));
//! println!("{}", again.auditor);
//! ```

use crate::config::{NodeConfig, Peer};
use crate::error::Error;
use crate::handle::Handle;
use crate::keys::Dealt;
use crate::links::{Link, Links};
use crate::machine::Machine;
use crate::node::{self, Setup};
use crate::partitions::{self, Part};
use chancery_types::ids::Height;
use commonware_runtime::{Clock as _, Spawner as _, Storage as _, Supervisor as _, deterministic};
use commonware_utils::sync::Mutex;
use futures::future::BoxFuture;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// The first port; each node and each of its lives has its own, since a simulated port is never free again.
const PORT: u16 = 10_000;
/// Ports between one life of the cluster and the next.
const PORTS_PER_LIFE: u16 = 100;
/// How often a cluster looks whether what it waits for has come true.
const LOOK: Duration = Duration::from_millis(10);

/// What a run depends on, besides its scenario.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Keys of all nodes.
    pub dealt: Arc<Dealt>,
    /// The seed.
    pub seed: u64,
    /// What the clock shows at the start, in milliseconds since 1970.
    pub start_ms: u64,
    /// As in [`NodeConfig`].
    pub idle_interval: Duration,
    /// As in [`NodeConfig`].
    pub blocks_for_peers: Option<usize>,
    /// When a run that has not come to an end is given up: it panics then.
    pub timeout: Duration,
}

impl Settings {
    /// Settings that suit most tests.
    pub fn new(dealt: Dealt, seed: u64) -> Self {
        Self {
            dealt: Arc::new(dealt),
            seed,
            start_ms: 1_767_225_600_000,
            idle_interval: Duration::from_millis(500),
            blocks_for_peers: None,
            timeout: Duration::from_secs(900),
        }
    }
}

/// What remains of a run.
pub struct Outcome {
    /// A digest of everything that happened, in order.
    pub auditor: String,
    /// The disks after the power went, and the clock.
    pub checkpoint: Checkpoint,
}

/// Disks and clock of a cluster that lost power.
pub struct Checkpoint {
    runtime: deterministic::Checkpoint,
    life: u16,
    begun: Begun,
}

/// Which nodes have had their first start: what a founder notes outside of their disks.
type Begun = Arc<Mutex<BTreeSet<usize>>>;

/// What happens to a cluster.
pub type Scenario<'a> = Box<dyn FnOnce(Cluster) -> BoxFuture<'static, ()> + 'a>;

/// Founds a cluster with one node per machine, runs the scenario, and cuts the power.
pub fn run<'a>(
    settings: &Settings,
    machines: Vec<Arc<dyn Machine>>,
    scenario: impl FnOnce(Cluster) -> BoxFuture<'static, ()> + 'a,
) -> Outcome {
    let config = deterministic::Config::new()
        .with_seed(settings.seed)
        .with_start_time(UNIX_EPOCH + Duration::from_millis(settings.start_ms))
        .with_timeout(Some(settings.timeout));
    start(settings, deterministic::Runner::new(config), 0, Begun::default(), machines, Box::new(scenario))
}

/// Goes on with a cluster that lost power.
pub fn resume<'a>(
    settings: &Settings,
    checkpoint: Checkpoint,
    machines: Vec<Arc<dyn Machine>>,
    scenario: impl FnOnce(Cluster) -> BoxFuture<'static, ()> + 'a,
) -> Outcome {
    let life = checkpoint.life + 1;
    let runner = deterministic::Runner::from(checkpoint.runtime);
    start(settings, runner, life, checkpoint.begun, machines, Box::new(scenario))
}

fn start(
    settings: &Settings,
    runner: deterministic::Runner,
    life: u16,
    begun: Begun,
    machines: Vec<Arc<dyn Machine>>,
    scenario: Scenario<'_>,
) -> Outcome {
    let (settings, noted) = (settings.clone(), begun.clone());
    let (auditor, runtime) = runner.start_and_recover(|context| async move {
        let nodes = machines.iter().map(|_| Slot::default()).collect();
        let mut cluster = Cluster { context: Arc::new(context.child("cluster")), settings, life, begun: noted, nodes };
        for (index, machine) in machines.into_iter().enumerate() {
            cluster.start(index, machine);
        }
        scenario(cluster).await;
        context.auditor().state()
    });
    Outcome { auditor, checkpoint: Checkpoint { runtime, life, begun } }
}

/// How the names of a node's partitions begin.
fn prefix(index: usize) -> String {
    format!("node{index}")
}

/// A node's place in a cluster, whether or not a node runs there.
#[derive(Default)]
struct Slot {
    starts: u16,
    node: Option<Node>,
    links: Links,
}

struct Node {
    handle: Handle,
    task: commonware_runtime::Handle<()>,
    ended: Arc<Mutex<Option<Result<(), Error>>>>,
}

/// A running cluster.
pub struct Cluster {
    context: Arc<deterministic::Context>,
    settings: Settings,
    life: u16,
    begun: Begun,
    nodes: Vec<Slot>,
}

impl Cluster {
    /// How many places there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The handle of a node that runs.
    pub fn handle(&self, index: usize) -> Option<Handle> {
        self.nodes.get(index)?.node.as_ref().map(|node| node.handle.clone())
    }

    /// Why a node that was started has ended by itself, if it has.
    pub fn ended(&self, index: usize) -> Option<Result<(), Error>> {
        self.nodes.get(index)?.node.as_ref().and_then(|node| node.ended.lock().clone())
    }

    /// Kills a node at once, as if its process were killed. What it wrote is on its disk, told to keep or not; only the
    /// end of the run loses the rest.
    pub fn kill(&mut self, index: usize) {
        if let Some(node) = self.nodes.get_mut(index).and_then(|slot| slot.node.take()) {
            node.task.abort();
        }
    }

    /// Starts a node again over its old disk, with a machine that knows what the old one had kept.
    pub fn start(&mut self, index: usize, machine: Arc<dyn Machine>) {
        self.kill(index);
        let Some(keys) = self.settings.dealt.validators.get(index).cloned() else { return };
        let committee = self.settings.dealt.committee.clone();
        let peers = (0..).zip(&committee.validators);
        let peers = peers.map(|(place, key)| Peer { key: *key, address: self.address(place, 0) }).collect();
        let Some((starts, links)) = self.nodes.get(index).map(|slot| (slot.starts, slot.links.clone())) else { return };
        let listen = self.address(index, starts);
        let idle_interval = self.settings.idle_interval;
        let blocks_for_peers = self.settings.blocks_for_peers;
        let config =
            NodeConfig { keys, committee, peers, listen, peers_from_anywhere: false, idle_interval, blocks_for_peers };
        let genesis = machine.genesis();
        let (handle, ends) = node::handle(&genesis);
        let status = handle.status.clone();
        let begun = self.begun.clone();
        let setup = Setup {
            config,
            prefix: prefix(index),
            machine,
            genesis,
            status,
            ends,
            // Once: a node that comes back over an empty disk is not a new one.
            first_start: !self.begun.lock().contains(&index),
            starts: None,
            counted: Box::new(move |_| {
                begun.lock().insert(index);
                Ok(())
            }),
            links,
        };
        let ended = Arc::new(Mutex::new(None));
        let end = ended.clone();
        let context = self.context.child("node").with_attribute("index", index).with_attribute("start", starts);
        let task = context.spawn(move |context| async move {
            let result = node::run(context, setup, || ()).await;
            *end.lock() = Some(result);
        });
        if let Some(slot) = self.nodes.get_mut(index) {
            slot.starts = starts + 1;
            slot.node = Some(Node { handle, task, ended });
        }
    }

    /// Kills a node and takes parts of its disk away; see [`crate::standing`] for what becomes of its right to vote.
    pub async fn lose(&mut self, index: usize, parts: &[Part]) {
        self.kill(index);
        // The engine's tasks let go of their files when they are next run.
        self.context.sleep(LOOK).await;
        for (ending, _) in partitions::ALL.iter().filter(|(_, part)| parts.contains(part)) {
            // What is not there cannot be lost.
            let _ = self.context.remove(&format!("{}{ending}", prefix(index)), None).await;
        }
    }

    /// Sets what becomes of messages between two nodes, both ways. It outlives their restarts.
    pub fn link(&self, one: usize, other: usize, link: Link) {
        for (to, from) in [(one, other), (other, one)] {
            if let (Some(slot), Some(key)) = (self.nodes.get(to), self.settings.dealt.committee.validators.get(from)) {
                slot.links.set(*key, link);
            }
        }
    }

    /// Lets time pass.
    pub async fn sleep(&self, duration: Duration) {
        self.context.sleep(duration).await;
    }

    /// Lets time pass until something is true, for so long at most; answers whether it came true.
    pub async fn until(&self, patience: Duration, mut true_now: impl FnMut(&Self) -> bool + Send) -> bool {
        let deadline = self.context.current() + patience;
        while !true_now(self) {
            if self.context.current() >= deadline {
                return false;
            }
            self.context.sleep(LOOK).await;
        }
        true
    }

    /// Lets time pass until every node that runs has a block at this height; answers whether they do.
    pub async fn until_height(&self, patience: Duration, height: Height) -> bool {
        self.until(patience, |cluster| cluster.tips().into_iter().flatten().all(|tip| tip >= height)).await
    }

    /// The heights of the nodes; none where none runs.
    pub fn tips(&self) -> Vec<Option<Height>> {
        self.nodes.iter().map(|slot| slot.node.as_ref().map(|node| node.handle.tip().height)).collect()
    }

    /// The time of the runtime, in milliseconds since 1970.
    pub fn now_ms(&self) -> u64 {
        crate::env::now(&*self.context).0
    }

    /// Where a node listens at its n-th start. The others dial the first address; a node that listens elsewhere dials
    /// them.
    fn address(&self, index: usize, starts: u16) -> SocketAddr {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let life = self.life.saturating_mul(PORTS_PER_LIFE);
        let port = PORT.saturating_add(life).saturating_add(index).saturating_add(starts.saturating_mul(1_000));
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
    }
}
