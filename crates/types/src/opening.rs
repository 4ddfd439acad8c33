//! What a filer seals to the supervising authority of a confidential register.

use crate::amount::Quantity;
use crate::ids::{RecordId, Version};
use minicbor::{Decode, Encode};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A blinding of an amount commitment: a scalar of Ristretto255, little-endian, canonical. Erased from memory when
/// dropped, never shown in debug output.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
#[cbor(transparent)]
pub struct BlindingBytes(#[cbor(with = "minicbor::bytes")] pub [u8; 32]);

impl std::fmt::Debug for BlindingBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BlindingBytes(secret)")
    }
}

/// The values and blindings behind the committed cells of one version, in the order of the cells. A cell that is not
/// committed has neither. Nothing of it is shown in debug output; whoever takes the values out keeps them as a secret.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
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

impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opening({} version {}, {} secret values)", self.record, self.version, self.values.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_shows_no_secret() {
        let opening = Opening {
            record: RecordId([1; 16]),
            version: Version(2),
            values: vec![Quantity(159_824)],
            blindings: vec![BlindingBytes([7; 32])],
        };
        let shown = format!("{opening:?} {:?}", opening.blindings);
        assert!(shown.starts_with("Opening(0101"), "{shown}");
        for secret in ["159824", "0707", "7, 7"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
