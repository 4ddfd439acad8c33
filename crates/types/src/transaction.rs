//! What members sign.

use crate::ids::{ApplicationId, MemberId, NetworkId};
use crate::key::{PublicKey, Signature};
use crate::time::{BlockTime, DAY_MS};
use minicbor::{Decode, Encode};

/// The largest transaction, in encoded bytes.
pub const TRANSACTION_BYTES_MAX: usize = 256 * 1024;

/// How far ahead a transaction's expiry may lie. Ids are kept until then, so this bounds the replay window.
pub const EXPIRY_AHEAD_MS_MAX: u64 = DAY_MS;

/// What is signed. Its hash is the transaction's id.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Body {
    /// The network it is meant for; it is nothing on any other.
    #[n(0)]
    pub network: NetworkId,
    /// The application it is meant for.
    #[n(1)]
    pub application: ApplicationId,
    /// The member who signs.
    #[n(2)]
    pub sender: MemberId,
    // Key 3 is kept for the body on whose behalf a person signs in an office.
    /// The last block time at which it may be ordered, at most [`EXPIRY_AHEAD_MS_MAX`] ahead.
    #[n(4)]
    pub expires: BlockTime,
    /// Chosen by the sender so that two equal statements are two transactions.
    #[n(5)]
    pub salt: u64,
    /// The application's own message in canonical encoding.
    #[cbor(n(6), with = "minicbor::bytes")]
    pub payload: Vec<u8>,
}

/// A transaction as it travels and as it stands in a block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Envelope {
    /// What is signed.
    #[n(0)]
    pub body: Body,
    /// The key that signed; the ledger checks that it is the sender's and valid at this height.
    #[n(1)]
    pub key: PublicKey,
    /// The signature over the body with the purpose *transaction*.
    #[n(2)]
    pub signature: Signature,
}
