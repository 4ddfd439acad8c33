//! Merkle trees in the shape of RFC 9162 §2.1, with tagged hashes.
//!
//! A leaf is a digest taken under a leaf tag ([`leaf`]), an inner node is a digest of two children under
//! [`Tag::MerkleNode`], so neither can be passed off as the other. The root is a digest over the number of leaves and
//! the topmost node: for a known number of leaves the left and right turns of a proof determine the leaf's index, so
//! a proof proves the position as well as the presence. (In the RFC the size stands beside the root in a signed tree
//! head; here it cannot be left out.)
//!
//! - [`root`] and [`prove`] work over a whole list of leaves, [`verify`] checks a proof;
//! - [`Frontier`] appends without keeping the leaves;
//! - [`Tree`] keeps every level and proves at the size of any earlier moment.

mod frontier;
mod proof;
mod tree;

pub use frontier::Frontier;
pub use proof::{root_of, verify};
pub use tree::Tree;

use crate::error::CryptoError;
use crate::hash::{Digest, Tag, hash};
pub use chancery_types::receipt::Path;

/// What a leaf of a tree is; leaves of different kinds never have the same digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafKind {
    /// An outcome of a block's transaction.
    Outcome,
    /// An event of an outcome.
    Event,
    /// A block header in the tree of all headers.
    History,
    /// A field of a document.
    Field,
    /// A member in a list of members.
    Member,
}

impl LeafKind {
    const fn tag(self) -> Tag {
        match self {
            Self::Outcome => Tag::OutcomeLeaf,
            Self::Event => Tag::EventLeaf,
            Self::History => Tag::HistoryLeaf,
            Self::Field => Tag::FieldLeaf,
            Self::Member => Tag::MemberLeaf,
        }
    }
}

/// The digest of a leaf made of `parts`.
pub fn leaf(kind: LeafKind, parts: &[&[u8]]) -> Digest {
    hash(kind.tag(), parts)
}

/// The root of the tree over `leaves`, which are digests made by [`leaf`]. An empty tree has a root too.
pub fn root(leaves: &[Digest]) -> Digest {
    let mut frontier = Frontier::new();
    for digest in leaves {
        frontier.append(*digest);
    }
    frontier.root()
}

/// The proof that `leaves[index]` stands in the tree over `leaves`.
///
/// # Errors
/// [`CryptoError::LeafOutOfRange`] if there is no such leaf.
pub fn prove(leaves: &[Digest], index: u64) -> Result<Path, CryptoError> {
    leaves.iter().copied().collect::<Tree>().prove(index)
}

fn node(left: &Digest, right: &Digest) -> Digest {
    hash(Tag::MerkleNode, &[left.as_bytes(), right.as_bytes()])
}

fn seal_root(count: u64, top: Option<&Digest>) -> Digest {
    hash(Tag::MerkleRoot, &[&count.to_be_bytes(), top.map_or(&[][..], |t| t.as_ref())])
}

#[cfg(test)]
mod tests;
