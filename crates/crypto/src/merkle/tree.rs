//! A tree that keeps its nodes, to prove any leaf at any size it has had.

use super::{node, seal_root};
use crate::error::CryptoError;
use crate::hash::Digest;
use chancery_types::receipt::Path;

/// An append-only tree held in memory: every complete subtree's top, level by level, 64 bytes a leaf.
///
/// Because nothing in it ever changes, it proves membership in the tree of the first `count` leaves for every `count`
/// up to its own.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Tree {
    /// `levels[k][i]` is the top of the complete subtree over leaves `i·2^k .. (i+1)·2^k`.
    levels: Vec<Vec<Digest>>,
}

impl Tree {
    /// The empty tree.
    pub const fn new() -> Self {
        Self { levels: Vec::new() }
    }

    /// The number of leaves.
    pub fn count(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Appends a leaf (a digest made by [`super::leaf`]).
    pub fn append(&mut self, leaf: Digest) {
        let mut top = leaf;
        for level in &mut self.levels {
            level.push(top);
            match level.as_slice() {
                [.., left, right] if level.len().is_multiple_of(2) => top = node(left, right),
                _ => return,
            }
        }
        self.levels.push(vec![top]);
    }

    /// The root over all leaves.
    pub fn root(&self) -> Digest {
        seal_root(self.count(), self.top(0, self.count()).as_ref())
    }

    /// The root over the first `count` leaves.
    ///
    /// # Errors
    /// [`CryptoError::LeafOutOfRange`] if there are fewer.
    pub fn root_at(&self, count: u64) -> Result<Digest, CryptoError> {
        if count > self.count() {
            return Err(CryptoError::LeafOutOfRange { index: count, count: self.count() });
        }
        Ok(seal_root(count, self.top(0, count).as_ref()))
    }

    /// Proves a leaf in the tree of all leaves.
    ///
    /// # Errors
    /// [`CryptoError::LeafOutOfRange`] if there is no such leaf.
    pub fn prove(&self, index: u64) -> Result<Path, CryptoError> {
        self.prove_at(index, self.count())
    }

    /// Proves a leaf in the tree of the first `count` leaves.
    ///
    /// # Errors
    /// [`CryptoError::LeafOutOfRange`] if there are fewer leaves, or the leaf is not among them.
    pub fn prove_at(&self, index: u64, count: u64) -> Result<Path, CryptoError> {
        let missing = CryptoError::LeafOutOfRange { index, count };
        if index >= count || count > self.count() {
            return Err(missing);
        }
        let mut hashes = Vec::new();
        let (mut start, mut end) = (0, count);
        // Downwards from the root, the sibling of the half that holds the leaf (RFC 9162 §2.1.3.1).
        while end - start > 1 {
            let middle = start + split(end - start);
            let sibling = if index < middle { self.top(middle, end) } else { self.top(start, middle) };
            hashes.push(sibling.ok_or(missing)?);
            if index < middle {
                end = middle;
            } else {
                start = middle;
            }
        }
        hashes.reverse();
        Ok(Path { index, size: count, hashes })
    }

    /// The topmost node over leaves `start..end`, where `start` is a multiple of the largest complete subtree in it.
    fn top(&self, start: u64, end: u64) -> Option<Digest> {
        let size = end.checked_sub(start).filter(|size| *size > 0)?;
        if size.is_power_of_two() {
            let level = self.levels.get(size.trailing_zeros() as usize)?;
            return level.get(usize::try_from(start / size).ok()?).copied();
        }
        let middle = start + split(size);
        Some(node(&self.top(start, middle)?, &self.top(middle, end)?))
    }
}

impl FromIterator<Digest> for Tree {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
        let mut tree = Self::new();
        for leaf in leaves {
            tree.append(leaf);
        }
        tree
    }
}

/// The largest power of two below `size`, for a size of at least 2.
const fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}
