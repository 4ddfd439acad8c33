//! The secret half of a commitment.

use super::scalar;
use crate::error::CryptoError;
use curve25519_dalek::scalar::Scalar;
use rand_core::CryptoRng;
use std::ops::{Add, AddAssign, Neg};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A blinding: a secret scalar. Erased from memory when dropped, never shown in debug output.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Blinding(pub(super) Scalar);

impl Blinding {
    /// The blinding of a value that is public, and the beginning of a sum.
    pub const ZERO: Self = Self(Scalar::ZERO);

    /// A new blinding, uniform over all scalars.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut wide = Zeroizing::new([0; 64]);
        rng.fill_bytes(wide.as_mut());
        Self(Scalar::from_bytes_mod_order_wide(&wide))
    }

    /// Reads a blinding from an opening.
    ///
    /// # Errors
    /// [`CryptoError::ScalarInvalid`] if the bytes are not an integer below ℓ, little-endian.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, CryptoError> {
        Option::from(Scalar::from_canonical_bytes(*bytes)).map(Self).ok_or(CryptoError::ScalarInvalid)
    }

    /// The 32 bytes that stand in an opening.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }
}

impl std::fmt::Debug for Blinding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Blinding(secret)")
    }
}

impl Add for &Blinding {
    type Output = Blinding;

    fn add(self, other: Self) -> Blinding {
        Blinding(self.0 + other.0)
    }
}

impl Neg for &Blinding {
    type Output = Blinding;

    fn neg(self) -> Blinding {
        Blinding(-self.0)
    }
}

impl AddAssign<&Self> for Blinding {
    fn add_assign(&mut self, other: &Self) {
        self.0 += other.0;
    }
}

impl<'a> std::iter::Sum<&'a Self> for Blinding {
    fn sum<I: Iterator<Item = &'a Self>>(blindings: I) -> Self {
        let mut sum = Self::ZERO;
        for blinding in blindings {
            sum += blinding;
        }
        sum
    }
}

/// The blinding of the dependent term of a linear identity Σ aᵢ·vᵢ + d·w = 0, from the blindings of all other terms.
///
/// `terms` are the pairs (aᵢ, blinding of vᵢ) and `dependent` is d. For *employed + unemployed − labour force = 0*
/// with labour force dependent, pass `[(1, employed), (1, unemployed)]` and −1.
///
/// # Errors
/// [`CryptoError::CoefficientZero`] if `dependent` is zero.
pub fn dependent_blinding(terms: &[(i64, &Blinding)], dependent: i64) -> Result<Blinding, CryptoError> {
    if dependent == 0 {
        return Err(CryptoError::CoefficientZero);
    }
    let sum: Scalar = terms.iter().map(|(coefficient, blinding)| scalar(i128::from(*coefficient)) * blinding.0).sum();
    Ok(Blinding(-sum * scalar(i128::from(dependent)).invert()))
}
