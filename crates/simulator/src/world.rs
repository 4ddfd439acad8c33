//! A run while it lasts: the story goes on, things go wrong and are put right again, and what can be judged at once is.

mod clients;
mod troubles;

use crate::Failure;
use crate::adversary::Contrary;
use crate::cluster::{Network, POOL, Validator};
use crate::country::Country;
use crate::draw::Draw;
use crate::oracle::{Secrets, Violation, bounds};
use crate::orders::Orders;
use crate::plan::Plan;
use crate::run::Log;
use crate::sky::Sky;
use crate::story::{Act, Totals};
use chancery_consensus::deterministic::Cluster;
use chancery_consensus::machine::Machine;
use chancery_registry::genesis::Genesis;
use chancery_statistics::query::aggregate_key;
use chancery_statistics::record::AggregateId;
use chancery_types::encoding::from_bytes;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, StateKey};
use chancery_types::time::BlockTime;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use troubles::Trouble;

/// How often members look after their transactions.
const LOOK: Duration = Duration::from_millis(20);
/// How long blocks may be further ahead than they should after more clocks were wrong than there may be.
const LENIENCE_MS: u64 = 10_000;

/// How a life of the cluster ends.
pub(crate) enum Ending {
    /// The power is gone; there is more to tell.
    PowerLost,
    /// The story is told.
    Told,
}

/// What a node proved of its own state at the end.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) node: usize,
    pub(crate) height: Height,
    pub(crate) root: Digest,
    pub(crate) verdict: Result<(), String>,
}

/// A run while it lasts.
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) genesis: Genesis,
    pub(crate) validators: Vec<Validator>,
    /// The second selves of validators that run twice.
    twins: BTreeMap<usize, Validator>,
    pub(crate) country: Country,
    pub(crate) orders: Orders,
    secrets: Arc<Secrets>,
    draw: Draw,
    sky: Sky,
    log: Log,
    /// The act that is being told, and whether its transactions were handed in.
    act: usize,
    has_begun: bool,
    troubles: Vec<Trouble>,
    /// Nodes whose disk is full or fails: they may stop.
    sick: BTreeSet<usize>,
    /// Nodes with a bit changed on their disk: they may stop for good.
    rotten: BTreeSet<usize>,
    /// Nodes that came back with an empty disk, with the latest view in which anybody had voted by then.
    amnesiac: BTreeMap<usize, u64>,
    /// Nodes that stopped, as they might.
    pub(crate) fallen: BTreeSet<usize>,
    /// Nodes whose clock is wrong.
    confused: BTreeSet<usize>,
    lenient_until_ms: u64,
    /// Since when nothing is wrong.
    calm_since_ms: u64,
    pub(crate) began_ms: u64,
    pub(crate) ended_ms: u64,
    pub(crate) shown: Vec<Shown>,
    pub(crate) disk_bytes: Vec<u64>,
}

impl World {
    pub(crate) fn new(plan: &Plan, network: &Network, log: Log) -> Result<Self, Failure> {
        let start_ms = network.settings.start_ms;
        let country = Country::new(plan.seed, network)?;
        let secrets = Arc::new(Secrets::new(country.secrets()).map_err(Failure::setup)?);
        let adversaries = plan.adversary.map_or_else(Vec::new, |adversary| adversary.validators());
        let twins = plan.adversary.map_or_else(BTreeMap::new, |adversary| adversary.twins(plan.nodes));
        let twins = twins.into_keys().map(|node| Ok((node, Validator::new(&network.genesis)?)));
        Ok(Self {
            validators: network.validators()?,
            genesis: network.genesis.clone(),
            twins: twins.collect::<Result<_, Failure>>()?,
            country,
            orders: Orders::new(plan.seed, adversaries.into_iter().collect()),
            secrets,
            draw: Draw::new(plan.seed, "clients"),
            sky: Sky { weather: plan.weather, adversary: plan.adversary, ..Sky::default() },
            plan: plan.clone(),
            log,
            act: 0,
            has_begun: false,
            troubles: Vec::new(),
            sick: BTreeSet::new(),
            rotten: BTreeSet::new(),
            amnesiac: BTreeMap::new(),
            fallen: BTreeSet::new(),
            confused: BTreeSet::new(),
            lenient_until_ms: 0,
            calm_since_ms: start_ms,
            began_ms: start_ms,
            ended_ms: start_ms,
            shown: Vec::new(),
            disk_bytes: Vec::new(),
        })
    }

    /// What must be read nowhere.
    pub(crate) fn secrets(&self) -> Arc<Secrets> {
        self.secrets.clone()
    }

    /// The machine of a node's present life, with what an adversary puts before it.
    pub(crate) fn machine(&self, node: usize) -> Option<Arc<dyn Machine>> {
        let honest = self.validators.get(node)?.machine();
        let victim = self.country.filers.first().map(|filer| filer.signer.member);
        Some(match (self.plan.adversary, victim) {
            (Some(adversary), Some(victim)) => adversary.machine(node, honest, victim),
            _ => honest.clone(),
        })
    }

    /// Those that do not keep to the rules.
    pub(crate) fn adversaries(&self) -> BTreeSet<usize> {
        self.plan.adversary.map_or_else(Vec::new, |adversary| adversary.validators()).into_iter().collect()
    }

    /// Goes on with the story until it is told or the power is gone.
    pub(crate) async fn live(&mut self, mut cluster: Cluster) -> Result<Ending, Failure> {
        self.power_returns(&mut cluster)?;
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
        self.gather(&mut cluster).await?;
        self.show(&cluster).await?;
        self.ended_ms = cluster.now_ms();
        Ok(Ending::Told)
    }

    /// A cluster that has just got power: all its machines run, their clocks are as the plan says.
    fn power_returns(&mut self, cluster: &mut Cluster) -> Result<(), Failure> {
        self.calm_since_ms = cluster.now_ms();
        self.troubles.retain(Trouble::is_due);
        self.sick.clear();
        self.fallen.clear();
        self.confused.clear();
        self.sky.clear();
        self.sky.apply(cluster);
        for (node, ms) in self.plan.clocks_ms.iter().enumerate() {
            cluster.set_clock(node, *ms);
        }
        for (node, twin) in &mut self.twins {
            twin.restart()?;
            cluster.start_twin(*node, Arc::new(Contrary(twin.machine().clone())));
        }
        Ok(())
    }

    async fn begin(&mut self, act: Act, cluster: &Cluster) -> Result<(), Failure> {
        let totals = self.totals(cluster).await?;
        self.show(cluster).await?;
        let now_ms = cluster.now_ms();
        let told = self.country.perform(act, BlockTime(now_ms), &totals)?;
        let example = told.first().map(|told| told.signed.clone());
        self.orders.begin(told, cluster, &self.validators)?;
        self.bother(act, example, cluster)?;
        self.has_begun = true;
        self.calm_since_ms = now_ms;
        self.plan_troubles(now_ms);
        Ok(())
    }

    /// Waits until everything that was handed in is final and nothing is wrong any more.
    async fn finish(&mut self, cluster: &mut Cluster) -> Result<Ending, Failure> {
        loop {
            self.observe(cluster)?;
            if matches!(self.go_wrong(cluster).await?, Ending::PowerLost) {
                return Ok(Ending::PowerLost);
            }
            self.orders.look(cluster, &self.validators)?;
            if self.troubles.is_empty() {
                if self.orders.pending() == 0 {
                    return Ok(Ending::Told);
                }
                self.check_progress(cluster)?;
            }
            cluster.sleep(LOOK).await;
        }
    }

    /// Looks at what must hold at every moment.
    fn observe(&mut self, cluster: &mut Cluster) -> Result<(), Failure> {
        self.check_alive(cluster)?;
        self.secrets.check()?;
        self.check_amnesiacs(cluster)?;
        let now_ms = cluster.now_ms();
        // A quorum has a sound clock in it as long as those that are wrong are fewer than a quorum.
        let wrong = self.plan.untrusted().union(&self.confused).count();
        if wrong >= self.plan.nodes - (self.plan.nodes - 1) / 3 {
            self.lenient_until_ms = now_ms.saturating_add(LENIENCE_MS);
        }
        for (node, validator) in self.validators.iter().enumerate() {
            if self.adversaries().contains(&node) {
                continue;
            }
            let (count, bytes) = validator.machine().waiting();
            bounds::check(node, "the number of transactions in the pool", count as u64, POOL.count_max as u64)?;
            bounds::check(node, "the bytes in the pool", bytes as u64, POOL.bytes_max as u64)?;
            if now_ms >= self.lenient_until_ms {
                let ahead_ms = validator.machine().tip().borrow().time.0.saturating_sub(now_ms);
                bounds::check(node, "how far the last block's time is ahead, in ms,", ahead_ms, bounds::AHEAD_MS_MAX)?;
            }
        }
        Ok(())
    }

    /// The latest view in which a validator voted, as the others heard it; of all validators if none is named.
    fn voted_in(&self, cluster: &Cluster, who: Option<usize>) -> u64 {
        let keys = &self.genesis.document.validators;
        let key = who.and_then(|node| keys.get(node)).map(|validator| validator.key);
        let heard =
            self.sound(cluster).into_iter().filter_map(|node| cluster.handle(node)).flat_map(|handle| handle.votes());
        let of_whom = heard.filter(|(voter, _)| key.is_none_or(|key| key == *voter));
        of_whom.map(|(_, heard)| heard.view.0).max().unwrap_or_default()
    }

    /// A node that has forgotten its votes casts none.
    fn check_amnesiacs(&self, cluster: &Cluster) -> Result<(), Violation> {
        for (node, lost_by) in &self.amnesiac {
            let voted_in = self.voted_in(cluster, Some(*node));
            if voted_in > *lost_by {
                return Err(Violation::VotedAgain { node: *node, lost_by: *lost_by, voted_in });
            }
        }
        Ok(())
    }

    fn check_alive(&mut self, cluster: &mut Cluster) -> Result<(), Failure> {
        for node in 0..cluster.len() {
            let ended = cluster.ended(node).map(|end| match end {
                Ok(()) => "without being asked".to_owned(),
                Err(error) => error.to_string(),
            });
            let panicked = cluster.panicked(node).map(|panic| format!("panicked: {panic}"));
            let Some(reason) = panicked.or(ended) else { continue };
            let may = self.sick.contains(&node) || self.rotten.contains(&node) || self.adversaries().contains(&node);
            if !may {
                return Err(Failure::Stopped { node, reason });
            }
            // As an operating system would: what is left of the process goes with it.
            if cluster.handle(node).is_some() {
                cluster.kill(node);
                self.note(format!("node {node} stopped by itself, as it should: {reason}"));
                self.fallen.insert(node);
            }
        }
        Ok(())
    }

    fn note(&self, what: String) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    pub(crate) fn noted(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn check_progress(&self, cluster: &Cluster) -> Result<(), Failure> {
        let waited_ms = cluster.now_ms().saturating_sub(self.calm_since_ms);
        if waited_ms <= bounds::PROGRESS_MS_MAX {
            return Ok(());
        }
        let waits_at = self.orders.waits_at(&self.validators);
        Err(Failure::NoProgress { pending: self.orders.pending(), waited_ms, heights: cluster.tips(), waits_at })
    }

    /// Nodes that run and keep to the rules.
    fn sound(&self, cluster: &Cluster) -> Vec<usize> {
        let bad = self.adversaries();
        let nodes = 0..cluster.len();
        nodes.filter(|node| cluster.handle(*node).is_some() && !bad.contains(node)).collect()
    }

    /// The keys of all running totals.
    fn total_keys(&self) -> Vec<StateKey> {
        let id = |(register, region)| AggregateId { register, period: crate::country::PERIOD, region };
        self.country.figures().into_iter().map(|figure| *aggregate_key(&id(figure)).raw()).collect()
    }

    /// The running totals, at a node that has everything that was shown as final.
    async fn totals(&mut self, cluster: &Cluster) -> Result<Totals, Failure> {
        let (figures, keys) = (self.country.figures(), self.total_keys());
        self.calm_since_ms = cluster.now_ms();
        loop {
            let tips = cluster.tips();
            let trusted = self.sound(cluster).into_iter().filter(|node| !self.rotten.contains(node));
            let furthest = trusted.max_by_key(|node| tips.get(*node).copied().flatten());
            if let Some(handle) = furthest.and_then(|node| cluster.handle(node)) {
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

    /// Waits until every node that should has every block that any node has now.
    async fn gather(&mut self, cluster: &mut Cluster) -> Result<(), Failure> {
        self.calm_since_ms = cluster.now_ms();
        loop {
            self.observe(cluster)?;
            // The archives are asked, not the tips: a node shows a block as soon as its archive has it, a moment before it
            // moves its tip.
            let sound = self.sound(cluster);
            let of_sound = sound.iter().filter_map(|node| self.validators.get(*node));
            let heights: BTreeSet<Height> = of_sound.map(|validator| validator.archive().latest()).collect();
            if heights.len() <= 1 || heights.first() >= Some(&self.orders.final_height()) {
                return Ok(());
            }
            self.check_progress(cluster)?;
            cluster.sleep(LOOK).await;
        }
    }

    /// Has every node prove what it holds, and looks at its disk. At every act, so that blocks of all proposers come up.
    async fn show(&mut self, cluster: &Cluster) -> Result<(), Failure> {
        let key = self.total_keys().first().copied();
        // One with a changed bit on its disk may be silent; what it has kept is judged in any case.
        for node in self.sound(cluster).into_iter().filter(|node| !self.rotten.contains(node)) {
            let (Some(handle), Some(key)) = (cluster.handle(node), key) else { continue };
            let proved = handle.prove(key).await.map_err(Failure::setup)?;
            let root = proved.header.state_root;
            let verdict = proved.proof.verify(&root, &key).map(|_| ()).map_err(|error| error.to_string());
            self.shown.push(Shown { node, height: proved.header.height, root, verdict });
        }
        self.disk_bytes = (0..cluster.len()).map(|node| cluster.disk_bytes(node)).collect();
        Ok(())
    }
}
