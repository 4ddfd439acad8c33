//! The genesis document: what founds a network founds the same one when it is written and read again.

use super::{Seed, seed};
use chancery_crypto::digest::network_id;
use chancery_registry::genesis::{GENESIS_BYTES_MAX, GenesisDocument};

pub(super) fn run(input: &[u8]) {
    let Ok(document) = GenesisDocument::from_json(input) else { return };
    assert!(input.len() <= GENESIS_BYTES_MAX);
    let written = document.to_json().unwrap();
    assert_eq!(GenesisDocument::from_json(written.as_bytes()).unwrap(), document);
    let (real, dealt, factor) = (document.check_real().is_ok(), document.dealt, document.clock_factor);
    assert_eq!(real, !dealt && factor == 1, "a real network has neither a demonstration's keys nor its clock");
    let _ = document.polynomial_bytes();
    if let Ok(genesis) = document.clone().assemble() {
        assert_eq!(network_id(&genesis.identity), genesis.network);
        assert!(genesis.writes.is_sorted_by(|(one, _), (next, _)| one < next), "every key once, in order");
        assert!(document.validators.is_sorted_by(|one, next| one.key < next.key));
        let mut renamed = document;
        renamed.name.push('x');
        assert!(renamed.assemble().map_or(true, |other| other.network != genesis.network), "another network");
    }
}

pub(super) fn seeds() -> Vec<Seed> {
    let document = include_bytes!("../../../registry/tests/founding/genesis.json");
    vec![seed("document", document.to_vec())]
}
