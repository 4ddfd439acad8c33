//! The signed word of a validator that a filing arrived.

use crate::hash::Digest;
use crate::ids::{MemberId, NetworkId};
use crate::key::{PublicKey, Signature};
use crate::time::BlockTime;
use minicbor::{Decode, Encode};

/// What a validator says: these bytes, from this filer, lay before me at this time.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct IntakeStatement {
    /// The network.
    #[n(0)]
    pub network: NetworkId,
    /// Hash of what was filed.
    #[n(1)]
    pub filing: Digest,
    /// Who filed it.
    #[n(2)]
    pub filer: MemberId,
    /// When it arrived, by the validator's clock.
    #[n(3)]
    pub received: BlockTime,
}

/// The statement with the validator's signature; f + 1 of them, by different validators, are an intake receipt.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SignedIntake {
    /// What is said.
    #[n(0)]
    pub statement: IntakeStatement,
    /// Who says it.
    #[n(1)]
    pub validator: PublicKey,
    /// The signature with the purpose *intake*.
    #[n(2)]
    pub signature: Signature,
}
