//! The layout of a value over chunks of one size.
//!
//! ```text
//! under the key itself          length (2, big-endian) | first 126 bytes
//! under tail_key(key, 0)        next 128 bytes
//! under tail_key(key, 1)        next 128 bytes, the last one filled up with zeros
//! ```
//!
//! A value has exactly one layout, so equal values have equal chunks. Tail keys are hashes with their own tag and never
//! meet a state key, which is a hash with another tag. They begin as the state key does: the database links every key to
//! its neighbour, so whoever writes a new key reads the one before it, and that one is then at hand.

use crate::error::Error;
use chancery_crypto::hash::{Tag, hash};
use chancery_types::ids::StateKey;
use commonware_utils::sequence::FixedBytes;

/// Size of a chunk in bytes. Most records of the ledger fit into one or two; a larger chunk would make each small value
/// and its proof pay for the rare long ones.
pub const CHUNK_BYTES: usize = 128;
/// The longest value in bytes.
pub const VALUE_BYTES_MAX: usize = 16 * 1024;

/// How many bytes of a key its tails share: enough to stand beside it among billions, and few enough that the index, which
/// knows keys by eight bytes, tells them apart.
const NEIGHBOURHOOD_BYTES: usize = 4;
const LENGTH_BYTES: usize = 2;
const HEAD_BYTES: usize = CHUNK_BYTES - LENGTH_BYTES;

/// A key of the engine's database.
pub type Key = FixedBytes<32>;
/// A value of the engine's database.
pub type Chunk = FixedBytes<CHUNK_BYTES>;

/// Where the head of a value stands.
pub fn head_key(key: &StateKey) -> Key {
    Key::new(*key.as_bytes())
}

/// Where the `index`-th chunk after the head stands.
pub fn tail_key(key: &StateKey, index: u32) -> Key {
    let mut tail = hash(Tag::StateChunk, &[key.as_bytes(), &index.to_be_bytes()]).0;
    for (to, from) in tail.iter_mut().zip(key.as_bytes().iter().take(NEIGHBOURHOOD_BYTES)) {
        *to = *from;
    }
    Key::new(tail)
}

/// How many chunks follow the head of a value of so many bytes.
pub fn tails(bytes: usize) -> u32 {
    let rest = bytes.saturating_sub(HEAD_BYTES).div_ceil(CHUNK_BYTES);
    u32::try_from(rest).unwrap_or(u32::MAX)
}

/// The chunks of a value, head first.
pub fn split(value: &[u8]) -> Result<Vec<Chunk>, Error> {
    let length = u16::try_from(value.len())
        .ok()
        .filter(|_| value.len() <= VALUE_BYTES_MAX)
        .ok_or(Error::ValueTooLong { bytes: value.len() })?;
    let (first, rest) = value.split_at(value.len().min(HEAD_BYTES));
    let mut head = Vec::with_capacity(CHUNK_BYTES);
    head.extend_from_slice(&length.to_be_bytes());
    head.extend_from_slice(first);
    let chunks = std::iter::once(filled(&head)).chain(rest.chunks(CHUNK_BYTES).map(filled));
    Ok(chunks.collect())
}

/// The length of the value whose head this is; nothing where no value of ours starts like this.
pub fn length(head: &Chunk) -> Option<usize> {
    let (length, _) = head.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    (length <= VALUE_BYTES_MAX).then_some(length)
}

/// Puts a value together again; nothing where the chunks are not exactly its layout.
pub fn join(head: &Chunk, rest: &[Chunk]) -> Option<Vec<u8>> {
    let length = length(head)?;
    let (_, first) = head.split_first_chunk::<LENGTH_BYTES>()?;
    let mut value = first.to_vec();
    for chunk in rest {
        value.extend_from_slice(chunk);
    }
    if usize::try_from(tails(length)).ok()? != rest.len() {
        return None;
    }
    let padding = value.split_off(length);
    padding.iter().all(|byte| *byte == 0).then_some(value)
}

fn filled(bytes: &[u8]) -> Chunk {
    let mut chunk = [0; CHUNK_BYTES];
    for (to, from) in chunk.iter_mut().zip(bytes) {
        *to = *from;
    }
    Chunk::new(chunk)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_number_of_tails_grows_at_the_boundaries() {
        for (bytes, expected) in [(0, 0), (126, 0), (127, 1), (254, 1), (255, 2), (16_384, 128)] {
            assert_eq!(tails(bytes), expected, "{bytes} bytes");
            assert_eq!(split(&vec![1; bytes]).unwrap().len(), expected as usize + 1);
        }
    }

    #[test]
    fn a_value_that_is_too_long_is_refused() {
        let refused = split(&vec![0; VALUE_BYTES_MAX + 1]);
        assert!(matches!(refused, Err(Error::ValueTooLong { bytes: 16_385 })));
    }

    #[test]
    fn padding_that_is_not_zero_is_no_layout() {
        let mut head = [0; CHUNK_BYTES];
        head[1] = 1;
        assert_eq!(join(&Chunk::new(head), &[]), Some(vec![0]));
        head[CHUNK_BYTES - 1] = 1;
        assert_eq!(join(&Chunk::new(head), &[]), None);
    }

    proptest! {
        #[test]
        fn a_value_comes_back_from_its_chunks(value in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            let chunks = split(&value).unwrap();
            prop_assert_eq!(length(&chunks[0]), Some(value.len()));
            prop_assert_eq!(join(&chunks[0], &chunks[1..]), Some(value));
            if chunks.len() > 1 {
                prop_assert_eq!(join(&chunks[0], &chunks[2..]), None, "a missing chunk is noticed");
            }
        }
    }
}
