//! A running cluster, and all that can be done to its machines.

use super::{Begun, Settings};
use crate::config::{NodeConfig, Peer};
use crate::disk::DiskState;
use crate::error::Error;
use crate::handle::Handle;
use crate::host::{Conditions, Host, Skew};
use crate::links::{Link, Links};
use crate::machine::Machine;
use crate::node::{self, Setup};
use crate::partitions::{self, Part};
use chancery_types::ids::Height;
use commonware_runtime::{
    Blob as _, Clock as _, ReadOptions, Spawner as _, Storage as _, Supervisor as _, WriteOptions, deterministic,
};
use commonware_utils::sync::Mutex;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// A simulated node's disk cache: small, so that it does not hold all there is.
const CACHE_BYTES: usize = 4 * 1024 * 1024;

/// The first port; each node and each of its lives has its own, since a simulated port is never free again.
const PORT: u16 = 10_000;
/// Ports between one life of the cluster and the next.
const PORTS_PER_LIFE: u16 = 100;
/// From a node's port to its second self's.
const PORTS_TO_TWIN: u16 = 50;
/// How often a cluster looks whether what it waits for has come true.
const LOOK: Duration = Duration::from_millis(10);
/// How long the tasks of a killed node are given to let go of its disk.
const LETTING_GO: Duration = Duration::from_millis(10);

/// A node's place in a cluster, whether or not a node runs there.
struct Slot {
    starts: u16,
    node: Option<Node>,
    twin: Option<Node>,
    links: Links,
    conditions: Conditions,
}

struct Node {
    handle: Handle,
    task: commonware_runtime::Handle<()>,
    ended: Arc<Mutex<Option<Result<(), Error>>>>,
}

/// Which of a validator's two selves, where there are two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    First,
    Second,
}

/// How the names of a node's partitions begin.
fn prefix(index: usize) -> String {
    format!("node{index}")
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
    pub(super) fn new(
        context: deterministic::Context,
        settings: Settings,
        life: u16,
        begun: Begun,
        nodes: usize,
    ) -> Self {
        let watcher = settings.watcher.clone().map(|watcher| watcher.0);
        let slot = |seed: u64| {
            let links = Links::new(settings.seed.rotate_left(32) ^ (u64::from(life) << 16) ^ seed);
            links.listen(watcher.clone());
            let conditions = Conditions { watcher: watcher.clone(), ..Conditions::default() };
            Slot { starts: 0, node: None, twin: None, links, conditions }
        };
        let nodes = (0..).take(nodes).map(slot).collect();
        Self { context: Arc::new(context), settings, life, begun, nodes }
    }

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

    /// What a task of a node panicked with, since the node was started.
    pub fn panicked(&self, index: usize) -> Option<String> {
        self.nodes.get(index)?.conditions.gate.panic()
    }

    /// Kills a node at once, and its second self with it. What was not synced is not on its disk when it starts again, as
    /// if its power had gone.
    pub fn kill(&mut self, index: usize) {
        if let Some(slot) = self.nodes.get_mut(index) {
            slot.conditions.gate.open();
            for node in [slot.node.take(), slot.twin.take()].into_iter().flatten() {
                node.task.abort();
            }
        }
    }

    /// Starts a node again over its old disk, with a machine that knows what the old one had kept.
    pub fn start(&mut self, index: usize, machine: Arc<dyn Machine>) {
        self.kill(index);
        let node = self.spawn(index, Which::First, machine);
        if let Some(slot) = self.nodes.get_mut(index) {
            slot.starts = slot.starts.saturating_add(1);
            slot.node = node;
        }
    }

    /// Starts the second self of a validator: the same keys, over a disk and a machine of its own.
    pub fn start_twin(&mut self, index: usize, machine: Arc<dyn Machine>) {
        let node = self.spawn(index, Which::Second, machine);
        if let Some(slot) = self.nodes.get_mut(index) {
            slot.twin = node;
        }
    }

    fn spawn(&self, index: usize, which: Which, machine: Arc<dyn Machine>) -> Option<Node> {
        let slot = self.nodes.get(index)?;
        slot.conditions.gate.forget_panic();
        let keys = self.settings.dealt.validators.get(index).cloned()?;
        let committee = self.settings.dealt.committee.clone();
        let starts = if which == Which::Second { 0 } else { slot.starts };
        let listen = self.address(index, which, starts);
        let peers = (0..).zip(&committee.validators).filter_map(|(place, key)| {
            let address = if place == index { listen } else { self.found_at(place, index, which)? };
            Some(Peer { key: *key, address })
        });
        let peers = peers.collect();
        let idle_interval = self.settings.idle_interval;
        let blocks_for_peers = self.settings.blocks_for_peers;
        let config = NodeConfig {
            keys,
            committee,
            peers,
            listen,
            peers_from_anywhere: false,
            idle_interval,
            blocks_for_peers,
            cache_bytes: CACHE_BYTES,
        };
        let genesis = machine.genesis();
        let (handle, ends) = node::handle(&genesis);
        let status = handle.status.clone();
        let (prefix, name) = match which {
            Which::First => (prefix(index), "node"),
            Which::Second => (format!("twin{index}"), "twin"),
        };
        let (begun, me) = (self.begun.clone(), prefix.clone());
        let setup = Setup {
            config,
            machine,
            genesis,
            status,
            ends,
            // Once: a node that comes back over an empty disk is not a new one.
            first_start: !self.begun.lock().contains(&prefix),
            starts: None,
            counted: Box::new(move |_| {
                begun.lock().insert(me);
                Ok(())
            }),
            prefix,
            links: slot.links.clone(),
        };
        let ended = Arc::new(Mutex::new(None));
        let end = ended.clone();
        let context = self.context.child(name).with_attribute("index", index).with_attribute("start", slot.starts);
        let host = Host::new(context, slot.conditions.clone());
        let task = host.spawn(move |host| async move {
            let result = node::run(host, setup, || ()).await;
            *end.lock() = Some(result);
        });
        Some(Node { handle, task, ended })
    }

    /// Where a node's self finds a peer; nowhere if the two never meet.
    fn found_at(&self, peer: usize, me: usize, which: Which) -> Option<SocketAddr> {
        let twins = &self.settings.twins;
        let hears_second = |of: usize, who: usize| twins.get(&of).is_some_and(|audience| audience.contains(&who));
        let mine = twins.contains_key(&me);
        if mine && !twins.contains_key(&peer) {
            // One of two selves finds only its own audience.
            return (hears_second(me, peer) == (which == Which::Second)).then(|| self.last_address(peer, Which::First));
        }
        let second = if mine { which == Which::Second } else { hears_second(peer, me) };
        Some(self.last_address(peer, if second { Which::Second } else { Which::First }))
    }

    /// Has all tasks of a node stand still, as a stopped process does.
    pub fn pause(&self, index: usize) {
        if let Some(slot) = self.nodes.get(index) {
            slot.conditions.gate.close();
        }
    }

    /// Has a node that stands still go on.
    pub fn proceed(&self, index: usize) {
        if let Some(slot) = self.nodes.get(index) {
            slot.conditions.gate.open();
        }
    }

    /// Sets how far a node's clock is ahead of the true time; it jumps there at once.
    pub fn set_clock(&self, index: usize, ahead_ms: i64) {
        if let Some(slot) = self.nodes.get(index) {
            *slot.conditions.clock.lock() = Skew { ms: ahead_ms };
        }
    }

    /// Sets how a node's disk is.
    pub fn set_disk(&self, index: usize, state: DiskState) {
        if let Some(slot) = self.nodes.get(index) {
            slot.conditions.disk.set(state);
        }
    }

    /// Bytes on a node's disk, as far as it was used in this life of the cluster.
    pub fn disk_bytes(&self, index: usize) -> u64 {
        self.nodes.get(index).map_or(0, |slot| slot.conditions.disk.bytes())
    }

    /// Changes one bit on the disk of a node that does not run, in a blob whose partition's name has `part` in it. `pick`
    /// says which. Names the place; none if there is nothing to change.
    pub async fn rot(&self, index: usize, part: &str, pick: u64) -> Option<String> {
        self.context.sleep(LETTING_GO).await;
        let mut blobs = self.nodes.get(index)?.conditions.disk.blobs();
        blobs.retain(|((partition, _), _)| partition.contains(part));
        let place = usize::try_from(pick.checked_rem(blobs.len() as u64)?).ok()?;
        let ((partition, name), _) = blobs.get(place)?;
        let (blob, size) = self.context.open(partition, name).await.ok()?;
        let offset = pick.rotate_left(17).checked_rem(size)?;
        let byte = blob.read_at(offset, 1, ReadOptions::default()).await.ok()?.coalesce();
        let changed = byte.as_ref().first()? ^ (1 << (pick.rotate_left(40) % 8));
        blob.write_at(offset, vec![changed], WriteOptions::SYNC).await.ok()?;
        Some(format!(
            "{partition}/{} at {offset} of {size}",
            name.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        ))
    }

    /// Kills a node and takes parts of its disk away; see [`crate::standing`] for what becomes of its right to vote.
    pub async fn lose(&mut self, index: usize, parts: &[Part]) {
        self.kill(index);
        self.context.sleep(LETTING_GO).await;
        for (ending, _) in partitions::ALL.iter().filter(|(_, part)| parts.contains(part)) {
            // What is not there cannot be lost.
            let _ = self.context.remove(&format!("{}{ending}", prefix(index)), None).await;
        }
    }

    /// Empties the disk of a node that does not run.
    pub async fn wipe(&self, index: usize) {
        self.context.sleep(LETTING_GO).await;
        let Some(slot) = self.nodes.get(index) else { return };
        for partition in slot.conditions.disk.clear() {
            // What is not there is gone already.
            let _ = self.context.remove(&partition, None).await;
        }
    }

    /// Sets what becomes of messages between two nodes, both ways. It outlives their restarts.
    pub fn link(&self, one: usize, other: usize, link: Link) {
        self.link_one_way(one, other, link);
        self.link_one_way(other, one, link);
    }

    /// Sets what becomes of messages from one node to another.
    pub fn link_one_way(&self, from: usize, to: usize, link: Link) {
        if let (Some(slot), Some(key)) = (self.nodes.get(to), self.settings.dealt.committee.validators.get(from)) {
            slot.links.set(*key, link);
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

    /// Where a node listens since its last start. A peer that was started before that looks for it where it was, and is found
    /// by it instead.
    fn last_address(&self, index: usize, which: Which) -> SocketAddr {
        let starts = self.nodes.get(index).map_or(0, |slot| slot.starts.saturating_sub(1));
        self.address(index, which, if which == Which::Second { 0 } else { starts })
    }

    /// Where a node listens at its n-th start.
    fn address(&self, index: usize, which: Which, starts: u16) -> SocketAddr {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let index = if which == Which::Second { index.saturating_add(PORTS_TO_TWIN) } else { index };
        let life = self.life.saturating_mul(PORTS_PER_LIFE);
        let port = PORT.saturating_add(life).saturating_add(index).saturating_add(starts.saturating_mul(1_000));
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
    }
}
