//! How fast a validator that was away catches up, while the others go on under load.

use super::follow::Follower;
use super::report::CatchUp;
use super::session::Session;
use crate::exit::Exit;
use crate::local::Children;
use std::time::{Duration, Instant};

/// It has caught up once it is no more blocks behind the others than this.
const BEHIND_MAX: u64 = 2;
/// How long it may take.
const WITHIN: Duration = Duration::from_secs(180);
const POLL: Duration = Duration::from_millis(25);

/// Stops the last validator for some time, starts it, and waits until it has caught up. The load is somebody else's.
pub(crate) async fn catch_up(
    session: &Session,
    children: &mut Children,
    follower: &Follower,
    seconds_away: u32,
) -> Result<CatchUp, Exit> {
    let site = &session.folder.site;
    let number = site.validators;
    let seat = number - 1;
    let stopped = Instant::now();
    children.stop_one(number, &session.output).await;
    let missing_from = follower.reached(seat);
    tokio::time::sleep(Duration::from_secs(u64::from(seconds_away))).await;
    children.start_one(site, number)?;
    let started = Instant::now();
    let caught_up = loop {
        let (own, others) = (follower.reached(seat), follower.reached_by_quorum());
        if own > missing_from && own.0 + BEHIND_MAX >= others.0 {
            break Instant::now();
        }
        if started.elapsed() > WITHIN {
            let cause =
                format!("validator {number} is {} blocks behind after {} s", others.0 - own.0, WITHIN.as_secs());
            return Err(Exit::failed(cause));
        }
        tokio::time::sleep(POLL).await;
    };
    let first = follower.first_named(seat, missing_from).unwrap_or(started);
    let missed = follower.named(seat, missing_from, caught_up);
    let live = follower.durable_between(stopped, caught_up);
    let rate = |count: u64, from: Instant| count as f64 / caught_up.duration_since(from).as_secs_f64().max(0.001);
    let tenth = |value: f64| (value * 10.0).round() / 10.0;
    // Catching up may take less than the others need for one block, so theirs is the rate over the whole absence.
    let (caught_up_per_second, live_per_second) = (rate(missed.transactions, first), rate(live, stopped));
    Ok(CatchUp {
        seconds_away,
        blocks: missed.blocks,
        transactions: missed.transactions,
        first_block_after_s: tenth(first.duration_since(started).as_secs_f64()),
        caught_up_after_s: tenth(caught_up.duration_since(started).as_secs_f64()),
        caught_up_per_second: tenth(caught_up_per_second),
        live_per_second: tenth(live_per_second),
        ratio: if live > 0 { Some(tenth(caught_up_per_second / live_per_second)) } else { None },
    })
}
