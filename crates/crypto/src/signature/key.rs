//! Signing keys, and which public keys may be registered.

use super::{PublicKey, Purpose, Signature, signed_bytes};
use crate::error::CryptoError;
use chancery_types::ids::NetworkId;
use curve25519_dalek::edwards::CompressedEdwardsY;
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A private Ed25519 key. It is erased from memory when dropped and shows only its public half in debug output.
#[derive(Clone)]
pub struct SigningKey(ed25519_zebra::SigningKey);

impl SigningKey {
    /// A new key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self::from_seed(&seed)
    }

    /// The key of a 32-byte seed (RFC 8032 §5.1.5): the form in which a key file keeps it.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_zebra::SigningKey::from_bytes(seed))
    }

    /// The seed, to be kept in a key file.
    pub fn to_seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(*self.0.as_bytes())
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verification_key().into())
    }

    /// Signs a message for a purpose on a network. The same message always gives the same signature.
    pub fn sign(&self, purpose: Purpose, network: &NetworkId, message: &[u8]) -> Signature {
        Signature(self.0.sign(&signed_bytes(purpose, network, message)).to_bytes())
    }
}

impl Drop for SigningKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for SigningKey {}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey(of {})", self.public_key())
    }
}

/// Whether a key may be registered: the canonical encoding of a point of the prime-order group, and not its identity.
///
/// Under other keys the ZIP-215 rule is still unambiguous, but one signature could be valid for many messages, or one
/// key could be written in several ways.
///
/// # Errors
/// [`CryptoError::PublicKeyInvalid`] if not.
pub fn check_key(key: &PublicKey) -> Result<(), CryptoError> {
    let point = CompressedEdwardsY(key.0).decompress().ok_or(CryptoError::PublicKeyInvalid)?;
    let sound = point.compress().0 == key.0 && !point.is_small_order() && point.is_torsion_free();
    if sound { Ok(()) } else { Err(CryptoError::PublicKeyInvalid) }
}
