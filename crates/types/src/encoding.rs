//! The one canonical encoding: deterministic CBOR (RFC 8949 §4.2) with integer keys.
//!
//! A type derives `minicbor::Encode` and `Decode` as a map with ascending integer keys (or an array where order is
//! the meaning). Anything that does not re-encode to the very same bytes is refused, which rules out longer integer
//! forms, unknown keys, indefinite lengths and reordered maps in one stroke.

use minicbor::{Decode, Encode};

/// Why bytes are not the canonical form of a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// Not CBOR, or not the shape of the type.
    #[error("not the encoding of this type: {0}")]
    Malformed(String),
    /// Decodes, but is not the canonical form.
    #[error("not the canonical encoding: {given} bytes given, the canonical form differs")]
    NotCanonical {
        /// Length of what was given.
        given: usize,
    },
}

/// The canonical bytes of a value.
pub fn to_bytes<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    #[expect(
        clippy::expect_used,
        reason = "writing to a vector cannot fail and no Encode here has an error of its own"
    )]
    minicbor::encode(value, &mut bytes).expect("encoding to memory");
    bytes
}

/// Decodes a value and refuses everything but its canonical form.
pub fn from_bytes<'b, T: Decode<'b, ()> + Encode<()>>(bytes: &'b [u8]) -> Result<T, EncodingError> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let value: T = decoder.decode().map_err(|e| EncodingError::Malformed(e.to_string()))?;
    if decoder.position() != bytes.len() || to_bytes(&value) != bytes {
        return Err(EncodingError::NotCanonical { given: bytes.len() });
    }
    Ok(value)
}

/// Decodes bytes that [`to_bytes`] wrote and that were kept under a hash since, such as values of the state: what does
/// not decode to its end is damage. Not for bytes that somebody sent; those may have a second spelling.
pub fn from_own_bytes<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, EncodingError> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let value: T = decoder.decode().map_err(|e| EncodingError::Malformed(e.to_string()))?;
    if decoder.position() == bytes.len() { Ok(value) } else { Err(EncodingError::NotCanonical { given: bytes.len() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Height;

    #[test]
    fn a_longer_integer_form_is_refused() {
        let canonical = to_bytes(&Height(5));
        assert_eq!(canonical, [5]);
        assert_eq!(from_bytes::<Height>(&canonical), Ok(Height(5)));
        assert_eq!(from_bytes::<Height>(&[0x18, 5]), Err(EncodingError::NotCanonical { given: 2 }));
    }

    #[test]
    fn trailing_bytes_are_refused() {
        assert_eq!(from_own_bytes::<Height>(&[5]), Ok(Height(5)));
        assert_eq!(from_own_bytes::<Height>(&[5, 0]), Err(EncodingError::NotCanonical { given: 2 }));
        assert_eq!(from_bytes::<Height>(&[5, 0]), Err(EncodingError::NotCanonical { given: 2 }));
    }
}
