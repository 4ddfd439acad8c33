//! What was measured, as it is printed, kept as JSON, and shown on a page.

use super::latency::Latency;
use super::limits::Limits;
use super::machine::Sample;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The shape of the JSON document.
pub(crate) const FORMAT: u32 = 1;

/// One call of the command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) format: u32,
    /// The version of this program.
    pub(crate) software: String,
    /// What was typed, without the path of the program.
    pub(crate) command: String,
    /// When it began, ISO 8601 in UTC.
    pub(crate) begun: String,
    /// Whether this program was compiled with optimisations; figures mean nothing otherwise.
    pub(crate) optimised: bool,
    pub(crate) limits: Limits,
    pub(crate) network: Network,
    /// How many processes wanted a core when it began and when it ended; what they were is not known.
    pub(crate) load_average_before: Option<[f64; 3]>,
    pub(crate) load_average_after: Option<[f64; 3]>,
    /// Why the rest of what was asked for is missing, if it is.
    pub(crate) broken_off: Option<String>,
    /// What was filed before anything was measured.
    pub(crate) filled: Option<Filled>,
    pub(crate) runs: Vec<Run>,
}

/// What was filed to fill the state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Filled {
    pub(crate) records: u64,
    /// Keys of the state, counting a head and a version for each record.
    pub(crate) keys: u64,
    pub(crate) seconds: f64,
}

/// The network that was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Network {
    pub(crate) validators: usize,
    /// How many must have a block before it counts.
    pub(crate) quorum: usize,
    pub(crate) members: usize,
    /// Whether the validators keep tables for lists and serve pages beside what is measured.
    pub(crate) with_tables: bool,
    /// Whether it was founded for this run; otherwise it was there and ran.
    pub(crate) founded_here: bool,
    /// From the beginning of founding to the first block on a quorum.
    pub(crate) first_block_ms: Option<f64>,
    /// How long it took to enrol all members, with their keys.
    pub(crate) enrolment_s: Option<f64>,
}

/// Why a run was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// At the rate that was asked for.
    AsAsked,
    /// One step of a search.
    Probe,
    /// At the highest rate that a search found.
    Sustained,
    /// At half of that.
    Half,
    /// With a validator that is away and comes back.
    CatchUp,
}

/// One run of one workload at one rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) workload: String,
    pub(crate) purpose: Purpose,
    /// Transactions that fell due in a second.
    pub(crate) rate: u32,
    pub(crate) seconds: u32,
    pub(crate) counts: Counts,
    /// Transactions that were final and durable on a quorum within the clock, in a second.
    pub(crate) final_per_second: f64,
    /// Records in those of them that were carried out, in a second.
    pub(crate) records_per_second: f64,
    /// Committed amounts that each validator decoded for those transactions, in a second.
    pub(crate) amounts_per_second: f64,
    /// Blocks that a quorum had within the clock, in a second.
    pub(crate) blocks_per_second: f64,
    /// From the scheduled time to final and durable on a quorum.
    pub(crate) latency: Option<Latency>,
    /// Whether nothing was refused, rejected, lost or unanswered, and 99 of 100 were final in time.
    pub(crate) kept_up: bool,
    pub(crate) ratios: Ratios,
    pub(crate) client: Client,
    /// One for each validator, in their order.
    pub(crate) validators: Vec<Validator>,
    /// Second by second.
    pub(crate) timeline: Vec<Second>,
    /// If a validator was stopped and started meanwhile.
    pub(crate) catch_up: Option<CatchUp>,
    /// For reads: the proofs that were checked after the clock had stopped.
    pub(crate) proofs: Option<Proofs>,
}

/// Proofs that came with answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proofs {
    pub(crate) checked: u64,
    pub(crate) failed: u64,
}

/// How a validator that was away caught up while the others went on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CatchUp {
    /// For how long it was stopped.
    pub(crate) seconds_away: u32,
    /// Blocks and transactions that it made up for until it was level with the others.
    pub(crate) blocks: u64,
    pub(crate) transactions: u64,
    /// From its start to the first block that it made up for.
    pub(crate) first_block_after_s: f64,
    /// From its start until it was level.
    pub(crate) caught_up_after_s: f64,
    /// Transactions in a second that it made up for, from the first block on.
    pub(crate) caught_up_per_second: f64,
    /// Transactions in a second that the others ordered from its stop until it was level.
    pub(crate) live_per_second: f64,
    /// The one by the other; absent if nothing was ordered meanwhile.
    pub(crate) ratio: Option<f64>,
}

/// What became of the transactions of a run. `due` = `refused` + `unanswered` + `lost` + `accepted` + `rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// How many fell due.
    pub(crate) due: u64,
    /// Refused at the door, by number.
    pub(crate) refused: BTreeMap<String, u64>,
    /// No validator answered, and they are not final.
    pub(crate) unanswered: u64,
    /// Taken in by a validator, and not final when the run was given up.
    pub(crate) lost: u64,
    /// Final and carried out.
    pub(crate) accepted: u64,
    /// Final and rejected, by number.
    pub(crate) rejected: BTreeMap<String, u64>,
    /// Of those that are final: later than a second after their time.
    pub(crate) late: u64,
    /// Of those that are final: after the clock had stopped.
    pub(crate) after_the_clock: u64,
}

impl Counts {
    pub(crate) fn refused_in_all(&self) -> u64 {
        self.refused.values().sum()
    }

    pub(crate) fn rejected_in_all(&self) -> u64 {
        self.rejected.values().sum()
    }
}

/// What was reached of what the machine could do at most, all validators together on all cores. 1 is the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ratios {
    /// Signatures verified.
    pub(crate) verifications: f64,
    /// Committed amounts decoded.
    pub(crate) decodings: f64,
    /// Flushes to the disk, counting one for each block and validator.
    pub(crate) flushes: f64,
    /// Updates of the state, counting a head and a version for each record and the replay window for each transaction.
    pub(crate) updates: f64,
}

/// What the client itself cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Client {
    /// Preparing and signing everything, before the clock started.
    pub(crate) prepare_s: f64,
    /// Bytes of all requests.
    pub(crate) bytes: u64,
    /// How late requests left: the slowest of a hundred.
    pub(crate) lag_p99_ms: f64,
    /// How late the latest request left.
    pub(crate) lag_max_ms: f64,
    /// Processor time while the clock ran.
    pub(crate) cpu_seconds: f64,
    /// Requests that were sent again because a validator did not answer.
    pub(crate) sent_again: u64,
}

/// A validator in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Validator {
    /// When the clock stopped; absent if the process was not found.
    pub(crate) process: Option<Sample>,
    /// Processor time while the clock ran.
    pub(crate) cpu_seconds: f64,
    /// What its data takes on the disk after the run.
    pub(crate) disk_bytes: u64,
}

/// One second of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Second {
    /// Transactions that fell due in it.
    pub(crate) due: u64,
    /// Transactions that became final and durable in it.
    pub(crate) became_final: u64,
    /// Latency of those that fell due in it: half were faster.
    pub(crate) p50_ms: Option<f64>,
    /// 99 of 100 were as fast.
    pub(crate) p99_ms: Option<f64>,
    /// Memory of the validator that held most when it began.
    #[serde(default)]
    pub(crate) memory_bytes: Option<u64>,
}
