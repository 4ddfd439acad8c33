//! Puts a country onto a cluster, lets things go wrong, and judges what came of it.

use crate::cluster::{Network, Validator};
use crate::plan::Plan;
use crate::story::Act;
use crate::world::{Ending, World};
use crate::{Failed, Failure, Report};
use chancery_consensus::deterministic::{self, Checkpoint, Cluster, Outcome, Watcher};
use chancery_consensus::machine::Machine;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// When a run is given up, by the cluster's own clock.
const TIMEOUT: Duration = Duration::from_secs(3_600);

/// Runs the country of a seed through its story, with all that its plan says.
///
/// # Errors
/// What was not as it must be; the first thing found.
pub fn run(seed: u64) -> Result<Report, Failed> {
    run_plan(&Plan::draw(seed, Act::ALL.len()))
}

/// Runs a plan, perhaps with some parts left out.
///
/// # Errors
/// What was not as it must be; the first thing found.
pub fn run_plan(plan: &Plan) -> Result<Report, Failed> {
    let faults = Arc::new(Mutex::new(Vec::new()));
    let log = faults.clone();
    let ran = catch_unwind(AssertUnwindSafe(|| carry_out(plan, &log)));
    let ran = ran.unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(Failure::Panicked(text.unwrap_or_default()))
    });
    ran.map_err(|failure| {
        let faults = faults.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Failed { seed: plan.seed, failure: Box::new(failure), faults }
    })
}

/// What went wrong so far, in words.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

fn carry_out(plan: &Plan, log: &Log) -> Result<Report, Failure> {
    let mut network = Network::found(plan.seed, plan.nodes)?;
    let mut world = World::new(plan, &network, log.clone())?;
    let secrets = world.secrets();
    network.settings.timeout = TIMEOUT;
    network.settings.catch_panics = true;
    network.settings.kept_of_unsynced = plan.kept_of_unsynced;
    network.settings.twins = plan.adversary.map_or_else(Default::default, |adversary| adversary.twins(plan.nodes));
    network.settings.watcher = Some(Watcher(Arc::new(move |bytes| secrets.look(bytes))));
    let (mut auditors, mut checkpoint) = (Vec::new(), None);
    loop {
        let (after, ending, outcome) = power_on(&network, world, checkpoint)?;
        world = after;
        auditors.push(outcome.auditor);
        checkpoint = Some(outcome.checkpoint);
        match ending? {
            Ending::PowerLost => world.validators.iter_mut().try_for_each(Validator::restart)?,
            Ending::Told => return world.judge(auditors),
        }
    }
}

/// One life of the cluster: from the time it has power until the power goes or the story is told.
fn power_on(
    network: &Network,
    mut world: World,
    disks: Option<Checkpoint>,
) -> Result<(World, Result<Ending, Failure>, Outcome), Failure> {
    let machines: Vec<Arc<dyn Machine>> = (0..world.validators.len()).filter_map(|node| world.machine(node)).collect();
    let ended = Arc::new(Mutex::new(None));
    let end = ended.clone();
    let scenario = move |cluster: Cluster| -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            let ending = world.live(cluster).await;
            *end.lock().unwrap_or_else(PoisonError::into_inner) = Some((world, ending));
        })
    };
    let outcome = match disks {
        None => deterministic::run(&network.settings, machines, scenario),
        Some(disks) => deterministic::resume(&network.settings, disks, machines, scenario),
    };
    let ended = ended.lock().unwrap_or_else(PoisonError::into_inner).take();
    let (world, ending) = ended.ok_or(Failure::Unfinished)?;
    Ok((world, ending, outcome))
}
