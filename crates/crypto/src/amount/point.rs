//! Commitments as points.

use super::{AmountCommitment, Blinding, scalar};
use crate::error::CryptoError;
use curve25519_dalek::constants::RISTRETTO_BASEPOINT_TABLE;
use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoBasepointTable, RistrettoPoint};
use curve25519_dalek::traits::Identity;
use sha2::{Digest as _, Sha512};
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::sync::LazyLock;

/// The published text whose SHA-512 is mapped to the point H (RFC 9496 §4.3.4).
pub const H_TEXT: &str = "chancery/1/amount: the second generator H, of which nobody knows the logarithm to the base G";

/// Multiples of H, computed once: a commitment costs two table look-ups instead of a multiplication.
static H_TABLE: LazyLock<RistrettoBasepointTable> = LazyLock::new(|| {
    let uniform: [u8; 64] = Sha512::digest(H_TEXT.as_bytes()).into();
    RistrettoBasepointTable::create(&RistrettoPoint::from_uniform_bytes(&uniform))
});

/// v·G.
pub(super) fn times_g(value: i128) -> RistrettoPoint {
    RISTRETTO_BASEPOINT_TABLE * &scalar(value)
}

/// r·H.
pub(super) fn times_h(blinding: &curve25519_dalek::scalar::Scalar) -> RistrettoPoint {
    &*H_TABLE * blinding
}

/// Commits to `value` with `blinding`.
pub fn commit(value: i64, blinding: &Blinding) -> AmountPoint {
    AmountPoint(times_g(i128::from(value)) + times_h(&blinding.0))
}

/// A commitment, decoded: an element of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmountPoint(pub(super) RistrettoPoint);

impl AmountPoint {
    /// The commitment to zero with the blinding zero: an empty sum.
    pub fn zero() -> Self {
        Self(RistrettoPoint::identity())
    }

    /// Decodes a commitment.
    ///
    /// # Errors
    /// [`CryptoError::PointInvalid`] for everything but the one canonical encoding of a group element.
    pub fn decode(commitment: &AmountCommitment) -> Result<Self, CryptoError> {
        CompressedRistretto(commitment.0).decompress().map(Self).ok_or(CryptoError::PointInvalid)
    }

    /// The canonical encoding, which stands on the ledger.
    pub fn encode(&self) -> AmountCommitment {
        AmountCommitment(self.0.compress().0)
    }

    /// The commitment to a public value: its blinding is zero, and everyone sees what it is.
    pub fn public(value: i64) -> Self {
        Self(times_g(i128::from(value)))
    }

    /// Whether this commitment opens to `value` with `blinding`. The caller checks the value's range.
    pub fn opens_to(&self, value: i64, blinding: &Blinding) -> bool {
        *self == commit(value, blinding)
    }
}

/// Whether Σ aᵢ·Cᵢ is the commitment to zero with the blinding zero: the identity Σ aᵢ·vᵢ = 0 holds, and the blindings
/// satisfy it too. An empty identity holds.
pub fn identity_holds(terms: &[(i64, &AmountPoint)]) -> bool {
    let sum: AmountPoint = terms
        .iter()
        .map(|(coefficient, point)| match coefficient {
            // Nearly every identity of a structure has these coefficients only; they need no multiplication.
            1 => **point,
            -1 => -**point,
            _ => AmountPoint(point.0 * scalar(i128::from(*coefficient))),
        })
        .sum();
    sum == AmountPoint::zero()
}

impl Add for AmountPoint {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for AmountPoint {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for AmountPoint {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for AmountPoint {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for AmountPoint {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl std::iter::Sum for AmountPoint {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::zero(), Self::add)
    }
}
