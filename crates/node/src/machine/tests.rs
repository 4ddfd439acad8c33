//! What the machine offers to be ordered.

use super::*;
use crate::pool::NotNow;
use chancery_consensus::machine::{Loaded, Run};
use chancery_crypto::digest::transaction_id;
use chancery_crypto::signature::Purpose;
use chancery_crypto::signature::SigningKey;
use chancery_ledger::Refusal;
use chancery_ledger::rejection::LedgerRejection;
use chancery_registry::Registry;
use chancery_types::encoding::from_bytes;
use chancery_types::encoding::to_bytes;
use chancery_types::ids::{ApplicationId, Epoch, MemberId, View};
use chancery_types::transaction::Body;
use chancery_types::transaction::Envelope;

const NETWORK: NetworkId = NetworkId([7; 32]);

fn machine() -> LedgerMachine {
    let founding = Founding { network: NETWORK, time: BlockTime(1_000), writes: Vec::new() };
    let archive = Arc::new(Archive::open(None).unwrap());
    LedgerMachine::new(founding, Arc::new(Registry), archive, PoolLimits::default(), NonZeroUsize::MIN).unwrap()
}

fn transaction(salt: u64, expires: BlockTime) -> Vec<u8> {
    let key = SigningKey::from_seed(&[9; 32]);
    let (application, sender) = (ApplicationId(1), MemberId([1; 16]));
    let body = Body { network: NETWORK, application, sender, expires, salt, payload: vec![0] };
    let signature = key.sign(Purpose::Transaction, &NETWORK, transaction_id(&body).as_bytes());
    to_bytes(&Envelope { body, key: key.public_key(), signature })
}

fn selection(height: u64) -> Selection {
    Selection {
        height: Height(height),
        time: BlockTime(2_000),
        transactions_max: 100,
        bytes_max: 1_000_000,
        ancestors: Vec::new(),
    }
}

#[test]
fn a_block_that_came_to_nothing_is_tried_again_with_half() {
    let machine = machine();
    for salt in 0..20 {
        machine.take_in(&transaction(salt, BlockTime(60_000))).unwrap();
    }
    let chosen: Vec<usize> = [1, 1, 1, 1, 1, 1, 2].map(|height| machine.select(&selection(height)).len()).to_vec();
    assert_eq!(chosen, [20, 10, 5, 3, 2, 1, 20]);
}

#[test]
fn what_is_not_signed_expired_or_of_another_network_is_not_taken_in() {
    let machine = machine();
    let good = transaction(1, BlockTime(60_000));
    let mut forged: Envelope = from_bytes(&good).unwrap();
    forged.body.salt = 2;
    let mut foreign = forged.clone();
    foreign.body.network = NetworkId([8; 32]);
    for (bytes, refusal) in [
        (to_bytes(&forged), LedgerRejection::BadSignature),
        (to_bytes(&foreign), LedgerRejection::WrongNetwork),
        (transaction(3, BlockTime(999)), LedgerRejection::Expired),
        (vec![0xff], LedgerRejection::Malformed),
    ] {
        assert_eq!(machine.take_in(&bytes).unwrap_err(), IntakeRefusal::Refused(refusal.code()));
    }
    machine.take_in(&good).unwrap();
    assert_eq!(machine.take_in(&good).unwrap_err(), IntakeRefusal::NotNow(NotNow::AlreadyHere));
}

/// What a liar passes on costs the leader one look at it, and the liar its word.
#[test]
fn what_a_validator_vouches_for_is_checked_before_it_is_proposed() {
    let machine = machine();
    let (honest, liar) = (PublicKey([1; 32]), PublicKey([2; 32]));
    let good = |salt| transaction(salt, BlockTime(60_000));
    let forged = |salt| {
        let mut envelope: Envelope = from_bytes(&good(salt)).unwrap();
        envelope.signature.0[0] ^= 1;
        to_bytes(&envelope)
    };
    assert!(machine.admit(&honest, vec![good(1), good(2)], BlockTime(0)));
    assert!(machine.admit(&liar, vec![forged(3), good(4), vec![7]], BlockTime(0)));
    assert!(!machine.admit(&liar, vec![good(1), vec![7]], BlockTime(0)), "nothing new");
    assert_eq!(machine.waiting().0, 4);

    let block = machine.select(&selection(1));
    assert_eq!(block.iter().collect::<BTreeSet<_>>(), [good(1), good(2), good(4)].iter().collect());
    assert_eq!(machine.waiting().0, 3);
    assert!(machine.check(&block));

    // Nobody takes the liar's word any more; everybody else's still counts.
    assert!(!machine.admit(&liar, vec![forged(5)], BlockTime(0)));
    assert!(machine.admit(&liar, vec![good(6)], BlockTime(0)));
    assert!(machine.admit(&honest, vec![forged(7)], BlockTime(0)));
    assert_eq!(machine.waiting().0, 5);
}

#[test]
fn a_block_with_a_forgery_is_refused_though_it_waits_in_the_pool() {
    let machine = machine();
    let mut envelope: Envelope = from_bytes(&transaction(1, BlockTime(60_000))).unwrap();
    envelope.signature.0[0] ^= 1;
    let forged = to_bytes(&envelope);
    assert!(machine.admit(&PublicKey([1; 32]), vec![forged.clone()], BlockTime(0)));
    assert!(!machine.check(&[transaction(2, BlockTime(60_000)), forged]));
    assert!(machine.check(&[transaction(2, BlockTime(60_000))]));
    assert!(!machine.check(&[vec![7]]));
}

/// A forgery under the id of a transaction that its member then hands in here.
#[test]
fn a_forgery_does_not_keep_the_real_one_out() {
    let machine = machine();
    let real = transaction(1, BlockTime(60_000));
    let mut envelope: Envelope = from_bytes(&real).unwrap();
    envelope.signature.0[0] ^= 1;
    assert!(machine.admit(&PublicKey([1; 32]), vec![to_bytes(&envelope)], BlockTime(0)));
    let id = machine.take_in(&real).unwrap();
    assert!(machine.waits(&id));
    assert_eq!(machine.select(&selection(1)), [real]);
}

/// The engine asks again for what it let go of; the same block on the same parent has the same effects.
#[test]
fn a_block_is_carried_out_once() {
    let machine = Arc::new(machine());
    let input = |parent| BlockInput {
        network: NETWORK,
        height: Height(1),
        epoch: Epoch(0),
        view: View(1),
        time: BlockTime(2_000),
        parent: Digest([parent; 32]),
        proposer: PublicKey([0; 32]),
        proposing: false,
    };
    let carry_out = |parent| {
        let mut work = machine.clone().begin(input(parent), Arc::default());
        let mut state = Loaded::default();
        let mut asked = 0;
        loop {
            match work.run(&state) {
                Run::Needs(keys) => {
                    asked += keys.len();
                    keys.into_iter().for_each(|key| state.insert(key, None));
                }
                Run::Done(effects) => return (asked, effects),
                other => panic!("{other:?}"),
            }
        }
    };
    let (asked, first) = carry_out(1);
    assert!(asked > 0);
    assert_eq!(carry_out(1), (0, first.clone()));
    let (asked, other) = carry_out(2);
    assert!(asked > 0 && other != first);
}
