//! Keys of the state that block after block asks for: registers, structures, regions, running totals.
//!
//! They are loaded before a block is run, which saves a run for each step of every chain of reads among them. Nothing
//! depends on which they are: a key too many costs one read, a key too few a run.

use chancery_types::ids::StateKey;
use std::collections::BTreeSet;

/// The most keys of each kind; when there are more it starts anew, so that what is no longer asked for goes.
const KEYS_MAX: usize = 4_096;

/// The keys that several of the last blocks asked for.
#[derive(Default)]
pub(super) struct Familiar {
    keys: BTreeSet<StateKey>,
    /// What one block asked for. Most of it is of a single transaction and never asked for again.
    once: BTreeSet<StateKey>,
}

impl Familiar {
    /// Notes the keys that a block asked for and were not loaded beforehand.
    pub(super) fn note(&mut self, missed: &BTreeSet<StateKey>) {
        for key in missed {
            if self.once.remove(key) {
                keep(&mut self.keys, *key);
            } else {
                keep(&mut self.once, *key);
            }
        }
    }

    /// The keys to load beforehand.
    pub(super) fn keys(&self) -> impl Iterator<Item = StateKey> + '_ {
        self.keys.iter().copied()
    }
}

fn keep(keys: &mut BTreeSet<StateKey>, key: StateKey) {
    if keys.len() >= KEYS_MAX {
        keys.clear();
    }
    keys.insert(key);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u32) -> StateKey {
        StateKey([&number.to_be_bytes()[..], &[0; 28]].concat().try_into().unwrap())
    }

    #[test]
    fn what_a_second_block_asks_for_is_familiar() {
        let mut familiar = Familiar::default();
        familiar.note(&BTreeSet::from([key(1), key(2)]));
        assert_eq!(familiar.keys().count(), 0);
        familiar.note(&BTreeSet::from([key(2), key(3)]));
        assert_eq!(familiar.keys().collect::<Vec<_>>(), [key(2)]);
    }

    #[test]
    fn it_is_bounded_and_forgets() {
        let mut familiar = Familiar::default();
        for number in 0..5_000 {
            familiar.note(&BTreeSet::from([key(number)]));
            familiar.note(&BTreeSet::from([key(number)]));
            familiar.note(&BTreeSet::from([key(number + 10_000)]));
            assert!(familiar.keys.len() <= KEYS_MAX && familiar.once.len() <= KEYS_MAX);
            assert!(familiar.keys().any(|known| known == key(number)));
        }
        assert!(familiar.keys().all(|known| known != key(0)));
    }
}
