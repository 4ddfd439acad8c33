//! Receipts: offline proofs that something stands in a finalised block. `verify` checks them.

use crate::block::Header;
use crate::event::Event;
use crate::hash::Digest;
use crate::key::Signature;
use crate::network::NetworkIdentity;
use crate::outcome::OutcomeEntry;
use crate::transaction::Envelope;
use minicbor::{Decode, Encode};

/// The largest receipt, in encoded bytes.
pub const RECEIPT_BYTES_MAX: usize = TRANSACTION_BYTES_ROOM + 64 * 1024;
const TRANSACTION_BYTES_ROOM: usize = crate::transaction::TRANSACTION_BYTES_MAX;

/// The longest path in any tree of a receipt.
pub const PATH_MAX: usize = 64;
/// The most key successions in a receipt.
pub const SUCCESSIONS_MAX: usize = 256;
/// The most witnesses' cosignatures in a receipt.
pub const COSIGNATURES_MAX: usize = 32;
/// The most bytes of a finality certificate.
pub const CERTIFICATE_BYTES_MAX: usize = 512;

/// A leaf's place in a Merkle tree (RFC 9162 §2.1.3) and the hashes from it to the root.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Path {
    /// The leaf's index.
    #[n(0)]
    pub index: u64,
    /// How many leaves the tree has.
    #[n(1)]
    pub size: u64,
    /// Sibling hashes, from the leaf upwards.
    #[n(2)]
    pub hashes: Vec<Digest>,
}

/// How a header is known to be final.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Finality {
    /// The certificate of the anchor, as the engine writes it (see ADR 0002).
    #[cbor(n(0), with = "minicbor::bytes")]
    pub certificate: Vec<u8>,
    /// Where the header has no certificate of its own: a later header that has one.
    #[n(1)]
    pub anchor: Option<Header>,
    /// The header's place in the anchor's tree of earlier headers.
    #[n(2)]
    pub history: Option<Path>,
}

/// What the receipt is about.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Subject {
    /// A transaction with its outcome.
    #[n(0)]
    Transaction {
        /// The transaction.
        #[n(0)]
        envelope: Envelope,
    },
    /// One event of a transaction or of a block's end: a record's version, a decision, a published figure.
    #[n(1)]
    Event {
        /// The event.
        #[n(0)]
        event: Event,
        /// Its place among the outcome's events.
        #[n(1)]
        path: Path,
        /// The transaction that caused it; absent for the work at a block's end.
        #[n(2)]
        envelope: Option<Envelope>,
    },
}

/// A succession of the finality key, signed under the key before it. Receipts of this version carry none; the room is
/// here so that no format changes when a network replaces its key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Succession {
    /// The succession in its own encoding.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub statement: Vec<u8>,
}

/// A witness's signature over a checkpoint. Receipts of this version carry none.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Cosignature {
    /// The cosignature in its own encoding.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub statement: Vec<u8>,
}

/// An offline proof.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Receipt {
    /// Version of this format.
    #[n(0)]
    pub format: u16,
    /// The network; its hash must be the identity that the verifier was given.
    #[n(1)]
    pub identity: NetworkIdentity,
    /// From the founding finality key to the one that signed.
    #[n(2)]
    pub successions: Vec<Succession>,
    /// The block in which it stands.
    #[n(3)]
    pub header: Header,
    /// The proposer's signature over that header.
    #[n(4)]
    pub proposer: Signature,
    /// Why that block is final.
    #[n(5)]
    pub finality: Finality,
    /// The outcome of the transaction.
    #[n(6)]
    pub entry: OutcomeEntry,
    /// The outcome's place in the block.
    #[n(7)]
    pub path: Path,
    /// What the receipt is about.
    #[n(8)]
    pub subject: Subject,
    /// Witnesses outside the validators.
    #[n(9)]
    pub cosignatures: Vec<Cosignature>,
}

/// The format that this version writes.
pub const RECEIPT_FORMAT: u16 = 1;
