//! Secrets at rest: a key file opens with a passphrase only.
//!
//! The passphrase becomes a key by Argon2id (RFC 9106), the secret is encrypted by XChaCha20-Poly1305. The file says
//! in clear what kind of secret it holds and how much work the passphrase costs; both are bound to the secret.
//!
//! ```text
//! "CHANCERY KEY\n" ‖ version (1 byte) ‖ length of body (4 bytes, big-endian) ‖ body ‖ checksum (32)
//! body = canonical CBOR of [header {kind, memory, passes, lanes, salt, nonce}, ciphertext]
//! ```
//!
//! The checksum covers all before it. It protects nothing against an attacker; it lets a damaged file be told from a
//! wrong passphrase. The work that a file may ask for is bounded, so a file from elsewhere cannot exhaust memory.

mod format;

use crate::error::CryptoError;
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use chancery_types::encoding::to_bytes;
use format::{Body, Header};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The version of the format that this program writes and reads.
pub const KEY_FILE_VERSION: u8 = 1;
/// The longest name of a kind of secret.
pub const KIND_BYTES_MAX: usize = 64;
/// The longest secret.
pub const SECRET_BYTES_MAX: usize = 64 * 1024;
/// The most memory that opening a key file may take.
pub const MEMORY_KIB_MAX: u32 = 256 * 1024;
/// The most passes over that memory.
pub const PASSES_MAX: u32 = 16;
/// The most lanes of that memory.
pub const LANES_MAX: u32 = 4;

/// How much work one guess of a passphrase is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassphraseCost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl PassphraseCost {
    /// The second recommended choice of RFC 9106 §4 with one lane: 64 MiB, three passes; some tenths of a second.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// Next to no work: for demonstrations and tests, whose secrets protect nothing.
    pub const DEMONSTRATION: Self = Self { memory_kib: 64, passes: 1, lanes: 1 };

    /// A cost of one's own.
    ///
    /// # Errors
    /// [`CryptoError::KeyFileCost`] if it is above [`MEMORY_KIB_MAX`], [`PASSES_MAX`] or [`LANES_MAX`], or below what
    /// Argon2 defines.
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, CryptoError> {
        let in_bounds = memory_kib <= MEMORY_KIB_MAX
            && 1 <= passes
            && passes <= PASSES_MAX
            && 1 <= lanes
            && lanes <= LANES_MAX
            && memory_kib >= 8 * lanes;
        if in_bounds { Ok(Self { memory_kib, passes, lanes }) } else { Err(CryptoError::KeyFileCost) }
    }

    fn derive(self, passphrase: &[u8], salt: &[u8; 16]) -> Result<Zeroizing<[u8; 32]>, CryptoError> {
        let params =
            Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(|_| CryptoError::KeyFileCost)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase, salt, key.as_mut())
            .map_err(|_| CryptoError::KeyFileCost)?;
        Ok(key)
    }
}

/// A secret that came out of a key file.
pub struct OpenedKey {
    /// What kind of secret it is.
    pub kind: String,
    /// The secret; erased from memory when dropped.
    pub secret: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for OpenedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedKey").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Makes the bytes of a key file.
///
/// # Errors
/// [`CryptoError::KeyFileTooLong`] if `kind` or `secret` is too long.
pub fn write(
    kind: &str,
    secret: &[u8],
    passphrase: &[u8],
    cost: PassphraseCost,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, CryptoError> {
    for (bytes, max) in [(kind.len(), KIND_BYTES_MAX), (secret.len(), SECRET_BYTES_MAX)] {
        if bytes > max {
            return Err(CryptoError::KeyFileTooLong { bytes, max });
        }
    }
    let (mut salt, mut nonce) = ([0; 16], [0; 24]);
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut nonce);
    let header = Header::new(kind, cost, salt, nonce);
    let ciphertext = cipher(cost, passphrase, &salt)?
        .encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: &associated_data(&header) })
        .map_err(|_| CryptoError::KeyFileTooLong { bytes: secret.len(), max: SECRET_BYTES_MAX })?;
    format::frame(&Body { header, ciphertext })
}

/// Opens a key file.
///
/// # Errors
/// In the order of checking: [`CryptoError::KeyFileTruncated`], [`CryptoError::KeyFileVersion`],
/// [`CryptoError::KeyFileDamaged`], [`CryptoError::KeyFileCost`], [`CryptoError::PassphraseWrong`].
pub fn read(bytes: &[u8], passphrase: &[u8]) -> Result<OpenedKey, CryptoError> {
    let Body { header, ciphertext } = format::unframe(bytes)?;
    let cost = header.cost()?;
    let secret = cipher(cost, passphrase, &header.salt)?
        .decrypt(&XNonce::from(header.nonce), Payload { msg: &ciphertext, aad: &associated_data(&header) })
        .map_err(|_| CryptoError::PassphraseWrong)?;
    Ok(OpenedKey { kind: header.kind, secret: Zeroizing::new(secret) })
}

/// What kind of secret a key file says it holds. Without the passphrase this is not authenticated.
///
/// # Errors
/// [`CryptoError::KeyFileTruncated`], [`CryptoError::KeyFileVersion`] or [`CryptoError::KeyFileDamaged`].
pub fn kind(bytes: &[u8]) -> Result<String, CryptoError> {
    format::unframe(bytes).map(|body| body.header.kind)
}

fn cipher(cost: PassphraseCost, passphrase: &[u8], salt: &[u8; 16]) -> Result<XChaCha20Poly1305, CryptoError> {
    let key = cost.derive(passphrase, salt)?;
    Ok(XChaCha20Poly1305::new(<&Key>::from(&*key)))
}

fn associated_data(header: &Header) -> Vec<u8> {
    let mut bytes = vec![KEY_FILE_VERSION];
    bytes.extend(to_bytes(header));
    bytes
}

#[cfg(test)]
mod tests;
