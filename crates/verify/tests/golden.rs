//! `formats/receipt.golden`: one receipt of every kind, by which another verifier can check itself, and the alarm when
//! an edit changes the format.
//!
//! `UPDATE_FORMATS=1 cargo test -p chancery-verify --test golden` writes the file anew.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_types::encoding::to_bytes;
use chancery_types::ids::NetworkId;
use chancery_verify::testing::Story;
use chancery_verify::verify;
use std::fmt::Write as _;
use std::path::Path;

const HEADING: &str = "\
# Made by crates/verify/src/testing/story.rs. Each receipt holds for the network above it: `receipt NAME BYTES`, once
# with the block's own certificate and once anchored in block 4.
";

fn made() -> String {
    let Story { network } = Story::tell("Golden");
    let mut text = HEADING.to_owned();
    writeln!(text, "network {}", network.id).unwrap();
    for (name, place) in Story::PLACES {
        for (suffix, anchor) in [("", None), ("-anchored", Some(4))] {
            writeln!(text, "receipt {name}{suffix} {}", hex::encode(to_bytes(&network.receipt(place, anchor))))
                .unwrap();
        }
    }
    text
}

#[test]
fn golden_receipts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../formats/receipt.golden");
    if std::env::var_os("UPDATE_FORMATS").is_some() {
        std::fs::write(&path, made()).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    for (made, kept) in made().lines().zip(kept.lines()) {
        assert_eq!(made, kept);
    }
    assert_eq!(made(), kept);
    they_hold(&kept);
}

/// What was once a receipt stays one, whoever made it.
fn they_hold(kept: &str) {
    let (mut network, mut receipts) = (None, 0);
    for line in kept.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["network", id] => network = Some(id.parse::<NetworkId>().unwrap()),
            ["receipt", name, bytes] => {
                let verdict = verify(&hex::decode(bytes).unwrap(), network.unwrap());
                assert!(verdict.is_ok(), "{name}: {verdict:?}");
                receipts += 1;
            }
            _ => panic!("unknown line: {line}"),
        }
    }
    assert_eq!(receipts, 2 * Story::PLACES.len());
}
