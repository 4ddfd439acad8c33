//! Ids and positions.

use crate::bytes::fixed_bytes;
use minicbor::{Decode, Encode};
use std::fmt;

/// The text is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{expected} is written as {bytes} bytes in lower-case hexadecimal")]
pub struct InvalidId {
    /// The kind of id.
    pub expected: &'static str,
    /// Its size in bytes.
    pub bytes: usize,
}

fixed_bytes!(
    /// The network's public identity: the hash of its [`crate::network::NetworkIdentity`].
    NetworkId,
    32
);
fixed_bytes!(
    /// A member's stable id; it outlives the member's keys.
    MemberId,
    16
);
fixed_bytes!(
    /// A transaction's id: the hash of its body, without signatures.
    TransactionId,
    32
);
fixed_bytes!(
    /// A record's id; its versions are numbered within it.
    RecordId,
    16
);
fixed_bytes!(
    /// Where a value stands in the authenticated state.
    StateKey,
    32
);

/// Defines a number that is not interchangeable with other numbers.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $int:ty) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode, serde::Serialize, serde::Deserialize,
        )]
        #[cbor(transparent)]
        #[serde(transparent)]
        pub struct $name(pub $int);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// A block's position; genesis is 0.
    Height,
    u64
);
number!(
    /// The reign of one committee of validators.
    Epoch,
    u64
);
number!(
    /// One attempt of a leader to propose a block.
    View,
    u64
);
number!(
    /// An installed application's number: bound into every transaction, rejection and state key.
    ApplicationId,
    u16
);
number!(
    /// A record's version, from 1.
    Version,
    u32
);

impl Height {
    /// The next height.
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
