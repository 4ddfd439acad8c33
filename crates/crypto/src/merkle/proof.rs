//! Checking that a leaf stands at its place in a tree.

use super::{node, seal_root};
use crate::error::CryptoError;
use crate::hash::Digest;
use chancery_types::receipt::{PATH_MAX, Path};

/// Checks that `leaf` (a digest made by [`super::leaf`]) stands at `path.index` in the tree of `path.size` leaves with
/// this root.
///
/// # Errors
/// [`CryptoError::MerkleMalformed`] if the path is too long or short for the position, [`CryptoError::MerkleMismatch`]
/// if it leads to another root.
pub fn verify(path: &Path, leaf: &Digest, root: &Digest) -> Result<(), CryptoError> {
    if &root_of(path, leaf)? == root { Ok(()) } else { Err(CryptoError::MerkleMismatch) }
}

/// The root that `path` leads to from `leaf` (RFC 9162 §2.1.3.2). At most [`PATH_MAX`] + 1 hashes are computed.
///
/// # Errors
/// [`CryptoError::MerkleMalformed`] if the path is too long or short for the position.
pub fn root_of(path: &Path, leaf: &Digest) -> Result<Digest, CryptoError> {
    if path.index >= path.size || path.hashes.len() > PATH_MAX {
        return Err(CryptoError::MerkleMalformed);
    }
    let (mut position, mut last) = (path.index, path.size - 1);
    let mut top = *leaf;
    for sibling in &path.hashes {
        if last == 0 {
            return Err(CryptoError::MerkleMalformed);
        }
        if position % 2 == 1 || position == last {
            top = node(sibling, &top);
            // A last node without a sibling rises through levels until it is a right child.
            while position.is_multiple_of(2) && position != 0 {
                position /= 2;
                last /= 2;
            }
        } else {
            top = node(&top, sibling);
        }
        position /= 2;
        last /= 2;
    }
    if last == 0 { Ok(seal_root(path.size, Some(&top))) } else { Err(CryptoError::MerkleMalformed) }
}
