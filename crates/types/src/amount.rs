//! Numbers that stand in records.

use crate::bytes::fixed_bytes;
use minicbor::{Decode, Encode};
use std::fmt;

fixed_bytes!(
    /// A Pedersen commitment to a number: a compressed Ristretto255 point.
    AmountCommitment,
    32
);

/// The largest value that one cell of one return may hold; sums of two million such cells fit a [`Quantity`].
pub const CELL_VALUE_MAX: i64 = 1 << 42;

/// An integer in the unit and scale that its cell declares.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Encode,
    Decode,
    serde::Serialize,
    serde::Deserialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Quantity(pub i64);

impl Quantity {
    /// The sum, unless it leaves the range.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, unless it leaves the range.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What stands in one cell of a record. Nil, missing and not applicable are different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub enum CellValue {
    /// The value in clear (open registers).
    #[n(0)]
    Clear(#[n(0)] Quantity),
    /// A commitment to the value (confidential registers).
    #[n(1)]
    Committed(#[n(0)] AmountCommitment),
    /// Asked and answered: nothing.
    #[n(2)]
    Nil,
    /// Asked and not answered.
    #[n(3)]
    Missing,
    /// Not asked of this filer.
    #[n(4)]
    NotApplicable,
}
