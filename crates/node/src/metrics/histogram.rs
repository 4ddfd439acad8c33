//! A histogram of durations that many threads may add to without waiting for each other.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Counts durations by upper bound. Counters are independent: a reader may see one that a moment later has its sum, which
/// does a monitoring system no harm.
#[derive(Debug)]
pub struct Histogram<const N: usize> {
    /// Upper bounds, ascending, each inclusive.
    bounds: [Duration; N],
    counts: [AtomicU64; N],
    /// Longer than every bound.
    longer: AtomicU64,
    sum_us: AtomicU64,
}

/// A histogram as it stood at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Upper bounds with how many durations were no longer: cumulative, as Prometheus wants them.
    pub buckets: Vec<(Duration, u64)>,
    /// How many in all.
    pub count: u64,
    /// All together.
    pub sum: Duration,
}

impl<const N: usize> Histogram<N> {
    /// An empty histogram. The bounds ascend.
    pub fn new(bounds: [Duration; N]) -> Self {
        Self {
            bounds,
            counts: std::array::from_fn(|_| AtomicU64::new(0)),
            longer: AtomicU64::new(0),
            sum_us: AtomicU64::new(0),
        }
    }

    /// Adds a duration.
    pub fn observe(&self, took: Duration) {
        let place = self.bounds.partition_point(|bound| *bound < took);
        self.counts.get(place).unwrap_or(&self.longer).fetch_add(1, Ordering::Relaxed);
        self.sum_us.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Does some work and adds how long that took.
    pub fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let done = work();
        self.observe(begun.elapsed());
        done
    }

    /// As it stands.
    pub fn snapshot(&self) -> Snapshot {
        let mut count = 0u64;
        let buckets = self
            .bounds
            .iter()
            .zip(&self.counts)
            .map(|(bound, counter)| {
                count = count.saturating_add(counter.load(Ordering::Relaxed));
                (*bound, count)
            })
            .collect();
        let count = count.saturating_add(self.longer.load(Ordering::Relaxed));
        Snapshot { buckets, count, sum: Duration::from_micros(self.sum_us.load(Ordering::Relaxed)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_duration_is_counted_under_the_least_bound_that_holds_it() {
        let ms = Duration::from_millis;
        let histogram = Histogram::new([ms(10), ms(100)]);
        for took in [0, 10, 11, 100, 101, 60_000] {
            histogram.observe(ms(took));
        }
        let snapshot = histogram.snapshot();
        assert_eq!(snapshot.buckets, [(ms(10), 2), (ms(100), 4)]);
        assert_eq!((snapshot.count, snapshot.sum), (6, ms(60_222)));
    }
}
