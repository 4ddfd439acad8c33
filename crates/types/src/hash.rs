//! The result of a hash. How it is computed is the business of `crypto`.

crate::bytes::fixed_bytes!(
    /// A SHA-256 digest.
    Digest,
    32
);

impl Digest {
    /// The digest of nothing: stands where there is no predecessor.
    pub const ZERO: Self = Self([0; 32]);
}
