//! Public keys and signatures as bytes. What they verify is the business of `crypto`.

use crate::bytes::fixed_bytes;

fixed_bytes!(
    /// An Ed25519 public key (RFC 8032), judged by the ZIP-215 rule everywhere.
    PublicKey,
    32
);
fixed_bytes!(
    /// An Ed25519 signature.
    Signature,
    64
);
fixed_bytes!(
    /// The network's finality key: a BLS12-381 group key in G2, compressed.
    FinalityKey,
    96
);
fixed_bytes!(
    /// An X25519 public key to which openings are sealed (RFC 9180).
    SealingPublicKey,
    32
);
