//! Percentiles, exactly: every latency is kept and sorted, none is put into a bucket.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Latencies of a set of transactions, in milliseconds with a decimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Latency {
    /// Half were faster.
    pub(crate) p50_ms: f64,
    /// Nine of ten were as fast.
    pub(crate) p90_ms: f64,
    /// 99 of 100 were as fast.
    pub(crate) p99_ms: f64,
    /// 999 of 1,000 were as fast.
    pub(crate) p999_ms: f64,
    /// The slowest.
    pub(crate) max_ms: f64,
}

impl Latency {
    /// Of these; nothing if there are none.
    pub(crate) fn of(mut all: Vec<Duration>) -> Option<Self> {
        all.sort_unstable();
        let at = |permille| percentile(&all, permille).map(milliseconds);
        Some(Self { p50_ms: at(500)?, p90_ms: at(900)?, p99_ms: at(990)?, p999_ms: at(999)?, max_ms: at(1_000)? })
    }
}

/// The smallest of sorted values that at least so many thousandths of them do not exceed (the nearest rank).
pub(crate) fn percentile<T: Copy>(sorted: &[T], permille: usize) -> Option<T> {
    let rank = (sorted.len() * permille).div_ceil(1_000).max(1);
    sorted.get(rank - 1).copied()
}

/// To a tenth of a millisecond.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let check = |sorted: &[u32], permille: usize, expected: Option<u32>| {
            assert_eq!(percentile(sorted, permille), expected, "{permille} of {sorted:?}");
        };
        let hundred: Vec<u32> = (1..=100).collect();
        check(&hundred, 500, Some(50));
        check(&hundred, 990, Some(99));
        check(&hundred, 999, Some(100));
        check(&hundred, 1_000, Some(100));
        check(&hundred, 0, Some(1));
        check(&[7], 500, Some(7));
        check(&[1, 2], 500, Some(1));
        check(&[1, 2, 3], 500, Some(2));
        check(&[], 500, None);
    }

    #[test]
    fn latencies_are_sorted_and_rounded_to_a_tenth_of_a_millisecond() {
        let all = (1..=1_000).rev().map(|ms| Duration::from_micros(ms * 1_000 + 44)).collect();
        let latency = Latency::of(all).unwrap();
        assert_eq!((latency.p50_ms, latency.p99_ms, latency.p999_ms), (500.0, 990.0, 999.0));
        assert_eq!(latency.max_ms, 1_000.0);
        assert_eq!(Latency::of(Vec::new()), None);
        assert_eq!(milliseconds(Duration::from_micros(1_250)), 1.3);
    }
}
