//! What has no place in a block: a leader leaves it out, a validator refuses the block.

use super::toy::{BEGIN, Toy, WholeState, apply, body, context, envelope, execute, id, sign};
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::{Mode, Placed, Refusal, Stopped, View, placed};
use chancery_types::ids::{Height, NetworkId};
use chancery_types::time::{DAY_MS, MINUTE_MS};
use chancery_types::transaction::TRANSACTION_BYTES_MAX;

/// The transaction stands between two good ones.
#[track_caller]
fn check(state: &WholeState, height: u64, bytes: &[u8], expected: LedgerRejection) {
    let good = |salt| sign(&Toy::Nothing, salt, &context(height, 1));
    let block = [good(1_001), bytes.to_vec(), good(1_002)];
    let proposed = execute(state, &context(height, 1), &block, Mode::Propose).unwrap();
    assert_eq!(proposed.included, [0, 2]);
    assert_eq!(proposed.left_out, [(1, expected.code())]);
    let followed = execute(state, &context(height, 1), &block, Mode::Follow);
    assert_eq!(followed, Err(Stopped::Ineligible { index: 1, code: expected.code() }));
    let without = [good(1_001), good(1_002)];
    let followed = execute(state, &context(height, 1), &without, Mode::Follow).unwrap();
    assert_eq!(followed.writes, proposed.writes, "what is left out leaves no trace");
}

#[test]
fn a_final_transaction_is_ineligible_until_it_has_expired_and_expired_afterwards() {
    let mut state = WholeState::new();
    let bytes = sign(&Toy::Add(1, 1), 1, &context(1, 1));
    let first = execute(&state, &context(1, 1), std::slice::from_ref(&bytes), Mode::Follow).unwrap();
    apply(&mut state, &first);
    for height in 2..=20 {
        // Signed in block 1 for ten minutes; there is a block every minute.
        let expected = if height <= 11 { LedgerRejection::AlreadyFinal } else { LedgerRejection::Expired };
        check(&state, height, &bytes, expected);
        let kept = View::query(&state, |view| view.read(&placed(&id(&bytes)))).unwrap();
        if height <= 11 {
            let first_outcome = first.entries[0].outcome;
            assert_eq!(kept, Some(Placed { height: Height(1), index: 0, outcome: first_outcome }));
        }
        let block = execute(&state, &context(height, 1), &[], Mode::Follow).unwrap();
        apply(&mut state, &block);
    }
    let kept = View::query(&state, |view| view.read(&placed(&id(&bytes)))).unwrap();
    assert_eq!(kept, None, "the replay window forgets what has expired");
}

#[test]
fn twice_in_one_block_is_once_too_often() {
    let bytes = sign(&Toy::Add(1, 1), 1, &context(1, 1));
    let block = [bytes.clone(), bytes];
    let executed = execute(&WholeState::new(), &context(1, 1), &block, Mode::Propose).unwrap();
    assert_eq!(executed.left_out, [(1, LedgerRejection::AlreadyFinal.code())]);
    assert!(execute(&WholeState::new(), &context(1, 1), &block, Mode::Follow).is_err());
}

#[test]
fn expiry_is_judged_by_the_time_of_the_block() {
    let now = BEGIN.plus_ms(MINUTE_MS);
    for (expires, expected) in [
        (now.0 - 1, Some(LedgerRejection::Expired)),
        (now.0, None),
        (now.0 + DAY_MS, None),
        (now.0 + DAY_MS + 1, Some(LedgerRejection::ExpiresTooLate)),
    ] {
        let bytes = envelope(body(&Toy::Nothing, 1, chancery_types::time::BlockTime(expires)));
        match expected {
            Some(expected) => check(&WholeState::new(), 1, &bytes, expected),
            None => assert!(execute(&WholeState::new(), &context(1, 1), &[bytes], Mode::Follow).is_ok()),
        }
    }
}

#[test]
fn foreign_unknown_and_malformed_transactions_are_ineligible() {
    let state = WholeState::new();
    let good = body(&Toy::Nothing, 1, context(2, 1).time);
    let mut foreign = good.clone();
    foreign.network = NetworkId([9; 32]);
    check(&state, 1, &envelope(foreign), LedgerRejection::WrongNetwork);
    let mut unknown = good.clone();
    unknown.sender.0 = [9; 16];
    check(&state, 1, &envelope(unknown), LedgerRejection::UnknownSender);
    let mut trailing = envelope(good.clone());
    trailing.push(0);
    check(&state, 1, &trailing, LedgerRejection::Malformed);
    check(&state, 1, &[], LedgerRejection::Malformed);
    let mut large = good;
    large.payload = vec![0; TRANSACTION_BYTES_MAX];
    check(&state, 1, &envelope(large), LedgerRejection::Malformed);
}
