//! The network's public identity.

use crate::hash::Digest;
use crate::key::{FinalityKey, PublicKey};
use crate::time::BlockTime;
use minicbor::{Decode, Encode};

/// The most validators in a committee.
pub const VALIDATORS_MAX: usize = 64;

/// What a network is founded on. Its hash is the [`crate::ids::NetworkId`], which is all that a verifier must know.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NetworkIdentity {
    /// The name people call it by.
    #[n(0)]
    pub name: String,
    /// When it was founded.
    #[n(1)]
    pub founded: BlockTime,
    /// The key under which blocks are final.
    #[n(2)]
    pub finality_key: FinalityKey,
    /// The founding validators' identity keys, in their order.
    #[n(3)]
    pub validators: Vec<PublicKey>,
    /// Hash of the founding state.
    #[n(4)]
    pub state: Digest,
    /// How many times faster than the world its clock runs; 1 for every real network.
    #[n(5)]
    pub clock_factor: u32,
    /// Whether one party made all keys (a dealer): true only for demonstrations and tests.
    #[n(6)]
    pub dealt: bool,
}

impl NetworkIdentity {
    /// How many of the founding validators may fail or lie without harm.
    pub fn faults_max(&self) -> usize {
        faults_max(self.validators.len())
    }
}

/// How many of `count` validators may fail or lie without harm: f of n ≥ 3f + 1. One more than that speak for the network.
pub const fn faults_max(count: usize) -> usize {
    count.saturating_sub(1) / 3
}
