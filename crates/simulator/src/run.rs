//! Puts a country onto a cluster, lets things go wrong, and judges what came of it.

use crate::chain::Chain;
use crate::cluster::{NODES, Network, Validator};
use crate::country::Country;
use crate::faults::{Fault, Planned, Schedule};
use crate::oracle;
use crate::orders::Orders;
use crate::story::{Act, Totals};
use crate::{Failed, Failure, Report};
use chancery_consensus::deterministic::{self, Checkpoint, Cluster, Outcome};
use chancery_consensus::links::Link;
use chancery_consensus::machine::Machine;
use chancery_statistics::query::aggregate_key;
use chancery_statistics::record::AggregateId;
use chancery_types::encoding::from_bytes;
use chancery_types::time::BlockTime;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Within this time after the last fault everything that was handed in must be final.
pub const PROGRESS_MS_MAX: u64 = 30_000;
/// How often members look after their transactions.
const LOOK: Duration = Duration::from_millis(20);

/// Runs the country of a seed through its story.
///
/// # Errors
/// What was not as it must be; the first thing found.
pub fn run(seed: u64) -> Result<Report, Failed> {
    let failed = |faults| move |failure| Failed { seed, failure, faults };
    let network = Network::found(seed).map_err(failed(Vec::new()))?;
    let mut world = World::new(seed, &network).map_err(failed(Vec::new()))?;
    let (mut auditors, mut checkpoint) = (Vec::new(), None);
    loop {
        let (after, ending, outcome) = power_on(&network, world, checkpoint).map_err(failed(Vec::new()))?;
        world = after;
        auditors.push(outcome.auditor);
        checkpoint = Some(outcome.checkpoint);
        let faults = world.faults.clone();
        match ending.map_err(failed(faults.clone()))? {
            Ending::PowerLost => {
                let restarted = world.validators.iter_mut().try_for_each(Validator::restart);
                restarted.map_err(|error| failed(faults)(error.into()))?;
            }
            Ending::Told => return world.judge(seed, auditors).map_err(failed(faults)),
        }
    }
}

/// One life of the cluster: from the time it has power until the power goes or the story is told.
fn power_on(
    network: &Network,
    mut world: World,
    disks: Option<Checkpoint>,
) -> Result<(World, Result<Ending, Failure>, Outcome), Failure> {
    let machines: Vec<Arc<dyn Machine>> =
        world.validators.iter().map(|validator| validator.machine().clone() as Arc<dyn Machine>).collect();
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

/// How a life of the cluster ends.
enum Ending {
    /// The power is gone; there is more to tell.
    PowerLost,
    /// The story is told.
    Told,
}

/// What is wrong at the moment.
enum Trouble {
    Due { at_ms: u64, fault: Fault },
    Lasts { until_ms: u64, fault: Fault },
}

struct World {
    validators: Vec<Validator>,
    country: Country,
    orders: Orders,
    schedule: Schedule,
    faults: Vec<String>,
    /// The act that is being told, and whether its transactions were handed in.
    act: usize,
    has_begun: bool,
    trouble: Option<Trouble>,
    /// Since when nothing is wrong.
    calm_since_ms: u64,
    began_ms: u64,
    ended_ms: u64,
}

impl World {
    fn new(seed: u64, network: &Network) -> Result<Self, Failure> {
        let start_ms = network.settings.start_ms;
        Ok(Self {
            validators: network.validators()?,
            country: Country::new(seed, network)?,
            orders: Orders::new(seed),
            schedule: Schedule::draw(seed, Act::ALL.len(), NODES),
            faults: Vec::new(),
            act: 0,
            has_begun: false,
            trouble: None,
            calm_since_ms: start_ms,
            began_ms: start_ms,
            ended_ms: start_ms,
        })
    }

    /// Goes on with the story until it is told or the power is gone.
    async fn live(&mut self, mut cluster: Cluster) -> Result<Ending, Failure> {
        self.calm_since_ms = cluster.now_ms();
        while let Some(act) = Act::ALL.get(self.act) {
            if !self.has_begun {
                self.begin(*act, &cluster).await?;
            }
            if matches!(self.finish(&mut cluster).await?, Ending::PowerLost) {
                return Ok(Ending::PowerLost);
            }
            self.act = self.act.saturating_add(1);
            self.has_begun = false;
        }
        self.gather(&cluster).await?;
        self.ended_ms = cluster.now_ms();
        Ok(Ending::Told)
    }

    async fn begin(&mut self, act: Act, cluster: &Cluster) -> Result<(), Failure> {
        let totals = self.totals(cluster).await?;
        let now_ms = cluster.now_ms();
        let told = self.country.perform(act, BlockTime(now_ms), &totals)?;
        self.orders.begin(told, cluster, &self.validators)?;
        self.has_begun = true;
        self.calm_since_ms = now_ms;
        if let Some(Planned { after_ms, fault }) = self.schedule.in_act(self.act) {
            self.faults.push(format!("{act:?}, after {after_ms} ms: {fault}"));
            self.trouble = Some(Trouble::Due { at_ms: now_ms.saturating_add(after_ms), fault });
        }
        Ok(())
    }

    /// Waits until everything that was handed in is final and nothing is wrong any more.
    async fn finish(&mut self, cluster: &mut Cluster) -> Result<Ending, Failure> {
        loop {
            self.check_alive(cluster)?;
            if matches!(self.go_wrong(cluster)?, Ending::PowerLost) {
                return Ok(Ending::PowerLost);
            }
            self.orders.look(cluster, &self.validators)?;
            if self.trouble.is_none() {
                if self.orders.pending() == 0 {
                    return Ok(Ending::Told);
                }
                self.check_progress(cluster)?;
            }
            cluster.sleep(LOOK).await;
        }
    }

    /// Begins and ends what is due to go wrong.
    fn go_wrong(&mut self, cluster: &mut Cluster) -> Result<Ending, Failure> {
        let now_ms = cluster.now_ms();
        match self.trouble.take() {
            Some(Trouble::Due { at_ms, fault }) if at_ms <= now_ms => match fault {
                Fault::PowerLoss => return Ok(Ending::PowerLost),
                Fault::Crash { node, lasts_ms } => {
                    cluster.kill(node);
                    self.trouble = Some(Trouble::Lasts { until_ms: now_ms.saturating_add(lasts_ms), fault });
                }
                Fault::Isolation { node, lasts_ms } => {
                    isolate(cluster, node, Link::Cut);
                    self.trouble = Some(Trouble::Lasts { until_ms: now_ms.saturating_add(lasts_ms), fault });
                }
            },
            Some(Trouble::Lasts { until_ms, fault }) if until_ms <= now_ms => {
                self.calm_since_ms = now_ms;
                match fault {
                    Fault::Crash { node, .. } => {
                        if let Some(validator) = self.validators.get_mut(node) {
                            validator.restart()?;
                            cluster.start(node, validator.machine().clone());
                        }
                    }
                    Fault::Isolation { node, .. } => isolate(cluster, node, Link::Open),
                    Fault::PowerLoss => {}
                }
            }
            still => self.trouble = still,
        }
        Ok(Ending::Told)
    }

    fn check_alive(&self, cluster: &Cluster) -> Result<(), Failure> {
        for node in 0..cluster.len() {
            if let Some(end) = cluster.ended(node) {
                let reason = end.map_or_else(|error| error.to_string(), |()| "without being asked".to_owned());
                return Err(Failure::Stopped { node, reason });
            }
        }
        Ok(())
    }

    fn check_progress(&self, cluster: &Cluster) -> Result<(), Failure> {
        let waited_ms = cluster.now_ms().saturating_sub(self.calm_since_ms);
        if waited_ms <= PROGRESS_MS_MAX {
            return Ok(());
        }
        Err(Failure::NoProgress { pending: self.orders.pending(), waited_ms, heights: cluster.tips() })
    }

    /// The running totals, at a node that has everything that was shown as final.
    async fn totals(&mut self, cluster: &Cluster) -> Result<Totals, Failure> {
        let figures = self.country.figures();
        let id = |(register, region): &(_, _)| AggregateId {
            register: Clone::clone(register),
            period: crate::country::PERIOD,
            region: Clone::clone(region),
        };
        let keys: Vec<_> = figures.iter().map(|figure| *aggregate_key(&id(figure)).raw()).collect();
        self.calm_since_ms = cluster.now_ms();
        loop {
            self.check_alive(cluster)?;
            let furthest = cluster.tips().into_iter().zip(0..).max_by_key(|(tip, _)| *tip);
            let handle = furthest.and_then(|(_, node)| cluster.handle(node));
            if let Some(handle) = handle {
                let read = handle.read(keys.clone()).await.map_err(Failure::setup)?;
                if read.height >= self.orders.final_height() {
                    let values = figures.into_iter().zip(read.values);
                    let known = values.filter_map(|(figure, value)| Some((figure, value?)));
                    let decoded =
                        known.map(|(figure, value)| Ok((figure, from_bytes(&value).map_err(Failure::setup)?)));
                    return decoded.collect();
                }
            }
            self.check_progress(cluster)?;
            cluster.sleep(LOOK).await;
        }
    }

    /// Waits until every node has every block that any node has now.
    async fn gather(&mut self, cluster: &Cluster) -> Result<(), Failure> {
        self.calm_since_ms = cluster.now_ms();
        // The archives are asked, not the tips: a node shows a block as soon as its archive has it, a moment before it
        // moves its tip.
        let heights = || self.validators.iter().map(|validator| validator.archive().latest());
        let furthest = heights().max();
        while heights().any(|height| Some(height) < furthest) {
            self.check_alive(cluster)?;
            self.check_progress(cluster)?;
            cluster.sleep(LOOK).await;
        }
        Ok(())
    }

    /// Asks every oracle.
    fn judge(&self, seed: u64, auditors: Vec<String>) -> Result<Report, Failure> {
        let chains = (0..).zip(&self.validators).map(|(node, one)| Chain::read(node, one.archive()));
        let chains: Vec<Chain> = chains.collect::<Result<_, _>>()?;
        let (truth, acknowledged) = (self.country.truth(), self.orders.acknowledged());
        oracle::one_history(&chains)?;
        oracle::nothing_lost(&chains, acknowledged)?;
        let mut figures = 0;
        for chain in &chains {
            oracle::as_told(chain, &truth.told)?;
            figures = oracle::figures_are_sums(chain, truth)?;
        }
        // They all agree, so the shortest has what all have.
        let shortest = chains.iter().min_by_key(|chain| chain.blocks.len()).ok_or(Failure::Unfinished)?;
        let last = shortest.blocks.last().ok_or(Failure::Unfinished)?;
        let mut refused = BTreeMap::new();
        let mut accepted = 0_usize;
        for entry in shortest.blocks.iter().flat_map(|block| &block.entries) {
            match entry.refusal {
                None => accepted = accepted.saturating_add(1),
                Some(code) => {
                    let count: &mut usize = refused.entry(code.to_string()).or_default();
                    *count = count.saturating_add(1);
                }
            }
        }
        Ok(Report {
            seed,
            height: last.height,
            state_root: last.state_root,
            accepted,
            refused,
            figures,
            acknowledged: acknowledged.len(),
            faults: self.faults.clone(),
            lasted_ms: self.ended_ms.saturating_sub(self.began_ms),
            auditors,
        })
    }
}

/// Sets the links between one node and all others.
fn isolate(cluster: &Cluster, node: usize, link: Link) {
    for other in (0..cluster.len()).filter(|other| *other != node) {
        cluster.link(node, other, link);
    }
}
