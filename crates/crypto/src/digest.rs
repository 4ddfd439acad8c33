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

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_types::ids::{ApplicationId, MemberId};
    use chancery_types::time::BlockTime;

    #[test]
    fn a_transactions_id_is_the_tagged_hash_of_its_canonical_body() {
        let body = Body {
            network: NetworkId([7; 32]),
            application: ApplicationId(2),
            sender: MemberId([1; 16]),
            expires: BlockTime(1_000),
            salt: 3,
            payload: vec![0xf6],
        };
        let by_hand = [
            &[0xa6, 0x00, 0x58, 0x20][..],
            &[7; 32],
            &[0x01, 0x02, 0x02, 0x50],
            &[1; 16],
            &[0x04, 0x19, 0x03, 0xe8, 0x05, 0x03, 0x06, 0x41, 0xf6],
        ]
        .concat();
        assert_eq!(transaction_id(&body).0, hash(Tag::Transaction, &[&by_hand]).0);
        assert_ne!(transaction_id(&Body { salt: 4, ..body.clone() }), transaction_id(&body));
    }

    #[test]
    fn a_bodys_digest_depends_on_where_transactions_end() {
        assert_eq!(body_digest(&[b"ab", b"cd"]), hash(Tag::Body, &[b"ab", b"cd"]));
        assert_ne!(body_digest(&[&b"ab"[..], b"cd"]), body_digest(&[&b"abc"[..], b"d"]));
        assert_ne!(body_digest::<&[u8]>(&[]), body_digest(&[b""]));
    }
}
