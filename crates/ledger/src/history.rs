//! The append-only tree of all earlier headers, as its frontier in the state.

use crate::changes::Changes;
use crate::key::Key;
use crate::rejection::LEDGER;
use crate::view::View;
use chancery_crypto::digest::history_leaf;
use chancery_crypto::hash::Digest;
use chancery_crypto::merkle::Frontier;
use minicbor::{Decode, Encode};

/// The frontier of the tree: how many headers, and the roots of its perfect subtrees from left to right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct HistoryFrontier {
    #[n(0)]
    count: u64,
    #[n(1)]
    peaks: Vec<Digest>,
}

fn key() -> Key<HistoryFrontier> {
    Key::new(LEDGER, "history", &())
}

/// Appends the parent's header to the tree and returns the tree's root, which the new header carries.
pub(crate) fn extend_history(view: &View<'_>, parent: &Digest, changes: &mut Changes) -> Digest {
    let stored = view.read(&key()).unwrap_or_default();
    // A stored frontier is our own and well-formed; if it were not, the root would differ and the block would fail.
    let mut frontier = Frontier::from_parts(stored.count, stored.peaks).unwrap_or_default();
    frontier.append(history_leaf(parent));
    let root = frontier.root();
    changes.put(&key(), &HistoryFrontier { count: stored.count.saturating_add(1), peaks: frontier.peaks().to_vec() });
    root
}
