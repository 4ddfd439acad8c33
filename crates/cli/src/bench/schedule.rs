//! When each transaction of a run is due: an open loop, which sends on time whether or not answers come.
//!
//! Latency counts from the time at which a transaction is due, not from the time at which it was sent, so that a network
//! or a client that falls behind cannot hide it (what is known as coordinated omission).

use std::ops::Range;
use std::time::Duration;

/// Transactions evenly spaced over the time of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// How many fall due in a second.
    pub(crate) rate: u32,
    /// How many there are.
    pub(crate) count: usize,
}

/// Transactions that travel in one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Departure {
    /// When the request is sent: when the last of them is due.
    pub(crate) at: Duration,
    /// Which of the run's transactions.
    pub(crate) which: Range<usize>,
}

impl Schedule {
    /// So many in a second, for so many seconds.
    pub(crate) fn new(rate: u32, seconds: u32) -> Self {
        Self { rate, count: usize::try_from(u64::from(rate) * u64::from(seconds)).unwrap_or(usize::MAX) }
    }

    /// When a transaction is due, from the start of the clock.
    pub(crate) fn due(&self, index: usize) -> Duration {
        let nanoseconds = index as u128 * 1_000_000_000 / u128::from(self.rate.max(1));
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    }

    /// The requests: what falls due within one interval goes together, once the last of it is due. No transaction is
    /// sent before it is due, and waiting for the others of its request counts as its latency.
    pub(crate) fn departures(&self, interval: Duration) -> Vec<Departure> {
        let width = interval.as_nanos().max(1);
        let mut departures: Vec<Departure> = Vec::new();
        let mut current = None;
        for index in 0..self.count {
            let slot = self.due(index).as_nanos() / width;
            match departures.last_mut() {
                Some(last) if current == Some(slot) => {
                    (last.at, last.which.end) = (self.due(index), index + 1);
                }
                _ => departures.push(Departure { at: self.due(index), which: index..index + 1 }),
            }
            current = Some(slot);
        }
        departures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transactions_are_evenly_spaced_and_all_of_them_fall_within_the_clock() {
        let schedule = Schedule::new(3, 2);
        let due: Vec<_> = (0..schedule.count).map(|index| schedule.due(index).as_millis()).collect();
        assert_eq!(due, [0, 333, 666, 1_000, 1_333, 1_666]);
    }

    #[test]
    fn a_request_leaves_when_its_last_transaction_is_due_and_none_is_left_out_or_early() {
        for (rate, seconds) in [(1, 3), (7, 2), (100, 2), (999, 2), (10_000, 1)] {
            let schedule = Schedule::new(rate, seconds);
            let mut next = 0;
            for departure in schedule.departures(Duration::from_millis(10)) {
                assert_eq!(departure.which.start, next);
                next = departure.which.end;
                assert!(departure.which.clone().all(|index| schedule.due(index) <= departure.at));
                let waited = departure.at - schedule.due(departure.which.start);
                assert!(waited < Duration::from_millis(10), "{rate}: {waited:?}");
            }
            assert_eq!(next, schedule.count);
        }
        let sparse = Schedule::new(10, 1).departures(Duration::from_millis(10));
        assert_eq!(sparse.len(), 10);
        assert!(Schedule::new(0, 5).departures(Duration::from_millis(10)).is_empty());
    }
}
