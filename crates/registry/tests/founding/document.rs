//! What a genesis document may say, and that the network's id depends on it.

use super::document;
use chancery_kernel::governance;
use chancery_kernel::governance::params::{Parameter, Setting};
use chancery_kernel::identity::genesis::FoundingError;
use chancery_kernel::identity::query;
use chancery_ledger::View;
use chancery_ledger::testing::key_of;
use chancery_registry::genesis::{GENESIS_BYTES_MAX, GenesisAuthority, GenesisDocument, GenesisError};
use chancery_types::ids::NetworkId;
use std::collections::{BTreeMap, BTreeSet};

fn network(change: impl FnOnce(&mut GenesisDocument)) -> NetworkId {
    let mut document = document();
    change(&mut document);
    document.assemble().unwrap().network
}

const RESPONDENTS_FIVE: Setting = Setting { parameter: Parameter::RespondentsMin, value: 5 };

/// A further constituting authority.
fn second(name: &str) -> GenesisAuthority {
    GenesisAuthority { name: name.to_owned(), key: key_of(name).public_key(), ..document().authority }
}

#[test]
fn every_constituting_authority_of_the_document_votes() {
    let mut document = document();
    document.governance.authorities = vec![second("Assembly"), second("Court")];
    document.governance.parameters = vec![RESPONDENTS_FIVE];
    let genesis = document.assemble().unwrap();
    let state: BTreeMap<_, _> = genesis.writes.into_iter().map(|(key, value)| (key, value.unwrap())).collect();
    let (constituents, seats, respondents) = View::query(&state, |view| {
        let seats = governance::query::effective_committee(view).map(|committee| committee.seats);
        let respondents = governance::query::parameter(view, Parameter::RespondentsMin);
        (governance::query::constituents(view), seats.unwrap_or_default(), respondents)
    })
    .unwrap();
    assert_eq!((constituents.len(), respondents), (3, 5));
    assert_eq!(seats.iter().map(|seat| seat.key).collect::<Vec<_>>(), genesis.identity.validators);
}

#[test]
fn a_document_reads_back_as_it_was_written() {
    let json = document().to_json().unwrap();
    assert_eq!(GenesisDocument::from_json(json.as_bytes()).unwrap(), document());
    assert_eq!(document().assemble().unwrap(), document().assemble().unwrap());
}

#[test]
fn documents_that_differ_found_different_networks() {
    let networks = [
        network(|_| {}),
        network(|document| document.name.push('!')),
        network(|document| document.founded_ms += 1),
        network(|document| document.clock_factor = 60),
        network(|document| document.dealt = true),
        network(|document| document.region.code = "YY".parse().unwrap()),
        network(|document| document.region.name.push('!')),
        network(|document| document.authority.name.push('!')),
        network(|document| document.authority.act.push('!')),
        network(|document| document.authority.key = key_of("another").public_key()),
        network(|document| drop(document.authority.domains.pop())),
        network(|document| document.authority.domains.reverse()),
        network(|document| document.authority.sealing_key = None),
        network(|document| document.validators[0].name.push('!')),
        network(|document| document.validators[0].operator.push('!')),
        network(|document| drop(document.validators.pop())),
        network(|document| document.finality_key.0[0] ^= 1),
        network(|document| document.governance.epoch_blocks += 1),
        network(|document| document.governance.authorities.push(second("Assembly"))),
        network(|document| document.governance.parameters.push(RESPONDENTS_FIVE)),
    ];
    assert_eq!(networks.iter().collect::<BTreeSet<_>>().len(), networks.len());
    // How often a leader proposes an empty block is a matter of operation.
    assert_eq!(network(|document| document.idle_interval_ms = 1), networks[0]);
}

#[test]
fn a_real_network_has_no_accelerated_clock_and_no_dealt_keys() {
    let check = |change: fn(&mut GenesisDocument), real: bool| {
        let mut document = document();
        change(&mut document);
        assert_eq!(document.check_real().is_ok(), real);
        assert!(document.assemble().is_ok(), "a demonstration may");
    };
    check(|_| {}, true);
    check(|document| document.clock_factor = 2, false);
    check(|document| document.dealt = true, false);
}

#[test]
fn a_malformed_document_does_not_read() {
    let json = document().to_json().unwrap();
    let check = |text: &str| {
        let read = GenesisDocument::from_json(text.as_bytes());
        assert!(matches!(read, Err(GenesisError::Malformed(_))), "{read:?} from {text}");
    };
    check("");
    check("{}");
    check(&json[1..]);
    check(&format!("{json}x"));
    check(&json.replace("\"dealt\"", "\"dealed\""));
    check(&json.replacen('{', "{\"idle_interval_ms\": 1,", 1));
    check(&json.replace("\"XX\"", "\"X X\""));
    check(&json.replace("1767225600000", "-1"));
    check(&json.replace("1767225600000", "1.5"));
    let key = document().authority.key.to_string();
    check(&json.replace(&key, &key[2..]));
    check(&json.replace(&key, &key.to_uppercase()));
    let long = " ".repeat(GENESIS_BYTES_MAX + 1);
    assert!(matches!(GenesisDocument::from_json(long.as_bytes()), Err(GenesisError::TooLong)));
}

#[test]
fn an_unfit_document_founds_nothing() {
    let refused = |change: fn(&mut GenesisDocument)| {
        let mut document = document();
        change(&mut document);
        document.assemble().unwrap_err()
    };
    assert!(matches!(refused(|document| document.format = 2), GenesisError::UnknownFormat(2)));
    assert!(matches!(refused(|document| document.clock_factor = 0), GenesisError::ClockFactor));
    assert!(matches!(refused(|document| document.name.clear()), GenesisError::Name));
    assert!(matches!(refused(|document| document.polynomial = "xyz".to_owned()), GenesisError::Polynomial));
    assert!(matches!(refused(|document| document.validators.reverse()), GenesisError::ValidatorOrder));
    let twice = refused(|document| document.validators[1] = document.validators[0].clone());
    assert!(matches!(twice, GenesisError::ValidatorOrder));
    let none = refused(|document| document.validators.clear());
    assert!(matches!(none, GenesisError::Founding(FoundingError::Validators)));
    // One party in two roles.
    let both = refused(|document| document.authority.key = document.validators[0].key);
    assert!(matches!(both, GenesisError::Founding(FoundingError::Validators)));
    let unnamed = refused(|document| document.validators[2].operator.clear());
    assert!(matches!(unnamed, GenesisError::Founding(FoundingError::Name(_))));
    let nothing = refused(|document| document.authority.domains.clear());
    assert!(matches!(nothing, GenesisError::Founding(FoundingError::Domains)));
    let same = refused(|document| {
        let first = document.authority.clone();
        document.governance.authorities = vec![GenesisAuthority { key: key_of("another").public_key(), ..first }];
    });
    assert!(matches!(same, GenesisError::Founding(FoundingError::Twice(_))));
    let short = refused(|document| document.governance.epoch_blocks = 31);
    assert!(matches!(short, GenesisError::Governance(_)));
    let unsound = refused(|document| document.authority.key.0 = [0; 32]);
    assert!(matches!(unsound, GenesisError::Founding(FoundingError::Key(_))));
}

#[test]
fn the_founding_state_and_the_identity_name_the_same_validators() {
    let genesis = document().assemble().unwrap();
    let state: BTreeMap<_, _> = genesis.writes.into_iter().map(|(key, value)| (key, value.unwrap())).collect();
    let validators = View::query(&state, query::validators).unwrap();
    assert_eq!(validators, genesis.identity.validators);
    assert_eq!(genesis.identity.faults_max(), 1);
    // A region, the authority with its key, four validators with theirs, the constituting authorities and the first
    // committee: what readers fold as block 0.
    assert_eq!(genesis.events.len(), 1 + 2 + 4 * 2 + 2);
}
