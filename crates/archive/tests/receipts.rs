//! Receipts from the archive hold, by the verifier's judgement.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_archive::{Archive, ArchiveError, NewBlock, Outcomes};
use chancery_types::encoding::to_bytes;
use chancery_types::ids::Height;
use chancery_types::receipt::Receipt;
use chancery_verify::testing::{Network, Place, Story};
use chancery_verify::verify;

/// An archive of the network's blocks, of which these heights have a certificate.
fn archive(network: &Network, certified: &[u64]) -> Archive {
    let archive = Archive::open(None).unwrap();
    for block in network.blocks() {
        add(&archive, network, block.header.height.0, certified.contains(&block.header.height.0));
    }
    archive
}

fn add(archive: &Archive, network: &Network, height: u64, certified: bool) {
    let block = network.block(height);
    let outcomes = Outcomes { entries: block.entries.clone(), events: block.events.clone() };
    archive.keep_outcomes(block.header.height, &outcomes.root(), &outcomes).unwrap();
    let certificate = certified.then(|| network.certificate(&block.header));
    let new = NewBlock {
        header: &block.header,
        hash: block.hash,
        signature: block.signature,
        transactions: &block.transactions(),
        certificate: certificate.as_deref(),
    };
    assert!(archive.finalize(&new).unwrap().is_some());
}

fn receipt(archive: &Archive, network: &Network, place: Place) -> Result<Receipt, ArchiveError> {
    let (identity, height) = (&network.identity, Height(place.height));
    match place.event {
        None => archive.transaction_receipt(identity, height, place.entry),
        Some(event) => archive.event_receipt(identity, height, place.entry, event),
    }
}

/// Every kind of receipt is the one that the testing network, which shares no code with the archive, would give.
fn check(certified: &[u64], anchor_of: impl Fn(u64) -> Option<u64>) {
    let Story { network } = Story::tell("Demonstration");
    let archive = archive(&network, certified);
    for (name, place) in Story::PLACES {
        let made = receipt(&archive, &network, place).unwrap();
        let anchor = anchor_of(place.height);
        assert_eq!(made, network.receipt(place, anchor), "{name}");
        let verified = verify(&to_bytes(&made), network.id).unwrap();
        assert_eq!((verified.height, verified.anchor), (Height(place.height), anchor.map(Height)), "{name}");
    }
}

#[test]
fn with_the_blocks_own_certificate() {
    check(&[1, 2, 3, 4], |_| None);
}

#[test]
fn with_the_nearest_later_certificate() {
    check(&[3, 4], |_| Some(3));
    check(&[2, 4], |height| (height == 1).then_some(2));
    check(&[4], |_| Some(4));
}

#[test]
fn with_no_certificate_yet() {
    let Story { network } = Story::tell("Demonstration");
    let archive = archive(&network, &[1]);
    for (name, place) in Story::PLACES {
        match receipt(&archive, &network, place) {
            Ok(_) => assert_eq!(place.height, 1, "{name}"),
            Err(ArchiveError::NoCertificate(height)) => assert_eq!((place.height, height), (2, Height(2)), "{name}"),
            Err(other) => panic!("{name}: {other}"),
        }
    }
}

#[test]
fn a_receipt_can_be_had_as_soon_as_a_later_block_has_its_certificate() {
    let Story { network } = Story::tell("Demonstration");
    let archive = Archive::open(None).unwrap();
    add(&archive, &network, 1, false);
    assert!(matches!(receipt(&archive, &network, Story::RECORD), Err(ArchiveError::NoCertificate(Height(1)))));
    add(&archive, &network, 2, true);
    let made = receipt(&archive, &network, Story::RECORD).unwrap();
    assert_eq!(verify(&to_bytes(&made), network.id).unwrap().anchor, Some(Height(2)));
}

#[test]
fn what_does_not_exist_has_no_receipt() {
    let Story { network } = Story::tell("Demonstration");
    let archive = archive(&network, &[1, 2, 3, 4]);
    let place = |height, entry, event| Place { height, entry, event };
    for (height, entry, event) in [
        (1, 5, None),
        // The work at a block's end is no transaction.
        (1, 4, None),
        (1, 0, Some(2)),
        (1, 1, Some(0)),
        (1, 5, Some(0)),
        (3, 0, Some(0)),
        (1, u32::MAX, Some(u32::MAX)),
    ] {
        let made = receipt(&archive, &network, place(height, entry, event));
        assert!(matches!(made, Err(ArchiveError::NoEntry(_))), "{height} {entry} {event:?}");
    }
    for height in [0, 5, u64::MAX] {
        let made = receipt(&archive, &network, place(height, 0, None));
        assert!(matches!(made, Err(ArchiveError::NoBlock(_))), "{height}");
    }
}
