//! The one source of randomness: a generator seeded by the operating system.

use crate::error::ClientError;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use zeroize::Zeroizing;

/// A new generator.
///
/// # Errors
/// [`ClientError::Randomness`] if the operating system gives none; nothing secret is made then.
pub fn generator() -> Result<ChaCha20Rng, ClientError> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut()).map_err(ClientError::Randomness)?;
    Ok(ChaCha20Rng::from_seed(*seed))
}
