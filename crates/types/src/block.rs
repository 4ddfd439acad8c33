//! Block headers and blocks.

use crate::hash::Digest;
use crate::ids::{Epoch, Height, NetworkId, View};
use crate::key::{PublicKey, Signature};
use crate::time::BlockTime;
use minicbor::{Decode, Encode};

/// The most transactions in a block.
pub const BLOCK_TRANSACTIONS_MAX: usize = 8_192;
/// The most bytes of transactions in a block.
pub const BLOCK_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The most bytes of the engine's payload for dealing new key shares.
pub const RESHARE_BYTES_MAX: usize = 64 * 1024;

/// Where the engine's state database stands after the block, so that a new node can fetch the state itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SyncTarget {
    /// Root over the database's operations.
    #[n(0)]
    pub root: Digest,
    /// First operation still needed.
    #[n(1)]
    pub start: u64,
    /// One past the last operation.
    #[n(2)]
    pub end: u64,
}

/// A block's header. Its hash is what the validators agree on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Header {
    /// The network.
    #[n(0)]
    pub network: NetworkId,
    /// The block's position; genesis is 0.
    #[n(1)]
    pub height: Height,
    /// The committee's reign.
    #[n(2)]
    pub epoch: Epoch,
    /// The attempt in which it was proposed.
    #[n(3)]
    pub view: View,
    /// Hash of the parent's header.
    #[n(4)]
    pub parent: Digest,
    /// The attempt in which the parent was proposed.
    #[n(5)]
    pub parent_view: View,
    /// Agreed time: later than the parent's, near the validators' clocks.
    #[n(6)]
    pub time: BlockTime,
    /// Who proposed it and signed this header.
    #[n(7)]
    pub proposer: PublicKey,
    /// Root of the authenticated state after the block.
    #[n(8)]
    pub state_root: Digest,
    /// The engine's view of the same state.
    #[n(9)]
    pub sync: SyncTarget,
    /// Merkle root of the transactions with their outcomes ([`crate::outcome::OutcomeEntry`]).
    #[n(10)]
    pub outcomes_root: Digest,
    /// Root of the append-only tree of the hashes of all earlier headers, from genesis to the parent.
    #[n(11)]
    pub history_root: Digest,
    /// Hash of the transactions as bytes.
    #[n(12)]
    pub body: Digest,
    /// How many transactions.
    #[n(13)]
    pub transactions: u32,
    /// Hash of the payload for dealing new key shares, where the block carries one.
    #[n(14)]
    pub reshare: Option<Digest>,
}

/// A block: header, proposer's signature over its hash, and what the header commits to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The header.
    pub header: Header,
    /// The proposer's Ed25519 signature over the header's hash with the purpose *proposal*: two different signed
    /// headers for one epoch and view are evidence that anyone can check.
    pub signature: Signature,
    /// Encoded [`crate::transaction::Envelope`]s.
    pub transactions: Vec<Vec<u8>>,
    /// The engine's payload for dealing new key shares.
    pub reshare: Option<Vec<u8>>,
}
