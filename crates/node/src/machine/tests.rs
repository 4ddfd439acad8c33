//! What the machine offers to be ordered.

use super::*;
use chancery_crypto::signature::SigningKey;
use chancery_registry::Registry;
use chancery_types::encoding::to_bytes;
use chancery_types::ids::{ApplicationId, MemberId};
use chancery_types::transaction::Body;

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
