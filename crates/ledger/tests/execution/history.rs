//! The history root is the root over the hashes of all earlier headers.

use super::toy::{WholeState, apply, context, execute, header_hash};
use chancery_crypto::digest::history_leaf;
use chancery_crypto::merkle::root;
use chancery_ledger::Mode;

#[test]
fn the_history_root_is_the_root_over_all_earlier_headers() {
    let mut state = WholeState::new();
    let mut leaves = Vec::new();
    for height in 1..=130 {
        leaves.push(history_leaf(&header_hash(height - 1)));
        let executed = execute(&state, &context(height, 0), &[], Mode::Follow).unwrap();
        assert_eq!(executed.history_root, root(&leaves), "at height {height}");
        apply(&mut state, &executed);
    }
}
