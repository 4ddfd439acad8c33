//! Where values stand in the state.

use chancery_crypto::hash::{Tag, hash};
use chancery_types::encoding::to_bytes;
use chancery_types::ids::{ApplicationId, StateKey};
use std::marker::PhantomData;

/// A state key that knows the type of its value. Only an application's `state` module builds keys.
pub struct Key<T> {
    raw: StateKey,
    value: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    /// The key of `parts` in a named space of an application. `parts` is a tuple or value in canonical encoding.
    pub fn new<P: minicbor::Encode<()>>(application: ApplicationId, space: &str, parts: &P) -> Self {
        let raw = hash(Tag::StateKey, &[&application.0.to_be_bytes(), space.as_bytes(), &to_bytes(parts)]);
        Self { raw: StateKey(raw.0), value: PhantomData }
    }

    /// The key as the authenticated state knows it.
    pub const fn raw(&self) -> &StateKey {
        &self.raw
    }
}

impl<T> Clone for Key<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Key<T> {}
