//! Numbers drawn from the run's seed: all that chance decides outside the engine.

use chancery_crypto::hash::{Tag, hash};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// A stream of numbers of its own for each purpose, so that drawing more for one leaves the others as they were.
pub(crate) struct Draw(ChaCha20Rng);

impl Draw {
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        Self(ChaCha20Rng::from_seed(secret(seed, purpose)))
    }

    /// A number from `low` to `high`, both included. The slight preference for small ones does not matter here.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        let span = high.saturating_sub(low).saturating_add(1);
        low.saturating_add(self.0.next_u64().checked_rem(span).unwrap_or_default())
    }

    /// A place in a list of this length; 0 if it is empty.
    pub(crate) fn place(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        usize::try_from(self.between(0, length.saturating_sub(1))).unwrap_or_default()
    }

    /// The generator, for what wants one.
    pub(crate) fn rng(&mut self) -> &mut ChaCha20Rng {
        &mut self.0
    }
}

/// 32 bytes that follow from the seed.
pub(crate) fn secret(seed: u64, purpose: &str) -> [u8; 32] {
    hash(Tag::Derivation, &[b"simulator", &seed.to_be_bytes(), purpose.as_bytes()]).0
}
