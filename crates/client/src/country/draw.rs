//! Numbers that look random and are always the same.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

pub(super) struct Draw(ChaCha20Rng);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    /// A number from `low` to `high`, both included. The slight preference for small ones does not matter here.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.0.next_u64() % span)
    }

    /// One of a list; `None` if it is empty.
    pub(super) fn one_of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(list.len()).unwrap_or(u64::MAX);
        let at = self.0.next_u64().checked_rem(count)?;
        list.get(usize::try_from(at).ok()?)
    }
}
