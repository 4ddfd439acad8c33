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

/// What a filer signs to ask for a validator's word, with the purpose *intake*. Its canonical encoding is a map of
/// two keys, so the signature can never pass for one over an [`IntakeStatement`], which has four.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct IntakeClaim {
    /// Hash of what is filed.
    #[n(0)]
    pub filing: Digest,
    /// Who files it.
    #[n(1)]
    pub filer: MemberId,
}

/// A filer's signed request for a validator's word that its filing arrived.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct IntakeRequest {
    /// Hash of what is filed.
    #[n(0)]
    pub filing: Digest,
    /// Who files it.
    #[n(1)]
    pub filer: MemberId,
    /// A key of the filer.
    #[n(2)]
    pub key: PublicKey,
    /// The signature over the [`IntakeClaim`].
    #[n(3)]
    pub signature: Signature,
}

impl IntakeRequest {
    /// What the signature is over.
    pub fn claim(&self) -> IntakeClaim {
        IntakeClaim { filing: self.filing, filer: self.filer }
    }
}
