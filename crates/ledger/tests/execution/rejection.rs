//! A rejected transaction has a number, stands in the block, and changes nothing but the replay window.

use super::toy::{Toy, ToyRejection, WholeState, context, execute, id, sign};
use chancery_crypto::digest::outcome_leaf;
use chancery_crypto::merkle::root;
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::{Mode, Placed, Refusal, VALUE_BYTES_MAX, View, placed};
use chancery_types::encoding::from_bytes;
use chancery_types::outcome::Outcome;
use chancery_types::rejection::RejectionCode;
use std::collections::BTreeSet;

fn check(toy: &Toy, code: RejectionCode) {
    let state = WholeState::new();
    let (refused, nothing) = (sign(toy, 1, &context(1, 1)), sign(&Toy::Nothing, 1, &context(1, 1)));
    let rejected = execute(&state, &context(1, 1), std::slice::from_ref(&refused), Mode::Follow).unwrap();
    assert_eq!(rejected.entries[0].outcome, Outcome::Rejected { code });
    assert_eq!(rejected.entries[0].transaction, Some(id(&refused)));
    assert!(rejected.events[0].is_empty());
    // A transaction that does nothing writes the replay window alone; the rejected one writes the same keys.
    let accepted = execute(&state, &context(1, 1), std::slice::from_ref(&nothing), Mode::Follow).unwrap();
    let keys = |executed: &chancery_ledger::Executed, own: &[u8]| -> BTreeSet<_> {
        let own = *placed(&id(own)).raw();
        executed.writes.keys().copied().filter(|key| *key != own).collect()
    };
    assert_eq!(keys(&rejected, &refused), keys(&accepted, &nothing));
    let kept = rejected.writes[placed(&id(&refused)).raw()].clone().unwrap();
    let expected = Placed { height: context(1, 1).height, index: 0, outcome: Outcome::Rejected { code } };
    assert_eq!(from_bytes::<Placed>(&kept), Ok(expected));
}

#[test]
fn a_rejected_transaction_changes_nothing_but_the_replay_window() {
    check(&Toy::Fail, ToyRejection::Failed.code());
    check(&Toy::Forbidden, ToyRejection::Forbidden.code());
    check(&Toy::Big(16 * 1024 + 1), LedgerRejection::EffectsTooLarge.code());
}

#[test]
fn a_value_at_the_limit_is_written() {
    let state = WholeState::new();
    // A text of this length has a head of three bytes.
    let largest = u32::try_from(VALUE_BYTES_MAX - 3).unwrap();
    for (bytes, fits) in [(largest, true), (largest + 1, false)] {
        let block = [sign(&Toy::Big(bytes), 1, &context(1, 1))];
        let executed = execute(&state, &context(1, 1), &block, Mode::Follow).unwrap();
        assert_eq!(matches!(executed.entries[0].outcome, Outcome::Accepted { .. }), fits);
    }
}

#[test]
fn the_outcomes_root_is_over_every_entry_and_the_end_of_the_block() {
    let block: Vec<_> = [Toy::Add(1, 5), Toy::Fail, Toy::Add(1, 6)]
        .iter()
        .zip(1..)
        .map(|(toy, salt)| sign(toy, salt, &context(1, 1)))
        .collect();
    let executed = execute(&WholeState::new(), &context(1, 1), &block, Mode::Follow).unwrap();
    assert_eq!(executed.entries.len(), 4);
    assert_eq!(executed.entries[3].transaction, None);
    let leaves: Vec<_> = executed.entries.iter().map(outcome_leaf).collect();
    assert_eq!(executed.outcomes_root, root(&leaves));
    let mut state = WholeState::new();
    super::toy::apply(&mut state, &executed);
    let sum = View::query(&state, |view| view.read(&super::toy::slot(1))).unwrap();
    assert_eq!(sum, Some(11), "a transaction sees what those before it did, and nothing of the rejected one");
}
