//! How large a block this node proposes: as much as is carried out in a fixed time at the speed of the last blocks, from
//! its first transaction to the root of the state after it, with whatever else the machine was doing.
//!
//! A block that takes the others longer to carry out than they wait comes to nothing, and a long block makes everything in
//! it wait. What a transaction costs differs by a factor of a hundred between kinds and machines, so it is measured, and
//! by bytes: a filing of a hundred returns is larger by as much as it costs more. Nothing that is agreed on depends on it.

use chancery_types::transaction::TRANSACTION_BYTES_MAX;
use std::time::Duration;

/// The weight of the past against the last block.
const PAST: u64 = 3;

/// What carrying out blocks has cost lately.
pub(super) struct Pace {
    /// How long a block should take to carry out.
    block_time: Duration,
    /// Picoseconds for a byte of transactions; none before the first block.
    cost: Option<u64>,
}

impl Pace {
    pub(super) const fn new(block_time: Duration) -> Self {
        Self { block_time, cost: None }
    }

    /// Notes how long a block took.
    pub(super) fn note(&mut self, bytes: usize, took: Duration) {
        // A short block says little: its fixed part would count as the price of its few bytes.
        if bytes < TRANSACTION_BYTES_MAX / 4 {
            return;
        }
        let picoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX).saturating_mul(1_000);
        let latest = picoseconds / bytes as u64;
        self.cost = Some(match self.cost {
            Some(cost) => cost.saturating_mul(PAST).saturating_add(latest) / (PAST + 1),
            None => latest,
        });
    }

    /// The most bytes of the next block; room for the largest transaction at least, or it would never come about.
    pub(super) fn bytes_max(&self, bytes_max: usize) -> usize {
        let Some(cost) = self.cost else { return bytes_max };
        let block_time = u64::try_from(self.block_time.as_nanos()).unwrap_or(u64::MAX).saturating_mul(1_000);
        let fits = usize::try_from(block_time / cost.max(1)).unwrap_or(usize::MAX);
        fits.clamp(TRANSACTION_BYTES_MAX.min(bytes_max), bytes_max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 2 * 1024 * 1024;

    fn check(blocks: &[(usize, u64)], expected: usize) {
        let mut pace = Pace::new(Duration::from_millis(200));
        for (bytes, took_ms) in blocks {
            pace.note(*bytes, Duration::from_millis(*took_ms));
        }
        assert_eq!(pace.bytes_max(MAX), expected, "after {blocks:?}");
    }

    #[test]
    fn a_block_is_as_large_as_its_time_allows() {
        check(&[], MAX);
        check(&[(1_000_000, 10)], MAX);
        check(&[(1_000_000, 400)], 500_000);
        check(&[(1_000_000, 400), (1_000_000, 400)], 500_000);
        check(&[(1_000_000, 400), (1_000_000, 800)], 400_000);
        check(&[(1_000_000, 100_000)], TRANSACTION_BYTES_MAX);
        check(&[(100, 100_000)], MAX);
    }
}
