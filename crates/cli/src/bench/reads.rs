//! Reading from a network that holds records: receipts of transactions and values of the state, each with its proof.
//!
//! Requests leave on time, whatever the answers, from as many of this machine's addresses as it takes to stay within
//! what a validator does for one address. Latency counts from the time at which a request was due. All proofs that are
//! kept are checked after the clock has stopped, with the verifier that citizens have.

use super::latency::{Latency, milliseconds, percentile};
use super::machine::{self, Sample};
use super::report::{Client as ClientCost, Counts, Proofs, Purpose, Ratios, Run, Second};
use super::schedule::Schedule;
use super::session::Session;
use crate::exit::Exit;
use chancery_client::{Client, ClientError};
use chancery_kernel::identity::state;
use chancery_storage::StateProof;
use chancery_types::block::Header;
use chancery_types::encoding::from_bytes;
use chancery_types::ids::{NetworkId, StateKey, TransactionId};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How many addresses of this machine the requests come from.
const ADDRESSES: u8 = 16;
/// How many answers of each kind are kept and checked.
const KEPT: usize = 500;
/// An answer that comes later than this after its time is late.
const LATE: Duration = Duration::from_secs(1);

/// An answer, if it came.
struct Answer {
    place: usize,
    after: Duration,
    lag: Duration,
    outcome: Result<Proof, ClientError>,
}

/// What an answer proves, still to be checked.
enum Proof {
    Receipt(Vec<u8>),
    State(StateKey, Box<chancery_api::view::StateProof>),
}

/// Asks for so many receipts and values of the state in turn, at a fixed rate.
pub(crate) async fn reads(
    session: &Session,
    ids: &[TransactionId],
    rate: u32,
    seconds: u32,
    purpose: Purpose,
) -> Result<Run, Exit> {
    let (schedule, clock) = (Schedule::new(rate, seconds), Duration::from_secs(u64::from(seconds)));
    let clients = clients(&session.client)?;
    let (before, own) = (machine::samples(&session.folder.site), Sample::of(std::process::id()));
    session.output.progress(format!("reads: {rate} a second for {seconds} s …"));
    let start = Instant::now();
    let (mut requests, mut answers) = (JoinSet::new(), Vec::with_capacity(schedule.count));
    for place in 0..schedule.count {
        let due = schedule.due(place);
        tokio::time::sleep_until((start + due).into()).await;
        let lag = start.elapsed().saturating_sub(due);
        let Some(client) = clients.get(place % clients.len().max(1)).cloned() else { break };
        let asked = asked(session, ids, place)?;
        requests.spawn(async move {
            let outcome = match asked {
                Asked::Receipt(id) => client.transaction_receipt(id).await.map(Proof::Receipt),
                Asked::State(key) => client.state(&key).await.map(|proof| Proof::State(key, Box::new(proof))),
            };
            Answer { place, after: start.elapsed().saturating_sub(due), lag, outcome }
        });
        while let Some(Ok(answer)) = requests.try_join_next() {
            answers.push(kept(answer, answers.len()));
        }
    }
    let (after, own_after) = (machine::samples(&session.folder.site), Sample::of(std::process::id()));
    while let Some(joined) = requests.join_next().await {
        if let Ok(answer) = joined {
            answers.push(kept(answer, answers.len()));
        }
    }
    let mut run = count(&schedule, &answers, clock, purpose);
    run.kept_up = run.kept_up && run.latency.is_some_and(|latency| latency.p99_ms <= milliseconds(session.p99_max));
    run.validators = machine::compared(&session.folder.site, &before, &after);
    run.client.cpu_seconds = (machine::spent(own, own_after) * 100.0).round() / 100.0;
    run.proofs = Some(check(session.client.network_id(), &answers));
    Ok(run)
}

enum Asked {
    Receipt(TransactionId),
    State(StateKey),
}

/// Receipts and values in turn, of different transactions and members.
fn asked(session: &Session, ids: &[TransactionId], place: usize) -> Result<Asked, Exit> {
    // A step that shares no factor with most counts, so that neighbours in time are far from each other.
    let spread = (place / 2).wrapping_mul(7_919);
    if place.is_multiple_of(2)
        && let Some(id) = ids.get(spread % ids.len().max(1))
    {
        return Ok(Asked::Receipt(*id));
    }
    let member = session.world.filer(spread % session.world.size.members())?.member;
    Ok(Asked::State(*state::member(&member).raw()))
}

/// Proofs beyond those that are checked are let go, so that memory stays bounded.
fn kept(mut answer: Answer, before: usize) -> Answer {
    if before > 2 * KEPT && answer.outcome.is_ok() {
        answer.outcome = Ok(Proof::Receipt(Vec::new()));
    }
    answer
}

fn clients(client: &Client) -> Result<Vec<Arc<Client>>, Exit> {
    let mut clients = Vec::new();
    for last in 1..=ADDRESSES {
        let speaking = client.speaking_from(IpAddr::V4(Ipv4Addr::new(127, 0, 1, last)))?;
        for node in 0..client.nodes().len() {
            clients.push(Arc::new(speaking.only(node)));
        }
    }
    Ok(clients)
}

fn count(schedule: &Schedule, answers: &[Answer], clock: Duration, purpose: Purpose) -> Run {
    let seconds = u32::try_from(clock.as_secs()).unwrap_or(u32::MAX);
    let mut counts = Counts { due: schedule.count as u64, ..Counts::default() };
    let (mut timeline, mut latencies, mut in_time) = (vec![Second::default(); seconds as usize], Vec::new(), 0u64);
    let mut of_seconds = vec![Vec::new(); seconds as usize];
    for place in 0..schedule.count {
        let due = usize::try_from(schedule.due(place).as_secs()).unwrap_or(usize::MAX);
        if let Some(slot) = timeline.get_mut(due) {
            slot.due += 1;
        }
    }
    for answer in answers {
        match &answer.outcome {
            Ok(_) => counts.accepted += 1,
            Err(ClientError::Refused(problem)) => {
                let code = problem.code.map_or_else(|| problem.status.to_string(), |code| code.to_string());
                *counts.refused.entry(code).or_default() += 1;
                continue;
            }
            Err(_) => {
                counts.unanswered += 1;
                continue;
            }
        }
        let (due, at) = (schedule.due(answer.place), schedule.due(answer.place) + answer.after);
        counts.late += u64::from(answer.after > LATE);
        if at <= clock {
            in_time += 1
        } else {
            counts.after_the_clock += 1
        }
        if let Some(slot) = timeline.get_mut(usize::try_from(at.as_secs()).unwrap_or(usize::MAX)) {
            slot.became_final += 1;
        }
        if let Some(slot) = of_seconds.get_mut(usize::try_from(due.as_secs()).unwrap_or(usize::MAX)) {
            slot.push(answer.after);
        }
        latencies.push(answer.after);
    }
    for (slot, of_second) in timeline.iter_mut().zip(&mut of_seconds) {
        of_second.sort_unstable();
        slot.p50_ms = percentile(of_second, 500).map(milliseconds);
        slot.p99_ms = percentile(of_second, 990).map(milliseconds);
    }
    let mut lags: Vec<Duration> = answers.iter().map(|answer| answer.lag).collect();
    lags.sort_unstable();
    let lag = |permille| percentile(&lags, permille).map_or(0.0, milliseconds);
    let failed = counts.refused_in_all() + counts.unanswered;
    Run {
        workload: "reads".to_owned(),
        purpose,
        rate: schedule.rate,
        seconds,
        final_per_second: (in_time as f64 * 10.0 / f64::from(seconds.max(1))).round() / 10.0,
        records_per_second: 0.0,
        amounts_per_second: 0.0,
        blocks_per_second: 0.0,
        latency: Latency::of(latencies),
        kept_up: failed == 0,
        ratios: Ratios::default(),
        client: ClientCost { lag_p99_ms: lag(990), lag_max_ms: lag(1_000), ..ClientCost::default() },
        validators: Vec::new(),
        timeline,
        catch_up: None,
        proofs: None,
        counts,
    }
}

/// Checks what was kept: receipts offline, values against the state root of the header that comes with them.
fn check(network: NetworkId, answers: &[Answer]) -> Proofs {
    let mut proofs = Proofs::default();
    for answer in answers {
        let holds = match &answer.outcome {
            Ok(Proof::Receipt(bytes)) if bytes.is_empty() => continue,
            Ok(Proof::Receipt(bytes)) => chancery_verify::verify(bytes, network).is_ok(),
            Ok(Proof::State(key, shown)) => state_holds(key, shown),
            Err(_) => continue,
        };
        proofs.checked += 1;
        proofs.failed += u64::from(!holds);
    }
    proofs
}

/// Whether a value of the state is proved by what came with it. The header's finality is not looked at here.
pub(crate) fn state_holds(key: &StateKey, shown: &chancery_api::view::StateProof) -> bool {
    let parts = hex::decode(&shown.header).ok().zip(hex::decode(&shown.proof).ok());
    let decoded =
        parts.and_then(|(header, proof)| from_bytes::<Header>(&header).ok().zip(StateProof::from_bytes(&proof).ok()));
    let proved = decoded.and_then(|(header, proof)| proof.verify(&header.state_root, key).ok());
    proved.is_some_and(|value| shown.present && value.map(hex::encode) == shown.value)
}
