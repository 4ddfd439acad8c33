//! Filling the state before anything is measured, as fast as the network takes it: returns in clear, a hundred under
//! one signature.

use super::follow::Follower;
use super::prepare::{Prepared, prepare};
use super::register::Asked;
use super::report::Filled;
use super::schedule::Schedule;
use super::session::Session;
use super::workload::{Batches, batch};
use crate::exit::Exit;
use crate::number::grouped;
use chancery_client::http::BatchEntry;
use chancery_types::time::{BlockTime, MINUTE_MS};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Keys of the state for each record: its head and its version.
const KEYS_PER_RECORD: u64 = 2;
/// How many transactions are signed at once and then sent.
const TOGETHER: usize = 4_000;
/// How many requests are on their way at once.
const REQUESTS_MAX: usize = 8;
/// How long before what was refused for want of room is sent again, and how often.
const AGAIN_AFTER: Duration = Duration::from_millis(250);
const AGAIN_MAX: usize = 400;
/// So many transactions in one request: what falls due in the time of one departure.
const PER_SECOND: u32 = 3_200;
/// How long a transaction may take.
const EXPIRY_MS: u64 = 30 * MINUTE_MS;
/// How long nothing may move.
const STANDSTILL: Duration = Duration::from_secs(60);

/// Files returns until the state has about so many keys more.
pub(crate) async fn fill(session: &mut Session, keys: u64) -> Result<Filled, Exit> {
    let wanted = keys.div_ceil(KEYS_PER_RECORD).div_ceil(batch::BATCH_RECORDS as u64);
    let taken = session.folder.take(Asked::ClearTurnover, wanted)?;
    let periods = batch::periods(session.world.size, taken.end);
    Asked::ClearTurnover.open(&mut session.folder, &session.world, &session.client, &session.pipeline, periods).await?;
    session.output.progress(format!("Filling the state with {} records …", grouped(records(wanted).cast_signed())));
    let follower = Follower::start(&session.client, session.height().await);
    let (begun, mut done) = (Instant::now(), 0);
    let mut shown = Instant::now();
    while done < wanted {
        let count = usize::try_from(wanted - done).unwrap_or(TOGETHER).min(TOGETHER);
        let batches = Batches::new(&session.world, Asked::ClearTurnover, taken.start + done)?;
        let expires = BlockTime(session.client.now().0).plus_ms(EXPIRY_MS);
        let schedule = Schedule { rate: PER_SECOND, count };
        let prepared = tokio::task::block_in_place(|| prepare(&batches, schedule, expires))?;
        send(session, prepared).await?;
        done += count as u64;
        settled(&follower, done.saturating_sub(TOGETHER as u64)).await?;
        if shown.elapsed() > Duration::from_secs(10) {
            shown = Instant::now();
            session.output.progress(format!("  {} records", grouped(records(done).cast_signed())));
        }
    }
    settled(&follower, wanted).await?;
    Ok(Filled {
        records: records(wanted),
        keys: records(wanted) * KEYS_PER_RECORD,
        seconds: (begun.elapsed().as_secs_f64() * 10.0).round() / 10.0,
    })
}

const fn records(transactions: u64) -> u64 {
    transactions * batch::BATCH_RECORDS as u64
}

/// Sends everything, as much at once as the validators take; what finds no room is sent again.
pub(crate) async fn send(session: &Session, prepared: Prepared) -> Result<(), Exit> {
    let places = Arc::new(Semaphore::new(REQUESTS_MAX));
    let mut requests = JoinSet::new();
    for (number, parcel) in prepared.parcels.into_iter().enumerate() {
        let client = session.client.beginning_with(number);
        let place = Arc::clone(&places).acquire_owned().await.map_err(|error| Exit::failed(error.to_string()))?;
        requests.spawn(async move {
            let _place = place;
            for _ in 0..AGAIN_MAX {
                match client.submit_batch(parcel.body.clone()).await {
                    // Sending those again that were taken in is harmless.
                    Ok(entries) if entries.iter().any(|entry| entry.retry_after_ms.is_some()) => {}
                    Ok(entries) => return refusal(&entries).map_or(Ok(()), |why| Err(Exit::failed(why))),
                    Err(error) => tracing::debug!(%error, "a batch was not answered"),
                }
                tokio::time::sleep(AGAIN_AFTER).await;
            }
            Err(Exit::failed("the network takes nothing more in"))
        });
        while let Some(sent) = requests.try_join_next() {
            sent.map_err(|error| Exit::failed(error.to_string()))??;
        }
    }
    while let Some(sent) = requests.join_next().await {
        sent.map_err(|error| Exit::failed(error.to_string()))??;
    }
    Ok(())
}

fn refusal(entries: &[BatchEntry]) -> Option<String> {
    let code = entries.iter().find_map(|entry| entry.code)?;
    Some(format!("a transaction that fills the state was refused: {code}"))
}

/// Waits until so many transactions are final on a quorum.
pub(crate) async fn settled(follower: &Follower, transactions: u64) -> Result<(), Exit> {
    let (mut reached, mut moved) = (follower.transactions(), Instant::now());
    while reached < transactions {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = follower.transactions();
        if now > reached {
            (reached, moved) = (now, Instant::now());
        }
        if moved.elapsed() > STANDSTILL {
            return Err(Exit::failed(format!("{reached} of {transactions} transactions became final, then none")));
        }
    }
    Ok(())
}
