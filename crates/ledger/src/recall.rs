//! What transactions derived from the state, for those after them.
//!
//! A derivation is a pure function of the state in view, so remembering it changes no result, only how often it is done.
//! INVARIANT: whatever is remembered rests on keys in `rests_on` alone, and none of them has been written since.

use chancery_types::ids::StateKey;
use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The most derivations that are remembered; when there are more it starts anew.
const DERIVATIONS_MAX: usize = 65_536;

type Name = (TypeId, Vec<u8>);

/// Derivations of one run of a block.
#[derive(Default)]
pub(crate) struct Recall {
    known: RefCell<BTreeMap<Name, Arc<dyn Any + Send + Sync>>>,
    rests_on: RefCell<BTreeSet<StateKey>>,
    /// How many derivations are being made, one within the other.
    deriving: Cell<u32>,
}

impl Recall {
    /// What was derived, if it still holds.
    pub(crate) fn get<T: Send + Sync + 'static>(&self, name: &[u8]) -> Option<Arc<T>> {
        let known = self.known.borrow();
        let found = known.get(&(TypeId::of::<T>(), name.to_vec()))?;
        Arc::clone(found).downcast().ok()
    }

    /// From here on what is read is rested on.
    pub(crate) fn begin(&self) {
        self.deriving.set(self.deriving.get().saturating_add(1));
    }

    /// A derivation has been made; it holds if everything that it read was loaded.
    pub(crate) fn end<T: Send + Sync + 'static>(&self, name: Vec<u8>, derived: &Arc<T>, holds: bool) {
        self.deriving.set(self.deriving.get().saturating_sub(1));
        let mut known = self.known.borrow_mut();
        if holds && known.len() < DERIVATIONS_MAX {
            let derived: Arc<dyn Any + Send + Sync> = Arc::<T>::clone(derived);
            known.insert((TypeId::of::<T>(), name), derived);
        }
    }

    /// A key is read.
    pub(crate) fn reads(&self, key: &StateKey) {
        if self.deriving.get() > 0 {
            self.rests_on.borrow_mut().insert(*key);
        }
    }

    /// Keys are written: if anything rests on one of them, all is forgotten.
    pub(crate) fn written<'a>(&self, mut keys: impl Iterator<Item = &'a StateKey>) {
        let mut rests_on = self.rests_on.borrow_mut();
        if keys.any(|key| rests_on.contains(key)) {
            rests_on.clear();
            self.known.borrow_mut().clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rests_on_a_written_key_is_forgotten() {
        let (read, other) = (StateKey([1; 32]), StateKey([2; 32]));
        let recall = Recall::default();
        recall.reads(&other);
        recall.begin();
        recall.reads(&read);
        recall.end(vec![7], &Arc::new(5u8), true);
        assert_eq!(recall.get::<u8>(&[7]).as_deref(), Some(&5));
        assert_eq!(recall.get::<u16>(&[7]), None, "another derivation of the same name");
        recall.written([&other].into_iter());
        assert_eq!(recall.get::<u8>(&[7]).as_deref(), Some(&5), "it does not rest on that key");
        recall.written([&other, &read].into_iter());
        assert_eq!(recall.get::<u8>(&[7]), None);
    }

    #[test]
    fn what_rests_on_keys_that_are_not_loaded_is_not_kept() {
        let recall = Recall::default();
        recall.begin();
        recall.end(vec![7], &Arc::new(5u8), false);
        assert_eq!(recall.get::<u8>(&[7]), None);
    }
}
