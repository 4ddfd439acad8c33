//! SHA-256 under a named purpose.
//!
//! Every digest of the ledger is taken by [`hash`], so that bytes hashed for one purpose can never be passed off as
//! hashed for another. What is hashed is
//!
//! ```text
//! length of tag (1 byte) ‖ tag ‖ for each part: length (8 bytes, big-endian) ‖ part
//! ```
//!
//! which can be read back in one way only: no two different lists of parts hash the same bytes.

pub use chancery_types::hash::Digest;
use sha2::{Digest as _, Sha256};

/// Names every purpose that something is hashed for. The texts are part of the format and never change.
macro_rules! tags {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)+) => {
        /// A purpose that something is hashed for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Tag {
            $($(#[$doc])* $name,)+
        }

        impl Tag {
            /// Every tag, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The bytes that stand for the purpose.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("chancery/1/", $text),)+
                }
            }
        }
    };
}

tags! {
    /// A network's identity, from its genesis.
    Genesis = "genesis",
    /// A transaction's id, from its body without signatures.
    Transaction = "transaction",
    /// A batch of transactions or of entries as one digest.
    Batch = "batch",
    /// A block header's id.
    Header = "header",
    /// A block's body: the transactions as bytes.
    Body = "body",
    /// A leaf of a block's tree of outcomes.
    OutcomeLeaf = "outcome-leaf",
    /// A leaf of an outcome's tree of events.
    EventLeaf = "event-leaf",
    /// A leaf of the tree of all earlier headers.
    HistoryLeaf = "history-leaf",
    /// A leaf of a document's tree of fields.
    FieldLeaf = "field-leaf",
    /// A leaf of a tree over members, such as the population of a draw.
    MemberLeaf = "member-leaf",
    /// An inner node of any Merkle tree.
    MerkleNode = "merkle-node",
    /// The root of any Merkle tree, over the number of its leaves and its topmost node.
    MerkleRoot = "merkle-root",
    /// A key of the authenticated state.
    StateKey = "state-key",
    /// A further chunk of a long value of the authenticated state.
    StateChunk = "state-chunk",
    /// A value of the authenticated state, or a part of the state as one digest.
    StateValue = "state-value",
    /// A member's id at its registration.
    Member = "member",
    /// A salted commitment to a legal identity.
    LegalIdentity = "legal-identity",
    /// A record's id.
    Record = "record",
    /// A publication's id.
    Publication = "publication",
    /// The public digest of an invitation's secret.
    Invitation = "invitation",
    /// Content kept off the ledger, by its bytes.
    Content = "content",
    /// A field's salt, derived from its document's salt.
    FieldSalt = "field-salt",
    /// The context that a sealed message is bound to.
    SealContext = "seal-context",
    /// A key file's checksum.
    KeyFileChecksum = "key-file-checksum",
    /// Coefficients of batch verification.
    BatchCoefficients = "batch-coefficients",
    /// A random value derived from a beacon or a seed.
    Derivation = "derivation",
}

/// The digest of `parts` for the purpose `tag`.
pub fn hash(tag: Tag, parts: &[&[u8]]) -> Digest {
    let mut hasher = Hasher::new(tag);
    for part in parts {
        hasher.part(part);
    }
    hasher.finish()
}

/// The same as [`hash`], part by part, for long lists.
#[derive(Clone)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Begins a digest for a purpose.
    pub fn new(tag: Tag) -> Self {
        let text = tag.text().as_bytes();
        let mut sha = Sha256::new();
        // A tag is a short literal of this file; the test below holds every one to 64 bytes.
        sha.update([u8::try_from(text.len()).unwrap_or(u8::MAX)]);
        sha.update(text);
        Self(sha)
    }

    /// Adds one part.
    pub fn part(&mut self, part: &[u8]) -> &mut Self {
        // A length of memory always fits 64 bits.
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
        self
    }

    /// The digest of all parts added.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn tags_are_distinct_and_short() {
        let texts: BTreeSet<_> = Tag::ALL.iter().map(|t| t.text()).collect();
        assert_eq!(texts.len(), Tag::ALL.len());
        assert!(texts.iter().all(|t| t.len() <= 64));
    }

    #[test]
    fn the_layout_is_what_the_module_says() {
        let mut bytes = vec![22];
        bytes.extend(b"chancery/1/transaction");
        bytes.extend([0, 0, 0, 0, 0, 0, 0, 3]);
        bytes.extend(b"abc");
        bytes.extend([0; 8]);
        let by_hand: [u8; 32] = Sha256::digest(&bytes).into();
        assert_eq!(hash(Tag::Transaction, &[b"abc", b""]), Digest(by_hand));
    }

    #[test]
    fn parts_do_not_run_together_and_tags_matter() {
        let parts: [&[&[u8]]; 5] = [&[b"ab", b"c"], &[b"a", b"bc"], &[b"abc"], &[b"abc", b""], &[]];
        let mut seen = BTreeSet::new();
        for tag in [Tag::Header, Tag::Body] {
            for list in parts {
                assert!(seen.insert(hash(tag, list)));
            }
        }
    }
}
