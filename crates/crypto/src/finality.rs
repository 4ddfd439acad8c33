//! Finality certificates, verified without the engine (docs/adr/0002-finality-certificate.md).
//!
//! A certificate says that a quorum of validators holds a header, known by its hash, to be final in an epoch and view.
//! It is a BLS12-381 signature under the network's one group key (keys in G2, signatures in G1), with a second signature
//! over the round alone, which is the beacon of that view.
//!
//! ```text
//! certificate = varint(epoch) ‖ varint(view) ‖ varint(parent view) ‖ header hash (32)
//!             ‖ finality signature (48) ‖ seed signature (48)
//! ```
//!
//! What this does not promise: that the header is the one a caller has in hand, or belongs to that epoch and view. The
//! caller compares [`FinalityCertificate`]'s fields with its header's.

mod varint;

pub use chancery_types::key::FinalityKey;

use crate::error::CryptoError;
use crate::hash::Digest;
use blst::BLST_ERROR;
use blst::min_sig;
use chancery_types::ids::{Epoch, NetworkId, View};

/// The size of a BLS signature in G1, compressed.
pub const BLS_SIGNATURE_BYTES: usize = 48;
/// The largest certificate.
pub const FINALITY_CERTIFICATE_BYTES_MAX: usize = 3 * varint::BYTES_MAX + Digest::SIZE + 2 * BLS_SIGNATURE_BYTES;

/// The domain separation tag of the hash to G1 (RFC 9380; proof-of-possession suite of the BLS signature draft).
const HASH_TO_CURVE_TAG: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_";
const NAMESPACE_PREFIX: &[u8] = b"chancery/1/";
const FINALIZE_SUFFIX: &[u8] = b"_FINALIZE";
const SEED_SUFFIX: &[u8] = b"_SEED";

/// A certificate, parsed and not yet verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinalityCertificate {
    /// The committee's reign.
    pub epoch: Epoch,
    /// The view in which the header was proposed.
    pub view: View,
    /// The view of its parent.
    pub parent_view: View,
    /// The hash of the header that is final.
    pub header: Digest,
    /// The quorum's signature over all of the above.
    pub finality_signature: [u8; BLS_SIGNATURE_BYTES],
    /// The quorum's signature over epoch and view: the beacon.
    pub seed_signature: [u8; BLS_SIGNATURE_BYTES],
}

impl FinalityCertificate {
    /// Parses the engine's encoding.
    ///
    /// # Errors
    /// [`CryptoError::CertificateMalformed`] if the bytes are anything but one certificate, integers in their shortest
    /// form.
    pub fn parse(bytes: &[u8]) -> Result<Self, CryptoError> {
        let mut rest = bytes;
        let epoch = Epoch(varint::take(&mut rest)?);
        let view = View(varint::take(&mut rest)?);
        let parent_view = View(varint::take(&mut rest)?);
        let header = Digest(take(&mut rest)?);
        let finality_signature = take(&mut rest)?;
        let seed_signature = take(&mut rest)?;
        if !rest.is_empty() {
            return Err(CryptoError::CertificateMalformed);
        }
        Ok(Self { epoch, view, parent_view, header, finality_signature, seed_signature })
    }

    /// The engine's encoding.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.proposal();
        bytes.extend_from_slice(&self.finality_signature);
        bytes.extend_from_slice(&self.seed_signature);
        bytes
    }

    /// Checks both signatures under the network's finality key: four pairings at most, whatever the input.
    ///
    /// Finality rests on the first alone. The second is checked too, so that no byte of a certificate can be changed
    /// and whoever uses the beacon can rely on it.
    ///
    /// # Errors
    /// [`CryptoError::FinalityKeyInvalid`] if the key is not a point of G2's prime-order group, or is its identity;
    /// [`CryptoError::FinalityInvalid`] or [`CryptoError::SeedInvalid`] if a signature is not such a point of G1 or does
    /// not verify.
    pub fn verify(&self, network: &NetworkId, key: &FinalityKey) -> Result<(), CryptoError> {
        let key = min_sig::PublicKey::key_validate(&key.0).map_err(|_| CryptoError::FinalityKeyInvalid)?;
        let finality = signed_message(network, FINALIZE_SUFFIX, &self.proposal());
        if !holds(&key, &finality, &self.finality_signature) {
            return Err(CryptoError::FinalityInvalid);
        }
        let seed = signed_message(network, SEED_SUFFIX, &self.round());
        if !holds(&key, &seed, &self.seed_signature) {
            return Err(CryptoError::SeedInvalid);
        }
        Ok(())
    }

    fn round(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FINALITY_CERTIFICATE_BYTES_MAX);
        varint::put(&mut bytes, self.epoch.0);
        varint::put(&mut bytes, self.view.0);
        bytes
    }

    fn proposal(&self) -> Vec<u8> {
        let mut bytes = self.round();
        varint::put(&mut bytes, self.parent_view.0);
        bytes.extend_from_slice(self.header.as_bytes());
        bytes
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], CryptoError> {
    let (first, rest) = bytes.split_first_chunk::<N>().ok_or(CryptoError::CertificateMalformed)?;
    *bytes = rest;
    Ok(*first)
}

/// The bytes that the engine signs: a namespace with its length before it, then the body.
fn signed_message(network: &NetworkId, suffix: &[u8], body: &[u8]) -> Vec<u8> {
    let namespace = [NAMESPACE_PREFIX, network.as_bytes(), suffix].concat();
    let mut message = Vec::with_capacity(varint::BYTES_MAX + namespace.len() + body.len());
    varint::put(&mut message, namespace.len() as u64);
    message.extend_from_slice(&namespace);
    message.extend_from_slice(body);
    message
}

fn holds(key: &min_sig::PublicKey, message: &[u8], signature: &[u8; BLS_SIGNATURE_BYTES]) -> bool {
    // `sig_validate` decodes, refuses the identity and checks the subgroup, so `verify` need not do it again; the key
    // was validated by the caller.
    min_sig::Signature::sig_validate(signature, true).is_ok_and(|signature| {
        signature.verify(false, message, HASH_TO_CURVE_TAG, &[], key, false) == BLST_ERROR::BLST_SUCCESS
    })
}

#[cfg(test)]
mod tests;
