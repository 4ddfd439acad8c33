//! Messages that only one recipient opens: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
//! ChaCha20-Poly1305.
//!
//! A filer seals the openings of its commitments to its authority. The sealed bytes are bound to network, register,
//! filer and record, so they cannot be moved to another filing.
//!
//! ```text
//! sealed = encapsulated key (32) ‖ ciphertext of (message ‖ 0x80 ‖ zeros up to a multiple of 256) ‖ tag (16)
//! ```
//!
//! The padding is there because a canonical encoding is shorter for smaller numbers: without it, the length of sealed
//! openings would tell the magnitude of what is hidden. Base mode does not say who sealed a message; the transaction
//! that carries or commits to it is signed.

pub use chancery_types::key::SealingPublicKey;

use crate::error::CryptoError;
use crate::hash::{Tag, hash};
use chancery_types::code::RegisterId;
use chancery_types::ids::{MemberId, NetworkId, RecordId};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// Messages are padded to a multiple of this size.
pub const SEAL_PADDING_BYTES: usize = 256;
/// What sealing adds to the padded message.
pub const SEAL_OVERHEAD_BYTES: usize = ENCAPSULATED_KEY_BYTES + TAG_BYTES;
/// The longest message.
pub const SEAL_MESSAGE_BYTES_MAX: usize = 1024 * 1024;

const ENCAPSULATED_KEY_BYTES: usize = 32;
const TAG_BYTES: usize = 16;
const INFO: &[u8] = b"chancery/1/seal";
/// Ends the message and begins the padding (ISO/IEC 7816-4).
const END_MARK: u8 = 0x80;

type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;

/// What a sealed message is bound to.
#[derive(Clone, Copy, Debug)]
pub struct SealContext<'a> {
    /// The network.
    pub network: &'a NetworkId,
    /// The register of the filing.
    pub register: &'a RegisterId,
    /// Who filed.
    pub filer: &'a MemberId,
    /// The record.
    pub record: &'a RecordId,
}

impl SealContext<'_> {
    fn associated_data(&self) -> [u8; 32] {
        let register = self.register.as_str().as_bytes();
        hash(Tag::SealContext, &[self.network.as_ref(), register, self.filer.as_ref(), self.record.as_ref()]).0
    }
}

/// The private key that opens sealed messages. Erased from memory when dropped, never shown in debug output.
#[derive(Clone)]
pub struct SealingKey {
    seed: Zeroizing<[u8; 32]>,
    private: PrivateKey,
}

impl SealingKey {
    /// A new key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self::from_seed(&seed)
    }

    /// The key of a 32-byte seed (`DeriveKeyPair` of RFC 9180 §7.1.3): the form in which a key file keeps it.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self { seed: Zeroizing::new(*seed), private: X25519HkdfSha256::derive_keypair(seed).0 }
    }

    /// The seed, to be kept in a key file.
    pub fn to_seed(&self) -> Zeroizing<[u8; 32]> {
        self.seed.clone()
    }

    /// The public half, to which others seal.
    pub fn public_key(&self) -> SealingPublicKey {
        SealingPublicKey(X25519HkdfSha256::sk_to_pk(&self.private).to_bytes().into())
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealingKey(of {})", self.public_key())
    }
}

/// Seals a message to a recipient.
///
/// # Errors
/// [`CryptoError::SealImpossible`] if the message is longer than [`SEAL_MESSAGE_BYTES_MAX`] or the key is a point of
/// small order, under which nothing would be secret.
pub fn seal(
    recipient: &SealingPublicKey,
    context: &SealContext<'_>,
    message: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, CryptoError> {
    if message.len() > SEAL_MESSAGE_BYTES_MAX {
        return Err(CryptoError::SealImpossible);
    }
    let recipient = PublicKey::from_bytes(recipient.as_bytes()).map_err(|_| CryptoError::SealImpossible)?;
    let (encapsulated, ciphertext) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &recipient,
        INFO,
        &pad(message),
        &context.associated_data(),
        rng,
    )
    .map_err(|_| CryptoError::SealImpossible)?;
    Ok([encapsulated.to_bytes().as_slice(), &ciphertext].concat())
}

/// Opens a sealed message.
///
/// # Errors
/// [`CryptoError::SealInvalid`] if it was sealed to another key or for another context, or is not what was sealed.
pub fn open(key: &SealingKey, context: &SealContext<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let (encapsulated, ciphertext) = sealed.split_at_checked(ENCAPSULATED_KEY_BYTES).ok_or(CryptoError::SealInvalid)?;
    let encapsulated =
        <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| CryptoError::SealInvalid)?;
    let padded = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &key.private,
        &encapsulated,
        INFO,
        ciphertext,
        &context.associated_data(),
    )
    .map_err(|_| CryptoError::SealInvalid)?;
    unpad(Zeroizing::new(padded))
}

fn pad(message: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = (message.len() + 1).next_multiple_of(SEAL_PADDING_BYTES);
    // Reserved at once: a vector that grew would leave copies of the message behind.
    let mut padded = Zeroizing::new(Vec::with_capacity(length));
    padded.extend_from_slice(message);
    padded.push(END_MARK);
    padded.resize(length, 0);
    padded
}

fn unpad(mut padded: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let end = padded.iter().rposition(|byte| *byte != 0).ok_or(CryptoError::SealInvalid)?;
    // One message has one sealed length: padding of another length is refused.
    let canonical =
        padded.get(end) == Some(&END_MARK) && padded.len() == (end + 1).next_multiple_of(SEAL_PADDING_BYTES);
    if !canonical {
        return Err(CryptoError::SealInvalid);
    }
    padded.truncate(end);
    Ok(padded)
}

#[cfg(test)]
mod tests;
