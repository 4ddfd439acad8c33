//! A tree that can grow without its leaves being kept.

use super::{node, seal_root};
use crate::error::CryptoError;
use crate::hash::Digest;
use minicbor::{Decode, Decoder, Encode, Encoder};

/// The right edge of a growing tree: the number of leaves and the tops of its complete subtrees, largest first.
///
/// INVARIANT: there is one peak for each bit set in `count`, so there are at most 64.
///
/// Encoding: `[count, [peak, ...]]`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Frontier {
    count: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// The frontier of the empty tree.
    pub const fn new() -> Self {
        Self { count: 0, peaks: Vec::new() }
    }

    /// Restores a frontier from its parts.
    ///
    /// # Errors
    /// [`CryptoError::MerkleMalformed`] if the number of peaks does not suit the number of leaves.
    pub fn from_parts(count: u64, peaks: Vec<Digest>) -> Result<Self, CryptoError> {
        if peaks.len() != count.count_ones() as usize {
            return Err(CryptoError::MerkleMalformed);
        }
        Ok(Self { count, peaks })
    }

    /// The number of leaves.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The tops of the complete subtrees, largest first.
    pub fn peaks(&self) -> &[Digest] {
        &self.peaks
    }

    /// Appends a leaf (a digest made by [`super::leaf`]).
    pub fn append(&mut self, leaf: Digest) {
        let mut top = leaf;
        // Each trailing one of the count is a complete subtree that the new leaf completes further.
        for _ in 0..self.count.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                top = node(&left, &top);
            }
        }
        self.peaks.push(top);
        self.count = self.count.saturating_add(1);
    }

    /// The root of the tree over all leaves appended so far.
    pub fn root(&self) -> Digest {
        let top = self.peaks.iter().rev().copied().reduce(|right, left| node(&left, &right));
        seal_root(self.count, top.as_ref())
    }
}

impl<C> Encode<C> for Frontier {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(2)?.u64(self.count)?.array(self.peaks.len() as u64)?;
        for peak in &self.peaks {
            peak.encode(e, ctx)?;
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Frontier {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let malformed = || minicbor::decode::Error::message("not a frontier");
        if d.array()? != Some(2) {
            return Err(malformed());
        }
        let count = d.u64()?;
        if d.array()? != Some(u64::from(count.count_ones())) {
            return Err(malformed());
        }
        let peaks = (0..count.count_ones()).map(|_| Digest::decode(d, ctx)).collect::<Result<_, _>>()?;
        Ok(Self { count, peaks })
    }
}
