//! The engine's integers: unsigned LEB128 of 64 bits, in the shortest form only.

use crate::error::CryptoError;

/// The longest form: nine groups of seven bits and one of a single bit.
pub(super) const BYTES_MAX: usize = 10;

/// Appends an integer.
pub(super) fn put(bytes: &mut Vec<u8>, mut value: u64) {
    loop {
        // The mask leaves seven bits.
        let group = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            bytes.push(group);
            return;
        }
        bytes.push(group | 0x80);
    }
}

/// Takes an integer off the front.
pub(super) fn take(bytes: &mut &[u8]) -> Result<u64, CryptoError> {
    let mut value = 0u64;
    for place in 0..BYTES_MAX {
        let (byte, rest) = bytes.split_first().ok_or(CryptoError::CertificateMalformed)?;
        *bytes = rest;
        let group = u64::from(byte & 0x7f);
        // The tenth group has room for one bit.
        if place == BYTES_MAX - 1 && group > 1 {
            break;
        }
        value |= group << (7 * place);
        if byte & 0x80 == 0 {
            // A last group of zero after others is a longer form of the same integer.
            if group == 0 && place > 0 {
                break;
            }
            return Ok(value);
        }
    }
    Err(CryptoError::CertificateMalformed)
}
