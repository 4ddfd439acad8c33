//! `formats/network.golden`: the network that a fixed document founds.
//!
//! `UPDATE_FORMATS=1 cargo test -p chancery-registry --test network_golden` writes it anew; that is an approval, and means
//! that a network founded by an earlier version has another id under this one.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_registry::genesis::GenesisDocument;
use chancery_types::encoding::to_bytes;
use std::fmt::Write as _;
use std::path::Path;

fn golden() -> String {
    let document = GenesisDocument::from_json(include_bytes!("founding/genesis.json")).unwrap();
    let genesis = document.assemble().unwrap();
    let mut text = String::from("# Made by crates/registry/tests/network_golden.rs from a fixed document.\n");
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    writeln!(text, "network {}", genesis.network).unwrap();
    writeln!(text, "identity {}", hex(&to_bytes(&genesis.identity))).unwrap();
    for (key, value) in &genesis.writes {
        writeln!(text, "state {key} {}", hex(value.as_deref().unwrap_or_default())).unwrap();
    }
    for event in &genesis.events {
        writeln!(text, "event {}", hex(&to_bytes(event))).unwrap();
    }
    text
}

#[test]
fn a_fixed_document_founds_the_network_of_the_golden_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../formats/network.golden");
    let made = golden();
    if std::env::var_os("UPDATE_FORMATS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    for (made, kept) in made.lines().zip(kept.lines()) {
        assert_eq!(made, kept, "formats/network.golden: UPDATE_FORMATS=1 writes it anew, if the change is meant");
    }
    assert_eq!(made, kept);
}
