//! What became of a run: each transaction's outcome, and when it was final and durable on a quorum.

use super::drive::{Driven, Taken};
use super::follow::Follower;
use super::latency::{Latency, milliseconds, percentile};
use super::prepare::Prepared;
use super::report::{Counts, Second};
use crate::exit::Exit;
use chancery_api::backend::TransactionOutcome;
use chancery_client::{Client, ClientError};
use chancery_types::ids::{Height, TransactionId};
use chancery_types::outcome::Outcome;
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

/// A final transaction that came later than this after its time is counted as late.
const LATE: Duration = Duration::from_secs(1);
/// A run is given up when nothing more became final for so long.
const STANDSTILL: Duration = Duration::from_secs(45);
/// How often finality is looked at while a run drains.
const POLL: Duration = Duration::from_millis(100);

/// Waits until everything that was taken in is final on a quorum, or nothing moves any more.
pub(crate) async fn drain(follower: &Follower, before: u64, driven: &Driven) {
    let taken_in = driven.taken.iter().filter(|taken| **taken == Taken::In).count() as u64;
    let (mut reached, mut moved) = (follower.transactions(), Instant::now());
    while reached.saturating_sub(before) < taken_in && moved.elapsed() < STANDSTILL {
        tokio::time::sleep(POLL).await;
        let now = follower.transactions();
        if now > reached {
            (reached, moved) = (now, Instant::now());
        }
    }
}

/// When a transaction was final and durable on a quorum, from the start of the clock, and what became of it.
pub(crate) type Settled = Option<(Duration, Outcome)>;

/// A run, counted.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) counts: Counts,
    pub(crate) latency: Option<Latency>,
    /// Transactions that were final within the clock.
    pub(crate) final_in_time: u64,
    /// Records in those of them that were carried out.
    pub(crate) records_in_time: u64,
    /// Committed amounts that each validator decoded for those.
    pub(crate) amounts_in_time: u64,
    pub(crate) blocks_in_time: u64,
    pub(crate) timeline: Vec<Second>,
}

/// Reads the outcomes of all blocks that came meanwhile and counts. Also gives what became of each transaction.
pub(crate) async fn tally(
    client: &Client,
    durable: &BTreeMap<Height, (Instant, u32)>,
    prepared: &Prepared,
    driven: &Driven,
    clock: Duration,
) -> Result<(Tally, Vec<Settled>), Exit> {
    let places: HashMap<TransactionId, usize> =
        prepared.ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let mut settled: Vec<Settled> = vec![None; prepared.ids.len()];
    for (height, (at, transactions)) in durable {
        if *transactions == 0 || *at < driven.start {
            continue;
        }
        for entry in outcomes(client, *height).await? {
            if let Some(slot) = places.get(&entry.id).and_then(|place| settled.get_mut(*place)) {
                *slot = Some((at.duration_since(driven.start), entry.outcome));
            }
        }
    }
    let in_time = |at: &Instant| *at >= driven.start && at.duration_since(driven.start) <= clock;
    let blocks_in_time = durable.values().filter(|(at, _)| in_time(at)).count() as u64;
    Ok((Tally { blocks_in_time, ..count(prepared, &driven.taken, &settled, clock) }, settled))
}

/// A block's outcomes from one of those that have it: a validator that is behind the quorum does not have it yet.
async fn outcomes(client: &Client, height: Height) -> Result<Vec<TransactionOutcome>, ClientError> {
    let nodes = client.nodes().len().max(1);
    let first = usize::try_from(height.0).unwrap_or(0) % nodes;
    let mut asked = 1;
    loop {
        match client.beginning_with((first + asked) % nodes).outcomes(height).await {
            Err(error) if error.is_absent() && asked < nodes => asked += 1,
            answered => return answered.map(|outcomes| outcomes.entries),
        }
    }
}

fn count(prepared: &Prepared, taken: &[Taken], settled: &[Settled], clock: Duration) -> Tally {
    let mut counts = Counts { due: taken.len() as u64, ..Counts::default() };
    let (mut final_in_time, mut records_in_time, mut amounts_in_time) = (0, 0, 0);
    let seconds = usize::try_from(clock.as_secs()).unwrap_or(0);
    let mut timeline = vec![Second::default(); seconds];
    let mut latencies: Vec<Vec<Duration>> = vec![Vec::new(); seconds];
    let sizes = prepared.records.iter().zip(&prepared.amounts);
    for (place, ((taken, settled), (records, amounts))) in taken.iter().zip(settled).zip(sizes).enumerate() {
        let due = prepared.schedule.due(place);
        let second = usize::try_from(due.as_secs()).unwrap_or(usize::MAX);
        if let Some(slot) = timeline.get_mut(second) {
            slot.due += 1;
        }
        let Some((at, outcome)) = settled else {
            match taken {
                Taken::In => counts.lost += 1,
                Taken::Refused(code) => *counts.refused.entry(code.to_string()).or_default() += 1,
                Taken::Unanswered => counts.unanswered += 1,
            }
            continue;
        };
        match outcome {
            Outcome::Accepted { .. } => counts.accepted += 1,
            Outcome::Rejected { code } => *counts.rejected.entry(code.to_string()).or_default() += 1,
        }
        let latency = at.saturating_sub(due);
        counts.late += u64::from(latency > LATE);
        if *at <= clock {
            final_in_time += 1;
            amounts_in_time += u64::from(*amounts);
            records_in_time += if matches!(outcome, Outcome::Accepted { .. }) { u64::from(*records) } else { 0 };
        } else {
            counts.after_the_clock += 1;
        }
        if let Some(slot) = timeline.get_mut(usize::try_from(at.as_secs()).unwrap_or(usize::MAX)) {
            slot.became_final += 1;
        }
        if let Some(slot) = latencies.get_mut(second) {
            slot.push(latency);
        }
    }
    for (slot, of_second) in timeline.iter_mut().zip(&mut latencies) {
        of_second.sort_unstable();
        slot.p50_ms = percentile(of_second, 500).map(milliseconds);
        slot.p99_ms = percentile(of_second, 990).map(milliseconds);
    }
    let latency = Latency::of(latencies.into_iter().flatten().collect());
    Tally { counts, latency, final_in_time, records_in_time, amounts_in_time, blocks_in_time: 0, timeline }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::schedule::Schedule;
    use chancery_types::hash::Digest;

    const ACCEPTED: Outcome = Outcome::Accepted { events: Digest::ZERO, count: 1 };

    #[test]
    fn every_transaction_is_counted_once_and_latency_counts_from_its_time() {
        let schedule = Schedule::new(4, 2);
        let (records, amounts) = (vec![100; 8], vec![3; 8]);
        let (parcels, ids) = (Vec::new(), Vec::new());
        let prepared = Prepared { schedule, parcels, ids, records, amounts, took: Duration::ZERO, bytes: 0 };
        let code = "16-007".parse().unwrap();
        let ms = |ms| Duration::from_millis(ms);
        // Due at 0, 250, 500, 750, 1,000, 1,250, 1,500 and 1,750 ms.
        let settled = [
            Some((ms(100), ACCEPTED)),
            Some((ms(1_500), ACCEPTED)),
            Some((ms(600), Outcome::Rejected { code })),
            None,
            None,
            None,
            Some((ms(1_700), ACCEPTED)),
            Some((ms(2_100), ACCEPTED)),
        ];
        let mut taken = [Taken::In; 8];
        taken[3] = Taken::Refused(code);
        taken[4] = Taken::Unanswered;
        // One that nobody answered for is final all the same.
        taken[6] = Taken::Unanswered;
        let tally = count(&prepared, &taken, &settled, ms(2_000));
        let counts = &tally.counts;
        assert_eq!((counts.due, counts.accepted, counts.lost, counts.unanswered), (8, 4, 1, 1));
        assert_eq!((counts.refused_in_all(), counts.rejected_in_all()), (1, 1));
        assert_eq!((counts.late, counts.after_the_clock), (1, 1));
        assert_eq!((tally.final_in_time, tally.records_in_time, tally.amounts_in_time), (4, 300, 12));
        assert_eq!(tally.latency.unwrap().max_ms, 1_250.0);
        assert_eq!(tally.timeline.iter().map(|second| second.became_final).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(tally.timeline.iter().map(|second| second.p99_ms).collect::<Vec<_>>(), [Some(1_250.0), Some(350.0)]);
    }
}
