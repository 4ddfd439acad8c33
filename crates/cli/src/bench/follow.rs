//! When each block was final and durable on how many validators.
//!
//! Each validator's stream of final blocks is followed by a task of its own. A validator names a block there once it has
//! written it to its disk, so a block counts from the moment at which a quorum has named it.

use chancery_client::Client;
use chancery_types::ids::Height;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How long to wait before a validator that does not answer is asked again.
const PAUSE: Duration = Duration::from_millis(200);

/// A block as the validators named it.
#[derive(Clone, Debug, Default)]
struct Seen {
    transactions: u32,
    /// When each validator that has it named it, in the order of naming.
    named: Vec<(usize, Instant)>,
}

/// What the validators said so far. Ends following when it is dropped.
#[derive(Debug)]
pub(crate) struct Follower {
    blocks: Arc<Mutex<BTreeMap<Height, Seen>>>,
    quorum: usize,
    _tasks: JoinSet<()>,
}

/// Blocks that a validator named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) blocks: u64,
    pub(crate) transactions: u64,
}

/// How many validators must have a block: all but those that may fail.
pub(crate) const fn quorum(validators: usize) -> usize {
    validators - validators.saturating_sub(1) / 3
}

impl Follower {
    /// Follows all validators of a client, from the block after a height on.
    pub(crate) fn start(client: &Client, after: Height) -> Self {
        let blocks = Arc::new(Mutex::new(BTreeMap::<Height, Seen>::new()));
        let mut tasks = JoinSet::new();
        for validator in 0..client.nodes().len() {
            let (blocks, client) = (Arc::clone(&blocks), client.only(validator));
            tasks.spawn(async move {
                let mut last = after;
                loop {
                    let mut stream = client.finality(last);
                    while let Ok(block) = stream.next().await {
                        let now = Instant::now();
                        last = block.height;
                        let mut blocks = blocks.lock().unwrap_or_else(PoisonError::into_inner);
                        let seen = blocks.entry(block.height).or_default();
                        seen.transactions = block.transactions;
                        seen.named.push((validator, now));
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            });
        }
        Self { blocks, quorum: quorum(client.nodes().len()), _tasks: tasks }
    }

    /// The blocks that a quorum has, each with the moment from which on it had and the number of transactions.
    pub(crate) fn durable(&self) -> BTreeMap<Height, (Instant, u32)> {
        let blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let at = |seen: &Seen| seen.named.get(self.quorum.saturating_sub(1)).map(|(_, at)| (*at, seen.transactions));
        blocks.iter().filter_map(|(height, seen)| Some((*height, at(seen)?))).collect()
    }

    /// The highest block that a validator named.
    pub(crate) fn reached(&self, validator: usize) -> Height {
        let blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let named = blocks.iter().rev().find(|(_, seen)| seen.named.iter().any(|(by, _)| *by == validator));
        named.map_or(Height(0), |(height, _)| *height)
    }

    /// The highest block that a quorum named.
    pub(crate) fn reached_by_quorum(&self) -> Height {
        self.durable().last_key_value().map_or(Height(0), |(height, _)| *height)
    }

    /// When a validator named the first block above a height.
    pub(crate) fn first_named(&self, validator: usize, above: Height) -> Option<Instant> {
        let blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let mut above = blocks.range(Height(above.0.saturating_add(1))..);
        above.find_map(|(_, seen)| seen.named.iter().find(|(by, _)| *by == validator).map(|(_, at)| *at))
    }

    /// What a validator named above a height and until some moment.
    pub(crate) fn named(&self, validator: usize, above: Height, until: Instant) -> Named {
        let blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let mut named = Named::default();
        for seen in blocks.range(Height(above.0.saturating_add(1))..).map(|(_, seen)| seen) {
            if seen.named.iter().any(|(by, at)| *by == validator && *at <= until) {
                named.blocks += 1;
                named.transactions += u64::from(seen.transactions);
            }
        }
        named
    }

    /// How many transactions a quorum had between two moments.
    pub(crate) fn durable_between(&self, from: Instant, until: Instant) -> u64 {
        let durable = self.durable();
        durable.values().filter(|(at, _)| *at > from && *at <= until).map(|(_, count)| u64::from(*count)).sum()
    }

    /// How many transactions stand in blocks that a quorum has.
    pub(crate) fn transactions(&self) -> u64 {
        let blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let durable = blocks.values().filter(|seen| seen.named.len() >= self.quorum);
        durable.map(|seen| u64::from(seen.transactions)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::quorum;

    #[test]
    fn a_quorum_is_all_but_those_that_may_fail() {
        for (validators, expected) in [(1, 1), (3, 3), (4, 3), (5, 4), (7, 5), (10, 7)] {
            assert_eq!(quorum(validators), expected, "{validators}");
        }
    }
}
