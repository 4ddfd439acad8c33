//! No committed value in any byte: everything that validators send each other, in clear, and everything that they write is
//! searched for the values behind commitments, in binary and in decimal digits.

use super::Violation;
use aho_corasick::AhoCorasick;
use std::sync::{Mutex, PoisonError};

/// What must be read nowhere.
pub struct Secrets {
    search: AhoCorasick,
    found: Mutex<Found>,
}

#[derive(Clone, Debug, Default)]
struct Found {
    bytes: u64,
    place: Option<String>,
}

impl Secrets {
    /// Looks for these values, large enough not to stand anywhere by chance.
    ///
    /// # Errors
    /// There are too many to search for.
    pub fn new(values: impl IntoIterator<Item = i64>) -> Result<Self, aho_corasick::BuildError> {
        let mut patterns: Vec<Vec<u8>> = Vec::new();
        for value in values {
            patterns.extend([
                value.to_be_bytes().to_vec(),
                value.to_le_bytes().to_vec(),
                value.to_string().into_bytes(),
            ]);
        }
        Ok(Self { search: AhoCorasick::new(patterns)?, found: Mutex::default() })
    }

    /// Looks through bytes; what is found is told by [`check`](Self::check).
    pub fn look(&self, bytes: &[u8]) {
        let hit = self.search.find(bytes);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.bytes = found.bytes.saturating_add(bytes.len() as u64);
        if let Some(hit) = hit {
            let place = format!("value {}, at {} of {} bytes", hit.pattern().as_usize() / 3, hit.start(), bytes.len());
            found.place.get_or_insert(place);
        }
    }

    /// How many bytes were looked through, if nothing was found.
    ///
    /// # Errors
    /// [`Violation::Revealed`].
    pub fn check(&self) -> Result<u64, Violation> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner).clone();
        found.place.map_or(Ok(found.bytes), |place| Err(Violation::Revealed { place }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_every_form_and_nothing_else() {
        let value = 1_234_567_890_123_i64;
        let forms = [value.to_be_bytes().to_vec(), value.to_le_bytes().to_vec(), b"was 1234567890123.".to_vec()];
        for form in forms {
            let secrets = Secrets::new([value]).unwrap();
            secrets.look(&[1, 2, 3]);
            assert_eq!(secrets.check(), Ok(3));
            secrets.look(&[&[7; 9][..], &form].concat());
            assert!(matches!(secrets.check(), Err(Violation::Revealed { .. })));
        }
    }
}
