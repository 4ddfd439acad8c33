//! Keys of the state that block after block asks for: registers, structures, regions, running totals.
//!
//! They are loaded before a block is run, which saves a run for each step of every chain of reads among them. Nothing
//! depends on which they are: a key too many costs one read, a key too few a run.

use chancery_types::ids::StateKey;
use std::collections::BTreeSet;

/// The most keys; when there are more it starts anew, so that what is no longer asked for goes.
const KEYS_MAX: usize = 4_096;

/// The keys that transactions of the last blocks had in common.
#[derive(Default)]
pub(super) struct Familiar(BTreeSet<StateKey>);

impl Familiar {
    /// Notes the keys that several transactions of a block asked for.
    pub(super) fn note(&mut self, keys: &BTreeSet<StateKey>) {
        if self.0.len().saturating_add(keys.len()) > KEYS_MAX {
            self.0.clear();
        }
        self.0.extend(keys.iter().take(KEYS_MAX));
    }

    /// The keys to load beforehand.
    pub(super) fn keys(&self) -> impl Iterator<Item = StateKey> + '_ {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_forgets() {
        let key = |number: u32| StateKey([&number.to_be_bytes()[..], &[0; 28]].concat().try_into().unwrap());
        let mut familiar = Familiar::default();
        familiar.note(&BTreeSet::from([key(0)]));
        assert_eq!(familiar.keys().collect::<Vec<_>>(), [key(0)]);
        for number in 1..5_000 {
            familiar.note(&BTreeSet::from([key(number)]));
            assert!(familiar.keys().count() <= KEYS_MAX && familiar.keys().any(|known| known == key(number)));
        }
        assert!(familiar.keys().all(|known| known != key(0)));
    }
}
