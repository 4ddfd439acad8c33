//! What a filer seals to the supervising authority of a confidential register.

use crate::amount::Quantity;
use crate::ids::{RecordId, Version};
use minicbor::{Decode, Encode};

/// A blinding of an amount commitment: a scalar of Ristretto255, little-endian, canonical.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct BlindingBytes(#[cbor(with = "minicbor::bytes")] pub [u8; 32]);

impl std::fmt::Debug for BlindingBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BlindingBytes(secret)")
    }
}

/// The values and blindings behind the committed cells of one version, in the order of the cells. A cell that is not
/// committed has neither.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Opening {
    /// The record.
    #[n(0)]
    pub record: RecordId,
    /// The version.
    #[n(1)]
    pub version: Version,
    /// The values.
    #[n(2)]
    pub values: Vec<Quantity>,
    /// The blindings.
    #[n(3)]
    pub blindings: Vec<BlindingBytes>,
}
