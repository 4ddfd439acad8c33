//! Amounts that are hidden and still add up: Pedersen commitments over Ristretto255 (RFC 9496).
//!
//! A commitment to the integer v with the blinding r is C = v·G + r·H, where G is the group's base point and H is the
//! point that SHA-512 of [`H_TEXT`] maps to: nobody knows a number h with H = h·G, so nobody can open a commitment in
//! two ways. Commitments add up as their values do, so a linear identity between values, with blindings that satisfy
//! it too ([`dependent_blinding`]), is an equation between points that anyone checks ([`identity_holds`]) without
//! learning a value.
//!
//! Values are integers modulo the group's order ℓ ≈ 2^252: a commitment to −5 is a commitment to ℓ − 5, and nothing
//! about a point shows in what range its value lies. Ranges are checked by whoever opens it ([`AmountPoint::opens_to`]
//! takes an integer, so a value out of range cannot be expressed as an opening in range).

mod blinding;
mod point;
mod total;

pub use blinding::{Blinding, dependent_blinding};
pub use chancery_types::amount::AmountCommitment;
pub use point::{AmountPoint, H_TEXT, commit, identity_holds};
pub use total::{TOTAL_PROOF_BYTES, TotalContext, prove_total, verify_total};

use curve25519_dalek::scalar::Scalar;

/// An integer modulo ℓ.
fn scalar(value: i128) -> Scalar {
    let magnitude = Scalar::from(value.unsigned_abs());
    if value < 0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests;
