//! Ed25519 signatures by named purpose.
//!
//! What is signed is never the caller's bytes alone but
//!
//! ```text
//! "chancery/1/signature" ‖ purpose (1 byte) ‖ network id (32 bytes) ‖ message
//! ```
//!
//! so a signature made for one purpose or network is worthless for another. The prefix has a fixed length, so it reads
//! back in one way. (The engine signs with the same keys of validators over messages that begin with the length of a
//! namespace of 43 bytes or a little more; ours begin with the letter `c`, which is 99.)
//!
//! Validity is the ZIP-215 rule: encodings of points need not be canonical, the scalar must be, and the equation is
//! multiplied by the cofactor. It is the engine's rule and the only one under which a batch and its members always
//! agree. Keys that are themselves unsound are refused where they are registered ([`check_key`]).

mod batch;
mod key;

pub use batch::{BATCH_MAX, BatchVerifier, Signed};
pub use chancery_types::key::{PublicKey, Signature};
pub use key::{SigningKey, check_key};

use crate::error::CryptoError;
use chancery_types::ids::NetworkId;
use ed25519_zebra::{Signature as ZebraSignature, VerificationKey};

/// What a signature is for. The numbers are part of the format and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Purpose {
    /// A member signs the body of a transaction.
    Transaction = 1,
    /// A validator signs the hash of the header it proposes.
    Proposal = 2,
    /// A validator states that a filing arrived.
    Intake = 3,
    /// A vault states that it keeps a sealed document.
    StorageReceipt = 4,
    /// A member opens a session for reading.
    Session = 5,
    /// A new key shows that its holder has it, when it is bound to a member.
    KeyPossession = 6,
    /// A witness cosigns a checkpoint.
    Witness = 7,
    /// A member states something about its own data outside a transaction (a dominance statement, a deletion).
    Statement = 8,
}

const PREFIX: &[u8] = b"chancery/1/signature";

/// Checks one signature.
///
/// # Errors
/// [`CryptoError::SignatureInvalid`] if it does not verify, whatever the reason.
pub fn verify(
    purpose: Purpose,
    network: &NetworkId,
    message: &[u8],
    key: &PublicKey,
    signature: &Signature,
) -> Result<(), CryptoError> {
    VerificationKey::try_from(key.0)
        .and_then(|key| key.verify(&ZebraSignature::from_bytes(&signature.0), &signed_bytes(purpose, network, message)))
        .map_err(|_| CryptoError::SignatureInvalid)
}

/// The bytes that are signed for a message.
fn signed_bytes(purpose: Purpose, network: &NetworkId, message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(PREFIX.len() + 1 + NetworkId::SIZE + message.len());
    bytes.extend_from_slice(PREFIX);
    bytes.push(purpose as u8);
    bytes.extend_from_slice(network.as_bytes());
    bytes.extend_from_slice(message);
    bytes
}

#[cfg(test)]
mod tests;
