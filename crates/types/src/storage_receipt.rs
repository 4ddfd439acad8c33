//! The signed word of an authority's node that it keeps a sealed document.

use crate::code::RegisterId;
use crate::hash::Digest;
use crate::ids::{MemberId, NetworkId, RecordId};
use crate::key::{PublicKey, Signature};
use crate::time::BlockTime;
use minicbor::{Decode, Encode};

/// What a vault says: I keep these sealed bytes for this authority, at least until then.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StorageStatement {
    /// The network.
    #[n(0)]
    pub network: NetworkId,
    /// Hash of the sealed bytes, as it stands in the return.
    #[n(1)]
    pub digest: Digest,
    /// The authority that may read them.
    #[n(2)]
    pub authority: MemberId,
    /// The register.
    #[n(3)]
    pub register: RegisterId,
    /// The record that they open.
    #[n(4)]
    pub record: RecordId,
    /// Who handed them over.
    #[n(5)]
    pub filer: MemberId,
    /// When they first arrived, by the vault's clock.
    #[n(6)]
    pub received: BlockTime,
    /// Until when the vault promises to keep them.
    #[n(7)]
    pub expires: BlockTime,
}

/// The statement with the signature of the node that keeps the vault.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StorageReceipt {
    /// What is said.
    #[n(0)]
    pub statement: StorageStatement,
    /// The node.
    #[n(1)]
    pub node: PublicKey,
    /// The signature over the statement with the purpose *storage receipt*.
    #[n(2)]
    pub signature: Signature,
}
