//! The digests of the ledger's formats, each taken in one way and in one place.

use crate::hash::{Digest, Hasher, Tag, hash};
use crate::merkle::{LeafKind, leaf};
use chancery_types::block::Header;
use chancery_types::encoding::to_bytes;
use chancery_types::event::Event;
use chancery_types::ids::{NetworkId, TransactionId};
use chancery_types::network::NetworkIdentity;
use chancery_types::outcome::OutcomeEntry;
use chancery_types::transaction::Body;

/// The network's id: the hash of its identity.
pub fn network_id(identity: &NetworkIdentity) -> NetworkId {
    NetworkId(hash(Tag::Genesis, &[&to_bytes(identity)]).0)
}

/// The id of a transaction: the hash of its body, without signatures. It is also what the sender signs, with the
/// purpose *transaction*.
pub fn transaction_id(body: &Body) -> TransactionId {
    TransactionId(hash(Tag::Transaction, &[&to_bytes(body)]).0)
}

/// The hash of a whole envelope as it stands under an outcome.
pub fn envelope_digest(bytes: &[u8]) -> Digest {
    hash(Tag::Content, &[bytes])
}

/// The hash of a header: what the validators agree on and what the proposer signs, with the purpose *proposal*.
pub fn header_hash(header: &Header) -> Digest {
    hash(Tag::Header, &[&to_bytes(header)])
}

/// The hash of a block's transactions as bytes, which the header carries as `body`.
pub fn body_digest<B: AsRef<[u8]>>(transactions: &[B]) -> Digest {
    let mut hasher = Hasher::new(Tag::Body);
    for bytes in transactions {
        hasher.part(bytes.as_ref());
    }
    hasher.finish()
}

/// The leaf of an entry under a header's `outcomes_root`.
pub fn outcome_leaf(entry: &OutcomeEntry) -> Digest {
    leaf(LeafKind::Outcome, &[&to_bytes(entry)])
}

/// The leaf of an event under an outcome's `events`.
pub fn event_leaf(event: &Event) -> Digest {
    leaf(LeafKind::Event, &[&to_bytes(event)])
}

/// The leaf of an earlier header under a later header's `history_root`.
pub fn history_leaf(header_hash: &Digest) -> Digest {
    leaf(LeafKind::History, &[header_hash.as_bytes()])
}
