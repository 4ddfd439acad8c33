//! The append-only tree of all earlier headers, as its frontier in the state.

use crate::changes::Changes;
use crate::key::Key;
use crate::rejection::LEDGER;
use crate::view::View;
use chancery_crypto::digest::history_leaf;
use chancery_crypto::hash::Digest;
use chancery_crypto::merkle::Frontier;

fn key() -> Key<Frontier> {
    Key::new(LEDGER, "history", &())
}

/// Appends the parent's header to the tree and returns the tree's root, which the new header carries.
pub(crate) fn extend_history(view: &View<'_>, parent: &Digest, changes: &mut Changes) -> Digest {
    let mut frontier = view.read(&key()).unwrap_or_default();
    frontier.append(history_leaf(parent));
    changes.put(&key(), &frontier);
    frontier.root()
}
