//! Several nodes on the deterministic runtime: the same node code, under a seed.
//!
//! Time, network, disk and randomness come from the runtime, each node on a machine of its own ([`Cluster`] says what can
//! go wrong with one). The same seed and the same scenario give the same run, to
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

use crate::keys::Dealt;
use crate::machine::Machine;
use commonware_runtime::{Supervisor as _, deterministic};
use commonware_utils::Probability;
use commonware_utils::sync::Mutex;
use futures::future::BoxFuture;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

mod cluster;

pub use cluster::Cluster;

/// Something that is shown bytes.
pub type Seeing = dyn Fn(&[u8]) + Send + Sync;

/// Sees bytes before anyone could seal them again: messages as they arrive, writes as they go to disk.
#[derive(Clone)]
pub struct Watcher(pub Arc<Seeing>);

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher")
    }
}

/// What a run depends on, besides its scenario.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Keys of all nodes.
    pub dealt: Arc<Dealt>,
    /// The seed.
    pub seed: u64,
    /// What the clock shows at the start, in milliseconds since 1970.
    pub start_ms: u64,
    /// As in [`crate::NodeConfig`].
    pub idle_interval: Duration,
    /// As in [`crate::NodeConfig`].
    pub blocks_for_peers: Option<usize>,
    /// When a run that has not come to an end is given up: it panics then.
    pub timeout: Duration,
    /// Of a thousand bytes that were written and not synced, how many are on the disk after the power went; the others are
    /// lost, so a write may be torn anywhere.
    pub kept_of_unsynced: u16,
    /// Whether a task's panic stops its own node only ([`Cluster::panicked`]), and not the run.
    pub catch_panics: bool,
    /// Validators that run twice under one key, each with the others that hear only its second self. They start once
    /// ([`Cluster::start_twin`] for the second) and neither self can be started again.
    pub twins: BTreeMap<usize, Vec<usize>>,
    /// Sees all that is sent and written.
    pub watcher: Option<Watcher>,
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
            kept_of_unsynced: 0,
            catch_panics: false,
            twins: BTreeMap::new(),
            watcher: None,
        }
    }

    fn storage_faults(&self) -> deterministic::FaultConfig {
        let kept = Probability::new(u64::from(self.kept_of_unsynced.min(1_000)), 1_000);
        match (kept, Probability::new(0, 1)) {
            (Some(retention_rate), Some(failure_rate)) if self.kept_of_unsynced > 0 => {
                // Whether whole beginnings or scattered bytes survive differs from disk to disk.
                let mode = if self.seed.is_multiple_of(2) {
                    deterministic::PartialWriteMode::Prefix
                } else {
                    deterministic::PartialWriteMode::Subset
                };
                deterministic::FaultConfig::default().write(deterministic::WriteConfig {
                    failure_rate,
                    retention_rate,
                    mode,
                })
            }
            _ => deterministic::FaultConfig::default(),
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

/// Which nodes have had their first start, and which have had it twice: what a founder notes outside of their disks.
type Begun = Arc<Mutex<BTreeSet<String>>>;

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
        .with_timeout(Some(settings.timeout))
        .with_catch_panics(settings.catch_panics)
        .with_storage_fault_config(settings.storage_faults());
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
        let mut cluster = Cluster::new(context.child("cluster"), settings, life, noted, machines.len());
        for (index, machine) in machines.into_iter().enumerate() {
            cluster.start(index, machine);
        }
        scenario(cluster).await;
        context.auditor().state()
    });
    Outcome { auditor, checkpoint: Checkpoint { runtime, life, begun } }
}
