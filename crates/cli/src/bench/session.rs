//! A network that is measured, and one run after another on it.

use super::catch_up::catch_up;
use super::drive::{Driven, drive};
use super::fill;
use super::folder::Folder;
use super::follow::Follower;
use super::journal::Journal;
use super::latency::{milliseconds, percentile};
use super::limits::Limits;
use super::machine::{self, Sample};
use super::prepare::{Prepared, prepare};
use super::register::Asked;
use super::report::{CatchUp, Client as ClientCost, Purpose, Ratios, Run, Validator};
use super::schedule::Schedule;
use super::tally::{Tally, drain, tally};
use super::words::whole;
use super::workload::{Batches, Decided, Mixed, Singles, Workload, batch, mixed, single};
use super::world::World;
use crate::exit::Exit;
use crate::local::Children;
use crate::output::Output;
use chancery_client::Client;
use chancery_client::pipeline::Pipeline;
use chancery_types::ids::{Height, TransactionId};
use chancery_types::time::MINUTE_MS;
use std::time::{Duration, Instant};

/// How many transactions are on their way at once while the network is set up.
const IN_FLIGHT_MAX: usize = 192;
/// Requests of what is filed before a run hold what would fall due in ten milliseconds at this rate.
const FILING_RATE: u32 = 6_400;
/// How long before a run the streams of final blocks are opened.
const SETTLE: Duration = Duration::from_millis(500);
/// How long after the end of its run a transaction expires.
const EXPIRY_AFTER_MS: u64 = 10 * MINUTE_MS;
/// How long after the start a validator is stopped, if one is to catch up.
const AWAY_AFTER: Duration = Duration::from_secs(5);
/// Updates of the state for each record: its head and its version.
const UPDATES_PER_RECORD: f64 = 2.0;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// One return in one transaction under one signature, each by its own filer.
    Single,
    /// A hundred returns under one signature, with a committed amount each.
    Committed,
    /// A hundred returns under one signature, with values in clear.
    Clear,
    /// `committed`, then `clear`.
    Batch,
    /// Single returns, both kinds of batches, corrections and an authority's decisions together.
    Mixed,
    /// Totals of a confidential register over counties, provinces and the country: returns, decisions, and every figure
    /// with its proof.
    Rollup,
    /// Totals of the open register of single returns: every figure that has changed since it was published last.
    Figures,
    /// Receipts and values of the state with their proofs; --rate is in requests a second.
    Reads,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Committed => "committed",
            Self::Clear => "clear",
            Self::Batch => "batch",
            Self::Mixed => "mixed",
            Self::Rollup => "rollup",
            Self::Figures => "figures",
            Self::Reads => "reads",
        }
    }
}

/// A validator that is to be away for some time while a run goes on.
#[derive(Debug)]
pub(crate) struct Away<'a> {
    pub(crate) children: &'a mut Children,
    pub(crate) seconds: u32,
}

/// The network, ready to be measured.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) folder: Folder,
    pub(crate) world: World,
    pub(crate) client: Client,
    pub(crate) pipeline: Pipeline,
    pub(crate) limits: Limits,
    pub(crate) output: Output,
    /// The slowest of a hundred that a run may have and still keep up.
    pub(crate) p99_max: Duration,
    /// Where what became of each transaction is written down, if it is.
    pub(crate) journal: Option<Journal>,
}

impl Session {
    pub(crate) fn new(
        folder: Folder,
        world: World,
        client: Client,
        limits: Limits,
        output: Output,
        p99_max: Duration,
    ) -> Self {
        let pipeline = Pipeline::new(&client, IN_FLIGHT_MAX);
        Self { folder, world, client, pipeline, limits, output, p99_max, journal: None }
    }

    /// Measures one workload at one rate.
    pub(crate) async fn run(
        &mut self,
        kind: Kind,
        rate: u32,
        seconds: u32,
        purpose: Purpose,
        away: Option<Away<'_>>,
    ) -> Result<Run, Exit> {
        let schedule = Schedule::new(rate, seconds);
        let expires_ms = u64::from(seconds) * 1_000;
        let prepared = match kind {
            Kind::Single => {
                let first = self.take_singles(schedule.count as u64).await?;
                self.prepare(&Singles::new(&self.world, first)?, schedule, expires_ms)
            }
            Kind::Committed | Kind::Clear | Kind::Batch => {
                let asked = if kind == Kind::Committed { Asked::SealedTurnover } else { Asked::ClearTurnover };
                let first = self.take_batches(asked, schedule.count as u64).await?;
                self.prepare(&Batches::new(&self.world, asked, first)?, schedule, expires_ms)
            }
            Kind::Mixed => self.mixed(schedule, expires_ms).await,
            Kind::Rollup | Kind::Figures | Kind::Reads => Err(Exit::failed("not one run of transactions")),
        };
        self.measure(kind.name(), prepared?, seconds, purpose, away).await
    }

    /// Signs everything, on threads of its own.
    pub(crate) fn prepare(
        &self,
        workload: &dyn Workload,
        schedule: Schedule,
        expires_ms: u64,
    ) -> Result<Prepared, Exit> {
        self.output.progress(format!("Signing {} transactions …", whole(schedule.count as f64)));
        let expires = self.client.now().plus_ms(expires_ms + EXPIRY_AFTER_MS);
        tokio::task::block_in_place(|| prepare(workload, schedule, expires))
    }

    /// Takes the next places of the register that single returns go to, and opens its periods.
    pub(crate) async fn take_singles(&mut self, count: u64) -> Result<u64, Exit> {
        let taken = self.folder.take(Asked::LabourForce, count)?;
        let periods = single::periods(self.world.size, taken.end);
        Asked::LabourForce.open(&mut self.folder, &self.world, &self.client, &self.pipeline, periods).await?;
        Ok(taken.start)
    }

    /// The same of a register that batches go to.
    pub(crate) async fn take_batches(&mut self, asked: Asked, count: u64) -> Result<u64, Exit> {
        let taken = self.folder.take(asked, count)?;
        let periods = batch::periods(self.world.size, taken.end);
        asked.open(&mut self.folder, &self.world, &self.client, &self.pipeline, periods).await?;
        Ok(taken.start)
    }

    /// The same from the beginning of a period on; what is left of the one before is passed over.
    pub(crate) async fn take_whole_periods(&mut self, asked: Asked, count: u64, each: u64) -> Result<u64, Exit> {
        let used = self.folder.take(asked, 0)?.start;
        let passed_over = used.next_multiple_of(each.max(1)) - used;
        Ok(self.take_batches(asked, passed_over + count).await? + passed_over)
    }

    /// Files what is to be corrected and decided on, and signs the rest.
    async fn mixed(&mut self, schedule: Schedule, expires_ms: u64) -> Result<Prepared, Exit> {
        let rounds = schedule.count.div_ceil(mixed::ROUND);
        let corrected = self.take_singles(rounds as u64).await?;
        let decided = self.take_batches(Asked::SealedTurnover, rounds as u64).await?;
        self.output.progress("Filing what is to be corrected and decided on …");
        self.file(&Singles::new(&self.world, corrected)?, rounds).await?;
        self.file(&Batches::new(&self.world, Asked::SealedTurnover, decided)?, rounds).await?;
        let singles = self.take_singles((rounds * mixed::SINGLES) as u64).await?;
        let clear = self.take_batches(Asked::ClearTurnover, rounds as u64).await?;
        let sealed = self.take_batches(Asked::SealedTurnover, rounds as u64).await?;
        let world = &self.world;
        let workload = Mixed {
            singles: Singles::new(world, singles)?,
            clear: Batches::new(world, Asked::ClearTurnover, clear)?,
            sealed: Batches::new(world, Asked::SealedTurnover, sealed)?,
            corrected: Singles::new(world, corrected)?,
            decided: Decided { world, filed: Batches::new(world, Asked::SealedTurnover, decided)? },
        };
        self.prepare(&workload, schedule, expires_ms)
    }

    /// Files so many transactions of a workload as fast as the network takes them, and waits until they are final.
    /// Gives their ids.
    pub(crate) async fn file(&self, workload: &dyn Workload, count: usize) -> Result<Vec<TransactionId>, Exit> {
        let follower = Follower::start(&self.client, self.height().await);
        let prepared = self.prepare(workload, Schedule { rate: FILING_RATE, count }, 0)?;
        let ids = prepared.ids.clone();
        fill::send(self, prepared).await?;
        fill::settled(&follower, count as u64).await?;
        Ok(ids)
    }

    /// Sends a prepared run and counts what became of it. If a validator is to be away meanwhile, it is stopped a few
    /// seconds after the start.
    pub(crate) async fn measure(
        &self,
        workload: &str,
        mut prepared: Prepared,
        seconds: u32,
        purpose: Purpose,
        away: Option<Away<'_>>,
    ) -> Result<Run, Exit> {
        let (rate, clock) = (prepared.schedule.rate, Duration::from_secs(u64::from(seconds)));
        let follower = Follower::start(&self.client, self.height().await);
        tokio::time::sleep(SETTLE).await;
        self.output.progress(format!("{workload}: {} a second for {seconds} s …", whole(f64::from(rate))));
        let (before, own) = (machine::samples(&self.folder.site), Sample::of(std::process::id()));
        let already = follower.transactions();
        let started = Instant::now();
        let (driven, caught_up, memory) =
            tokio::join!(drive(&self.client, &mut prepared), self.be_away(away, &follower), self.watch_memory(seconds));
        tokio::time::sleep(clock.saturating_sub(started.elapsed())).await;
        let (after, own_after) = (machine::samples(&self.folder.site), Sample::of(std::process::id()));
        drain(&follower, already, &driven).await;
        let (counted, settled) = tally(&self.client, &follower.durable(), &prepared, &driven, clock).await?;
        if let Some(journal) = &self.journal {
            journal.add(workload, &prepared, &driven.taken, &settled)?;
        }
        let validators = machine::compared(&self.folder.site, &before, &after);
        let client = client_cost(&prepared, &driven, machine::spent(own, own_after));
        let mut run = self.judge(workload, purpose, rate, seconds, counted, client, validators);
        run.catch_up = caught_up?;
        for (second, memory_bytes) in run.timeline.iter_mut().zip(memory) {
            second.memory_bytes = memory_bytes;
        }
        Ok(run)
    }

    /// The memory of whichever validator holds most, in each second.
    async fn watch_memory(&self, seconds: u32) -> Vec<Option<u64>> {
        let mut ticks = tokio::time::interval(Duration::from_secs(1));
        let mut seen = Vec::new();
        for _ in 0..seconds {
            ticks.tick().await;
            let samples = machine::samples(&self.folder.site).into_iter().flatten();
            seen.push(samples.map(|(_, sample)| sample.rss_bytes).max());
        }
        seen
    }

    async fn be_away(&self, away: Option<Away<'_>>, follower: &Follower) -> Result<Option<CatchUp>, Exit> {
        let Some(Away { children, seconds }) = away else { return Ok(None) };
        tokio::time::sleep(AWAY_AFTER).await;
        catch_up(self, children, follower, seconds).await.map(Some)
    }

    #[expect(clippy::too_many_arguments, reason = "each is one part of what is put together")]
    fn judge(
        &self,
        workload: &str,
        purpose: Purpose,
        rate: u32,
        seconds: u32,
        counted: Tally,
        client: ClientCost,
        validators: Vec<Validator>,
    ) -> Run {
        let per_second = |count: u64| (count as f64 * 10.0 / f64::from(seconds.max(1))).round() / 10.0;
        let Tally { counts, latency, timeline, .. } = counted;
        let none_failed = counts.refused_in_all() + counts.rejected_in_all() + counts.lost + counts.unanswered == 0;
        // Latency counts from the scheduled time, so a backlog that grows shows here.
        let fast = latency.is_some_and(|latency| latency.p99_ms <= milliseconds(self.p99_max));
        let mut run = Run {
            workload: workload.to_owned(),
            purpose,
            rate,
            seconds,
            final_per_second: per_second(counted.final_in_time),
            records_per_second: per_second(counted.records_in_time),
            amounts_per_second: per_second(counted.amounts_in_time),
            blocks_per_second: per_second(counted.blocks_in_time),
            latency,
            kept_up: none_failed && fast,
            ratios: Ratios::default(),
            client,
            validators,
            timeline,
            counts,
            catch_up: None,
            proofs: None,
        };
        run.ratios = self.ratios(&run);
        run
    }

    /// What all validators together did, of what all cores (or the one disk) could do at most.
    fn ratios(&self, run: &Run) -> Ratios {
        let (limits, validators) = (&self.limits, self.folder.site.validators as f64);
        let cores = limits.cores as f64;
        let of = |done: f64, limit: f64| {
            if limit > 0.0 { (done * validators / limit * 1_000.0).round() / 1_000.0 } else { 0.0 }
        };
        let updates = run.records_per_second * UPDATES_PER_RECORD + run.final_per_second;
        Ratios {
            verifications: of(run.final_per_second, limits.verifications),
            decodings: of(run.amounts_per_second, limits.decodings_per_core * cores),
            flushes: of(run.blocks_per_second, limits.flushes),
            updates: of(updates, limits.update_hashes_per_core * cores),
        }
    }

    /// The latest height that any validator has.
    pub(crate) async fn height(&self) -> Height {
        let mut height = Height(0);
        for node in 0..self.client.nodes().len() {
            if let Ok(network) = self.client.only(node).network().await {
                height = height.max(network.height);
            }
        }
        height
    }
}

fn client_cost(prepared: &Prepared, driven: &Driven, cpu_seconds: f64) -> ClientCost {
    let mut lags = driven.lags.clone();
    lags.sort_unstable();
    let lag = |permille| percentile(&lags, permille).map_or(0.0, milliseconds);
    ClientCost {
        prepare_s: (prepared.took.as_secs_f64() * 100.0).round() / 100.0,
        bytes: prepared.bytes,
        lag_p99_ms: lag(990),
        lag_max_ms: lag(1_000),
        cpu_seconds: (cpu_seconds * 100.0).round() / 100.0,
        sent_again: driven.sent_again,
    }
}
