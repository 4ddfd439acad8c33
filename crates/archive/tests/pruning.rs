//! What a pruned archive still proves, what it says of the rest, and what a scrub finds.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_archive::{Archive, ArchiveError, NewBlock, Outcomes, Scrubbed};
use chancery_crypto::digest::transaction_id;
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::ids::Height;
use chancery_types::transaction::Envelope;
use chancery_verify::testing::{Network, Story};
use chancery_verify::verify;
use std::path::{Path, PathBuf};

/// A file of its own for one test, removed with it.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("chancery-pruning-{name}-{}.sqlite", std::process::id()));
        let _ = std::fs::remove_file(&path);
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // What cannot be removed stays behind in the folder for temporary files.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn archive(network: &Network, path: Option<&Path>) -> Archive {
    let archive = Archive::open(path).unwrap();
    for block in network.blocks() {
        let outcomes = Outcomes { entries: block.entries.clone(), events: block.events.clone() };
        archive.keep_outcomes(block.header.height, &outcomes.root(), &outcomes).unwrap();
        let certificate = network.certificate(&block.header);
        let new = NewBlock {
            header: &block.header,
            hash: block.hash,
            signature: block.signature,
            transactions: &block.transactions(),
            certificate: Some(&certificate),
        };
        archive.finalize(&new).unwrap();
    }
    archive
}

fn scrub(archive: &Archive, network: &Network) -> Scrubbed {
    archive.scrub(&network.id, &network.identity.finality_key).unwrap()
}

#[test]
fn a_pruned_block_is_named_and_the_rest_is_proved_as_before() {
    let Story { network } = Story::tell("Demonstration");
    let file = File::new("proved");
    let whole = archive(&network, Some(&file.0));
    let last = whole.latest();
    assert_eq!(whole.kept_from().unwrap(), Some(Height(1)));
    let receipts = |archive: &Archive| {
        Story::PLACES.map(|(_, place)| {
            archive
                .transaction_receipt(&network.identity, Height(place.height), place.entry)
                .map(|made| to_bytes(&made))
        })
    };
    let before = receipts(&whole);
    assert_eq!(whole.prune(Height(3), None, 100).unwrap(), 2, "blocks 1 and 2");
    assert_eq!(whole.prune(Height(3), None, 100).unwrap(), 0);
    drop(whole);

    let pruned = Archive::open(Some(&file.0)).unwrap();
    assert_eq!(pruned.kept_from().unwrap(), Some(Height(3)), "and it stays so");
    assert_eq!(pruned.latest(), last);
    for height in 1..=last.0 {
        match pruned.block(Height(height)) {
            Err(ArchiveError::Pruned(named)) => assert!(named == Height(height) && height < 3),
            kept => assert!(kept.is_ok() && height >= 3),
        }
    }
    for ((made, before), (name, place)) in receipts(&pruned).into_iter().zip(before).zip(Story::PLACES) {
        if place.height < 3 {
            assert!(matches!(made, Err(ArchiveError::Pruned(_))), "{name}");
        } else {
            assert_eq!(made.as_ref().ok(), before.as_ref().ok(), "{name}");
            assert!(verify(&made.unwrap(), network.id).is_ok(), "{name}");
        }
    }
    let bodies = network.block(2).transactions();
    let body: Envelope = from_bytes(bodies.first().unwrap()).unwrap();
    let place = pruned.place(&transaction_id(&body.body)).unwrap();
    assert_eq!(place, Some((Height(2), 0)), "it is known where it stood");
    let found = scrub(&pruned, &network);
    assert_eq!((found.pruned, found.blocks, found.damages), (2, last.0 - 2, vec![]));
}

#[test]
fn the_latest_block_stays_and_time_is_a_bound_too() {
    let Story { network } = Story::tell("Demonstration");
    let archive = archive(&network, None);
    let last = archive.latest();
    let second = archive.block(Height(2)).unwrap().header.time;
    assert_eq!(archive.prune(last, Some(second), 100).unwrap(), 1, "only block 1 is older than block 2");
    assert_eq!(archive.prune(Height(1_000), None, 1).unwrap(), 1, "one at a time");
    archive.prune(Height(1_000), None, 100).unwrap();
    assert_eq!(archive.kept_from().unwrap(), Some(last));
    assert!(archive.block(last).is_ok());
}

#[test]
fn a_scrub_finds_what_opening_does_not_look_at() {
    let Story { network } = Story::tell("Demonstration");
    let check = |name: &str, sql: &str, expected: &str| {
        let file = File::new(name);
        assert_eq!(scrub(&archive(&network, Some(&file.0)), &network).damages, Vec::<String>::new());
        rusqlite::Connection::open(&file.0).unwrap().execute_batch(sql).unwrap();
        let found = scrub(&Archive::open(Some(&file.0)).unwrap(), &network);
        assert!(found.damages.iter().any(|what| what.contains(expected)), "{name}: {:?}", found.damages);
    };
    check(
        "outcomes",
        "UPDATE block SET outcomes = (SELECT outcomes FROM block WHERE height = 1) WHERE height = 2",
        "height 2",
    );
    check("body", "UPDATE block SET transactions = x'80' WHERE height = 2", "height 2");
    check(
        "certificate",
        "UPDATE block SET certificate = (SELECT certificate FROM block WHERE height = 2) WHERE height = 3",
        "certificate of block 3",
    );
    check("signature", "UPDATE block SET signature = zeroblob(64) WHERE height = 3", "signature of block 3");
    check("place", "UPDATE place SET entry = entry + 1 WHERE height = 2", "of block 2");
}
