//! Whoever sends nonsense buys little work with it.
//!
//! Every receipt here also has a signature and a certificate that do not hold. The reason given is another one, so
//! the receipt was refused before the first signature was looked at.
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

use chancery_types::encoding::to_bytes;
use chancery_types::hash::Digest;
use chancery_types::key::{PublicKey, Signature};
use chancery_types::receipt::{Cosignature, RECEIPT_BYTES_MAX, Receipt, Subject, Succession};
use chancery_verify::testing::{Place, Story};
use chancery_verify::{VerifyError, verify};

fn check(place: Place, grow: impl FnOnce(&mut Receipt), expected: VerifyError) {
    let Story { network } = Story::tell("Demonstration");
    let mut receipt = network.receipt(place, Some(4));
    receipt.proposer = Signature([0xff; 64]);
    let at = receipt.finality.certificate.len() - 1;
    receipt.finality.certificate[at] ^= 1;
    grow(&mut receipt);
    let bytes = to_bytes(&receipt);
    assert!(bytes.len() > 300 * 1024 || expected == VerifyError::ProposerSignature, "{} bytes", bytes.len());
    assert_eq!(verify(&bytes, network.id), Err(expected));
}

/// As many 32-byte items as nearly fill a receipt.
const ITEMS: usize = 9_300;

#[test]
fn nothing_longer_than_a_receipt_is_looked_at() {
    let Story { network } = Story::tell("Demonstration");
    for filler in [0x00, 0x9f, 0xa0, 0xff] {
        let mut bytes = vec![filler; RECEIPT_BYTES_MAX];
        assert_eq!(verify(&bytes, network.id), Err(VerifyError::Malformed));
        bytes.push(filler);
        assert_eq!(verify(&bytes, network.id), Err(VerifyError::TooLong));
    }
}

#[test]
fn the_signature_is_looked_at_when_nothing_else_is_wrong() {
    check(Story::SEALED_FIGURE, |_| {}, VerifyError::ProposerSignature);
}

#[test]
fn long_lists_are_refused_before_any_signature() {
    let place = Story::SEALED_FIGURE;
    let validators = |receipt: &mut Receipt| receipt.identity.validators = vec![PublicKey([1; 32]); ITEMS];
    check(place, validators, VerifyError::Malformed);
    let path = |receipt: &mut Receipt| receipt.path.hashes = vec![Digest([1; 32]); ITEMS];
    check(place, path, VerifyError::Outcome);
    let history = |receipt: &mut Receipt| {
        receipt.finality.history.as_mut().unwrap().hashes = vec![Digest([1; 32]); ITEMS];
    };
    check(place, history, VerifyError::History);
    let event_path = |receipt: &mut Receipt| {
        let Subject::Event { path, .. } = &mut receipt.subject else { panic!("not an event") };
        path.hashes = vec![Digest([1; 32]); ITEMS];
    };
    check(place, event_path, VerifyError::Event);
    let certificate = |receipt: &mut Receipt| receipt.finality.certificate = vec![0; ITEMS * 34];
    check(place, certificate, VerifyError::CertificateMalformed);
    let payload = |receipt: &mut Receipt| {
        let Subject::Event { event, .. } = &mut receipt.subject else { panic!("not an event") };
        event.payload = vec![0; ITEMS * 34];
    };
    check(place, payload, VerifyError::Event);
    let body = |receipt: &mut Receipt| {
        let Subject::Event { envelope: Some(envelope), .. } = &mut receipt.subject else { panic!("no envelope") };
        envelope.body.payload = vec![0; ITEMS * 34];
    };
    check(place, body, VerifyError::OtherTransaction);
    let successions = |receipt: &mut Receipt| receipt.successions = vec![Succession { statement: vec![0; 30] }; ITEMS];
    check(place, successions, VerifyError::NotSupported("a succession of the network's finality key"));
    let cosignatures =
        |receipt: &mut Receipt| receipt.cosignatures = vec![Cosignature { statement: vec![0; 30] }; ITEMS];
    check(place, cosignatures, VerifyError::NotSupported("witnesses' cosignatures"));
}

#[test]
fn a_list_that_claims_to_be_longer_than_the_file_reserves_nothing() {
    let Story { network } = Story::tell("Demonstration");
    let good = to_bytes(&network.receipt(Story::RECORD, None));
    // Wherever a list of four begins (the validators are one), it is said to hold 2^63 items.
    let places: Vec<usize> = (0..good.len()).filter(|at| good[*at] == 0x84).collect();
    assert!(!places.is_empty());
    for at in places {
        let claim = [0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        let bytes = [&good[..at], &claim, &good[at + 1..]].concat();
        assert_eq!(verify(&bytes, network.id), Err(VerifyError::Malformed), "{at}");
    }
}
