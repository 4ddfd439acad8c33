//! A receipt in which any one byte was changed is refused with a reason.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use chancery_types::encoding::to_bytes;
use chancery_verify::testing::{Place, Story};
use chancery_verify::{VerifyError, verify};
use proptest::prelude::*;

/// Changes every byte in many ways.
fn every_changed_byte_is_refused(place: Place, anchor: Option<u64>) {
    let story = Story::tell("Demonstration");
    let good = to_bytes(&story.network.receipt(place, anchor));
    verify(&good, story.network.id).unwrap();
    let mut bytes = good.clone();
    for at in 0..good.len() {
        for mask in MASKS {
            bytes[at] = good[at] ^ mask;
            let refusal = verify(&bytes, story.network.id);
            assert!(refusal.is_err(), "byte {at} of {} changed by {mask:#04x}", good.len());
            assert!(!refusal.unwrap_err().to_string().is_empty());
        }
        bytes[at] = good[at];
    }
}

/// One bit each, and all of them.
const MASKS: [u8; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 255];

#[test]
fn of_an_accepted_transaction() {
    every_changed_byte_is_refused(Story::ACCEPTED, None);
}

#[test]
fn of_a_refused_transaction() {
    every_changed_byte_is_refused(Story::REFUSED, Some(4));
}

#[test]
fn of_a_record() {
    every_changed_byte_is_refused(Story::RECORD, None);
}

#[test]
fn of_a_sealed_record() {
    every_changed_byte_is_refused(Story::SEALED, Some(2));
}

#[test]
fn of_a_decision() {
    every_changed_byte_is_refused(Story::DECISION, None);
}

#[test]
fn of_work_at_a_blocks_end() {
    every_changed_byte_is_refused(Story::END, Some(3));
}

#[test]
fn of_another_applications_event() {
    every_changed_byte_is_refused(Story::OTHER, None);
}

#[test]
fn of_an_open_figure() {
    every_changed_byte_is_refused(Story::OPEN_FIGURE, Some(4));
}

#[test]
fn of_a_confidential_figure() {
    every_changed_byte_is_refused(Story::SEALED_FIGURE, Some(4));
}

#[test]
fn of_a_confidential_figure_in_a_block_with_a_certificate() {
    every_changed_byte_is_refused(Story::SEALED_FIGURE, None);
}

#[test]
fn a_shorter_or_longer_receipt_is_refused() {
    let story = Story::tell("Demonstration");
    let good = to_bytes(&story.network.receipt(Story::SEALED_FIGURE, Some(4)));
    for length in 0..good.len() {
        assert_eq!(verify(&good[..length], story.network.id), Err(VerifyError::Malformed), "{length}");
    }
    for tail in [&[0][..], &[0xff], &[0xf6, 0xf6], &good] {
        assert_eq!(verify(&[&good, tail].concat(), story.network.id), Err(VerifyError::Malformed));
    }
}

proptest! {
    #[test]
    fn any_few_changed_bytes_are_refused(
        which in 0..Story::PLACES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 1..5),
        anchored in any::<bool>(),
    ) {
        let story = Story::tell("Demonstration");
        let good = to_bytes(&story.network.receipt(Story::PLACES[which].1, anchored.then_some(4)));
        let mut bytes = good.clone();
        for (at, mask) in changes {
            bytes[at.index(good.len())] ^= mask;
        }
        // Two changes of one byte can undo each other.
        prop_assert_eq!(verify(&bytes, story.network.id).is_ok(), bytes == good);
    }

    #[test]
    fn nonsense_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(verify(&bytes, Story::tell("Demonstration").network.id).is_err());
    }
}
