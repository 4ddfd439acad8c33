//! Effects as a value.

use crate::key::Key;
use chancery_types::encoding::to_bytes;
use chancery_types::event::Event;
use chancery_types::ids::StateKey;
use std::collections::BTreeMap;

/// The largest value in the state, in encoded bytes.
pub const VALUE_BYTES_MAX: usize = 16 * 1024;

/// Writes and events, in order. Nothing is applied until the whole transaction has succeeded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    writes: BTreeMap<StateKey, Option<Vec<u8>>>,
    events: Vec<Event>,
}

impl Changes {
    /// No effect.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a value.
    pub fn put<T: minicbor::Encode<()>>(&mut self, key: &Key<T>, value: &T) {
        self.writes.insert(*key.raw(), Some(to_bytes(value)));
    }

    /// Removes a value.
    pub fn delete<T>(&mut self, key: &Key<T>) {
        self.writes.insert(*key.raw(), None);
    }

    /// Says what happened, for those who follow.
    pub fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// These changes followed by others; where both write a key, the later write stands.
    pub fn append(&mut self, later: Self) {
        self.writes.extend(later.writes);
        self.events.extend(later.events);
    }

    /// What was written at a key: `None` if nothing was, `Some(None)` if it was removed.
    pub fn written(&self, key: &StateKey) -> Option<Option<&[u8]>> {
        self.writes.get(key).map(Option::as_deref)
    }

    /// All writes, by key.
    pub fn writes(&self) -> &BTreeMap<StateKey, Option<Vec<u8>>> {
        &self.writes
    }

    /// All events, in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Writes and events apart.
    pub fn into_parts(self) -> (BTreeMap<StateKey, Option<Vec<u8>>>, Vec<Event>) {
        (self.writes, self.events)
    }

    /// Takes over writes whose events are kept elsewhere.
    pub(crate) fn absorb(&mut self, writes: BTreeMap<StateKey, Option<Vec<u8>>>) {
        self.writes.extend(writes);
    }

    pub(crate) fn oversized(&self) -> bool {
        self.writes.values().flatten().any(|value| value.len() > VALUE_BYTES_MAX)
    }
}
