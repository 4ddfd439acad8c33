//! How a key file is laid out in bytes.

use super::{KEY_FILE_VERSION, KIND_BYTES_MAX, PassphraseCost, SECRET_BYTES_MAX};
use crate::error::CryptoError;
use crate::hash::{Digest, Tag, hash};
use chancery_types::encoding::{from_bytes, to_bytes};
use minicbor::{Decode, Encode};

const MAGIC: &[u8; 13] = b"CHANCERY KEY\n";
const LENGTH_BYTES: usize = 4;
/// The secret with its tag, the kind, and room for the rest of the header.
const BODY_BYTES_MAX: usize = SECRET_BYTES_MAX + KIND_BYTES_MAX + 256;

/// What stands in clear.
#[derive(Debug, Encode, Decode)]
#[cbor(map)]
pub(super) struct Header {
    #[n(0)]
    pub(super) kind: String,
    #[n(1)]
    memory_kib: u32,
    #[n(2)]
    passes: u32,
    #[n(3)]
    lanes: u32,
    #[cbor(n(4), with = "minicbor::bytes")]
    pub(super) salt: [u8; 16],
    #[cbor(n(5), with = "minicbor::bytes")]
    pub(super) nonce: [u8; 24],
}

impl Header {
    pub(super) fn new(kind: &str, cost: PassphraseCost, salt: [u8; 16], nonce: [u8; 24]) -> Self {
        let PassphraseCost { memory_kib, passes, lanes } = cost;
        Self { kind: kind.to_owned(), memory_kib, passes, lanes, salt, nonce }
    }

    /// The cost, if it is one that this program will pay.
    pub(super) const fn cost(&self) -> Result<PassphraseCost, CryptoError> {
        PassphraseCost::new(self.memory_kib, self.passes, self.lanes)
    }
}

/// Header and secret.
#[derive(Debug, Encode, Decode)]
pub(super) struct Body {
    #[n(0)]
    pub(super) header: Header,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(super) ciphertext: Vec<u8>,
}

/// Puts a body between magic bytes and checksum.
pub(super) fn frame(body: &Body) -> Result<Vec<u8>, CryptoError> {
    let body = to_bytes(body);
    let too_long = CryptoError::KeyFileTooLong { bytes: body.len(), max: BODY_BYTES_MAX };
    let length = u32::try_from(body.len()).map_err(|_| too_long)?;
    let mut bytes = MAGIC.to_vec();
    bytes.push(KEY_FILE_VERSION);
    bytes.extend(length.to_be_bytes());
    bytes.extend(body);
    let checksum = hash(Tag::KeyFileChecksum, &[&bytes]);
    bytes.extend(checksum.as_bytes());
    Ok(bytes)
}

/// Takes a body from between magic bytes and checksum.
pub(super) fn unframe(bytes: &[u8]) -> Result<Body, CryptoError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(CryptoError::KeyFileTruncated)?;
    let (version, rest) = rest.split_first().ok_or(CryptoError::KeyFileTruncated)?;
    if *version != KEY_FILE_VERSION {
        return Err(CryptoError::KeyFileVersion { version: *version, known: KEY_FILE_VERSION });
    }
    let (length, rest) = rest.split_first_chunk::<LENGTH_BYTES>().ok_or(CryptoError::KeyFileTruncated)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| CryptoError::KeyFileDamaged)?;
    if length > BODY_BYTES_MAX {
        return Err(CryptoError::KeyFileDamaged);
    }
    let (body, checksum) = rest.split_at_checked(length).ok_or(CryptoError::KeyFileTruncated)?;
    if checksum.len() < Digest::SIZE {
        return Err(CryptoError::KeyFileTruncated);
    }
    let covered = bytes.len().checked_sub(checksum.len()).and_then(|end| bytes.get(..end));
    let expected = hash(Tag::KeyFileChecksum, &[covered.unwrap_or_default()]);
    if checksum != expected.as_bytes() {
        return Err(CryptoError::KeyFileDamaged);
    }
    from_bytes(body).map_err(|_| CryptoError::KeyFileDamaged)
}
