//! Reading the state.

use crate::changes::Changes;
use crate::key::Key;
use crate::recall::Recall;
use chancery_types::encoding::{from_own_bytes, to_bytes};
use chancery_types::ids::StateKey;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the state before the block says about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// The value.
    Present(&'a [u8]),
    /// There is no value.
    Absent,
    /// It has not been loaded; the run must be repeated when it has.
    Unknown,
}

/// The state before a block, as far as it is loaded.
pub trait State {
    /// What is known about a key.
    fn lookup(&self, key: &StateKey) -> Lookup<'_>;
}

impl State for std::collections::BTreeMap<StateKey, Vec<u8>> {
    /// A map holds the whole state: what it lacks is absent. For tests and genesis.
    fn lookup(&self, key: &StateKey) -> Lookup<'_> {
        self.get(key).map_or(Lookup::Absent, |value| Lookup::Present(value))
    }
}

/// What was asked for and could not be answered.
#[derive(Debug, Default)]
pub(crate) struct Trouble {
    /// Keys that are not loaded.
    pub(crate) unknown: BTreeSet<StateKey>,
    /// A key whose value does not decode: the storage is damaged or the code is wrong.
    pub(crate) corrupt: Option<StateKey>,
}

/// The state as a transaction sees it: the state before the block under layers of changes, latest first.
///
/// A key that is not loaded is noted and reads as absent. Whoever drives the execution looks at the notes afterwards
/// and throws the result away if there are any, so applications need not know.
#[derive(Clone, Copy)]
pub struct View<'a> {
    base: &'a dyn State,
    layer: Option<&'a Layer<'a>>,
    trouble: &'a RefCell<Trouble>,
    /// What transactions before this one derived, as long as this view is of the state between two transactions.
    recall: Option<&'a Recall>,
}

struct Layer<'a> {
    changes: &'a Changes,
    below: Option<&'a Layer<'a>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(base: &'a dyn State, trouble: &'a RefCell<Trouble>) -> Self {
        Self { base, layer: None, trouble, recall: None }
    }

    /// The state after the transactions so far, with what was derived from it: `changes` is what they did, and
    /// `tentative`, if there are any, what those after the first gap would do.
    pub(crate) fn between<R>(
        base: &'a dyn State,
        trouble: &'a RefCell<Trouble>,
        changes: &Changes,
        tentative: Option<&Changes>,
        recall: &Recall,
        read: impl FnOnce(&View<'_>) -> R,
    ) -> R {
        let below = Layer { changes, below: None };
        let above = tentative.map(|changes| Layer { changes, below: Some(&below) });
        read(&View { base, layer: Some(above.as_ref().unwrap_or(&below)), trouble, recall: Some(recall) })
    }

    /// What `derive` makes of the state in view. Remembered until something that it read is written, so that a block of
    /// a thousand returns to one register derives its structure once. `derive` must depend on nothing but `parts` and
    /// the state, and `T` must tell it from all other derivations.
    pub fn derived<T: Send + Sync + 'static, P: minicbor::Encode<()>>(
        &self,
        parts: &P,
        derive: impl FnOnce(&Self) -> T,
    ) -> Arc<T> {
        let Some(recall) = self.recall else { return Arc::new(derive(self)) };
        let name = to_bytes(parts);
        if let Some(known) = recall.get::<T>(&name) {
            return known;
        }
        recall.begin();
        let derived = Arc::new(derive(self));
        recall.end(name, &derived, !self.is_incomplete());
        derived
    }

    /// Reads a state in which everything is known, outside of a block: for queries and tests.
    ///
    /// # Errors
    /// The keys that were not loaded, or the one whose value is corrupt.
    pub fn query<R>(state: &dyn State, read: impl FnOnce(&View<'_>) -> R) -> Result<R, crate::Stopped> {
        let trouble = RefCell::new(Trouble::default());
        let result = read(&View::new(state, &trouble));
        crate::block::whole(trouble.into_inner()).map(|()| result)
    }

    /// The value at a key, or `None`.
    pub fn read<T: for<'b> minicbor::Decode<'b, ()>>(&self, key: &Key<T>) -> Option<T> {
        let bytes = self.bytes(key.raw())?;
        match from_own_bytes(bytes) {
            Ok(value) => Some(value),
            Err(_) => {
                self.trouble.borrow_mut().corrupt = Some(*key.raw());
                None
            }
        }
    }

    /// Whether there is a value at a key.
    pub fn has<T>(&self, key: &Key<T>) -> bool {
        self.bytes(key.raw()).is_some()
    }

    /// Calls `read` with a view of this state as it would be after `changes`.
    pub fn after<R>(&self, changes: &Changes, read: impl FnOnce(&View<'_>) -> R) -> R {
        let layer = Layer { changes, below: self.layer };
        read(&View { base: self.base, layer: Some(&layer), trouble: self.trouble, recall: None })
    }

    /// Whether something was asked for that is not loaded: then no answer says anything any more.
    pub(crate) fn is_incomplete(&self) -> bool {
        !self.trouble.borrow().unknown.is_empty()
    }

    fn bytes(&self, key: &StateKey) -> Option<&[u8]> {
        if let Some(recall) = self.recall {
            recall.reads(key);
        }
        let mut layer = self.layer;
        while let Some(here) = layer {
            if let Some(written) = here.changes.written(key) {
                return written;
            }
            layer = here.below;
        }
        match self.base.lookup(key) {
            Lookup::Present(bytes) => Some(bytes),
            Lookup::Absent => None,
            Lookup::Unknown => {
                self.trouble.borrow_mut().unknown.insert(*key);
                None
            }
        }
    }
}
