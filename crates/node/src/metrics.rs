//! What a validator measures about itself, for `/metrics`, `/readyz` and `doctor`.
//!
//! - [`families`]: every measurement by name, with its unit and meaning; `docs/operations/metrics.md` says what to do
//! - [`Metrics`]: what is counted while it happens; hooks in the machine, the intake and the follower call it
//! - [`journey`]: a transaction's way from intake to the tables, in the log and as a time to finality
//! - [`sampling`]: what has to be looked up now and then: disk, deadlines
//! - [`histogram`], [`exposition`], [`process`]: how it is kept, written down, and read from the system
//! - [`report`]: the whole text
//!
//! Promises: counting costs next to nothing and never waits for a disk; nothing that a label or a line holds comes from
//! inside a transaction, but its id and the number of its refusal. Counters begin at zero when the process starts.

pub mod exposition;
pub mod families;
pub mod histogram;
pub mod journey;
pub mod process;
pub mod report;
pub mod sampling;

mod blocks;

use crate::machine::IntakeRefusal;
use crate::metrics::blocks::Blocks;
pub use crate::metrics::blocks::{BlockSummary, Totals};
use crate::metrics::histogram::Histogram;
use crate::metrics::journey::Journeys;
use crate::metrics::sampling::Samples;
use crate::pool::NotNow;
use chancery_types::block::Header;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, TransactionId};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Through whom a transaction came to this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A member handed it in here.
    Member,
    /// Another validator passed it on.
    Validator,
}

impl Source {
    /// As a label and in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Validator => "validator",
        }
    }
}

/// Counters since the node started. Cheap to share; every method may be called from any thread.
pub struct Metrics {
    started: Instant,
    started_at: SystemTime,
    /// Milliseconds from the start to the last final block; 0 before the first.
    last_final_ms: AtomicU64,
    /// This node's clock minus the last block's time when it became final here, in milliseconds.
    clock_difference_ms: AtomicI64,
    blocks: Mutex<Blocks>,
    journeys: Mutex<Journeys>,
    intake: Mutex<BTreeMap<Source, Intake>>,
    gossip_dropped: AtomicU64,
    runs: AtomicU64,
    /// From intake to finality, for what members handed in here.
    pub finality: Histogram<11>,
    /// From a block's time to its finality here.
    pub block_final: Histogram<11>,
    /// Carrying out one block.
    pub execution: Histogram<11>,
    /// One durable write of the archive of blocks.
    pub archive_write: Histogram<12>,
    /// One durable write of a page of the data folder's disk.
    pub disk_sync: Histogram<12>,
    /// What was looked up last.
    pub samples: Mutex<Samples>,
}

/// What became of transactions at the door.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intake {
    /// Taken in.
    pub taken: u64,
    /// Refused for good, by number.
    pub refused: BTreeMap<RejectionCode, u64>,
    /// Not taken for now: the pool is full, or the member's share of it.
    pub no_room: u64,
    /// Here already.
    pub known: u64,
}

/// How a transaction was met at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// Taken into the pool.
    Taken(TransactionId),
    /// Refused for good.
    Refused(RejectionCode),
    /// No room for it now.
    NoRoom,
    /// It is here already.
    Known,
}

impl From<&IntakeRefusal> for Met {
    fn from(refusal: &IntakeRefusal) -> Self {
        match refusal {
            IntakeRefusal::Refused(code) => Self::Refused(*code),
            IntakeRefusal::NotNow(NotNow::AlreadyHere) => Self::Known,
            IntakeRefusal::NotNow(NotNow::Full { .. } | NotNow::ShareUsedUp { .. }) => Self::NoRoom,
        }
    }
}

const TIMES_TO_FINALITY_MS: [u64; 11] = [25, 50, 100, 150, 250, 500, 1_000, 2_000, 5_000, 10_000, 30_000];
const TIMES_OF_EXECUTION_US: [u64; 11] =
    [500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];
const TIMES_OF_WRITES_US: [u64; 12] =
    [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000];

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Everything at zero, from now on.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            started_at: SystemTime::now(),
            last_final_ms: AtomicU64::new(0),
            clock_difference_ms: AtomicI64::new(0),
            blocks: Mutex::default(),
            journeys: Mutex::default(),
            intake: Mutex::default(),
            gossip_dropped: AtomicU64::new(0),
            runs: AtomicU64::new(0),
            finality: Histogram::new(TIMES_TO_FINALITY_MS.map(Duration::from_millis)),
            block_final: Histogram::new(TIMES_TO_FINALITY_MS.map(Duration::from_millis)),
            execution: Histogram::new(TIMES_OF_EXECUTION_US.map(Duration::from_micros)),
            archive_write: Histogram::new(TIMES_OF_WRITES_US.map(Duration::from_micros)),
            disk_sync: Histogram::new(TIMES_OF_WRITES_US.map(Duration::from_micros)),
            samples: Mutex::default(),
        }
    }

    /// Counts how a transaction was met at the door, and begins its journey if a member brought it.
    pub fn met(&self, source: Source, met: Met) {
        let mut intake = locked(&self.intake);
        let counts = intake.entry(source).or_default();
        match met {
            Met::Taken(_) => counts.taken = counts.taken.saturating_add(1),
            Met::Refused(code) => {
                let count = counts.refused.entry(code).or_default();
                *count = count.saturating_add(1);
            }
            Met::NoRoom => counts.no_room = counts.no_room.saturating_add(1),
            Met::Known => counts.known = counts.known.saturating_add(1),
        }
        drop(intake);
        if let Met::Taken(id) = met {
            journey::taken_in(&id, source);
            if source == Source::Member {
                locked(&self.journeys).begin(id, Instant::now());
            }
        }
    }

    /// Notes that a transaction was handed to the other validators, or that there was no room to.
    pub fn gossiped(&self, id: &TransactionId, passed_on: bool) {
        if !passed_on {
            self.gossip_dropped.fetch_add(1, Ordering::Relaxed);
        }
        journey::gossiped(id, passed_on);
    }

    /// Counts a turn of carrying out a block that ended with a question to the state.
    pub fn ran_in_vain(&self) {
        self.runs.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes what carrying out a block came to, until it is known whether the block is final.
    pub fn executed(&self, height: Height, outcomes_root: Digest, took: Duration, summary: BlockSummary) {
        self.runs.fetch_add(1, Ordering::Relaxed);
        self.execution.observe(took);
        locked(&self.blocks).executed(height, outcomes_root, summary);
    }

    /// Counts a block that is final and durable here.
    pub fn finalized(&self, header: &Header, ids: &[TransactionId]) {
        let now = Instant::now();
        let since_start = u64::try_from(now.duration_since(self.started).as_millis()).unwrap_or(u64::MAX).max(1);
        self.last_final_ms.store(since_start, Ordering::Relaxed);
        let difference = clock_ms().wrapping_sub(header.time.0).cast_signed();
        self.clock_difference_ms.store(difference, Ordering::Relaxed);
        self.block_final.observe(Duration::from_millis(u64::try_from(difference).unwrap_or(0)));
        locked(&self.blocks).finalized(header.height, &header.outcomes_root, ids.len());
        let mut journeys = locked(&self.journeys);
        for id in ids {
            let took = journeys.end(id).map(|begun| now.saturating_duration_since(begun));
            if let Some(took) = took {
                self.finality.observe(took);
            }
            journey::became_final(id, header.height, took);
        }
    }

    /// For how long no block has become final here: since the start if none has.
    pub fn silence(&self) -> Duration {
        let last = Duration::from_millis(self.last_final_ms.load(Ordering::Relaxed));
        self.started.elapsed().saturating_sub(last)
    }

    /// For how long the node has been running.
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// When the node started, in seconds since 1970.
    pub fn started_at(&self) -> Duration {
        self.started_at.duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    /// This node's clock minus the last block's time when it became final here, in milliseconds.
    pub fn clock_difference_ms(&self) -> i64 {
        self.clock_difference_ms.load(Ordering::Relaxed)
    }

    /// What final blocks held since the start.
    pub fn totals(&self) -> Totals {
        locked(&self.blocks).totals().clone()
    }

    /// What became of transactions at the door, by who brought them.
    pub fn intake(&self) -> BTreeMap<Source, Intake> {
        locked(&self.intake).clone()
    }

    /// How many transactions members handed in here that are not final yet.
    pub fn under_way(&self) -> usize {
        locked(&self.journeys).len()
    }

    /// How often there was no room to pass a transaction on.
    pub fn gossip_dropped(&self) -> u64 {
        self.gossip_dropped.load(Ordering::Relaxed)
    }

    /// How many turns of carrying out blocks there were.
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }
}

/// This machine's clock, in milliseconds since 1970.
fn clock_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// This machine's clock.
pub(crate) fn clock() -> BlockTime {
    BlockTime(clock_ms())
}

/// A lock that a thread ended under still guards whole numbers: every change is a single step.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
