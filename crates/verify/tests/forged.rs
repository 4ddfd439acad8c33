//! What a forger would try. Each forgery is a well-formed receipt, and is refused for the right reason.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_crypto::amount::Blinding;
use chancery_crypto::digest::{header_hash, outcome_leaf, transaction_id};
use chancery_crypto::merkle;
use chancery_crypto::signature::Purpose;
use chancery_types::amount::Quantity;
use chancery_types::block::Header;
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::event::{Event, FIGURE_PUBLISHED, RECORD_DECISION, RECORDS};
use chancery_types::figure::Figure;
use chancery_types::ids::{Epoch, Height, NetworkId, View};
use chancery_types::outcome::Outcome;
use chancery_types::receipt::{Cosignature, Path, Receipt, Subject, Succession};
use chancery_types::record::RegisterClass;
use chancery_types::transaction::Envelope;
use chancery_verify::testing::{Fate, Network, Part, Place, Story, add_up, prove_totals, signing_key};
use chancery_verify::{VerifyError, verify};

/// A receipt of the story, changed, and the reason for which it must be refused.
fn check(place: Place, anchor: Option<u64>, change: impl FnOnce(&Network, &mut Receipt), expected: VerifyError) {
    let Story { network } = Story::tell("Demonstration");
    let mut receipt = network.receipt(place, anchor);
    assert!(verify(&to_bytes(&receipt), network.id).is_ok());
    change(&network, &mut receipt);
    assert_eq!(verify(&to_bytes(&receipt), network.id), Err(expected));
}

fn event_of(receipt: &mut Receipt) -> (&mut Event, &mut Path, &mut Option<Envelope>) {
    let Subject::Event { event, path, envelope } = &mut receipt.subject else { panic!("not an event's receipt") };
    (event, path, envelope)
}

fn envelope_of(receipt: &mut Receipt) -> &mut Envelope {
    let Subject::Transaction { envelope } = &mut receipt.subject else { panic!("not a transaction's receipt") };
    envelope
}

/// Signs a changed header as its proposer would, who may be the forger.
fn sign_header(network: &Network, receipt: &mut Receipt) {
    let hash = header_hash(&receipt.header);
    let proposer = network.proposer(receipt.header.height.0);
    receipt.proposer = proposer.sign(Purpose::Proposal, &network.id, hash.as_bytes());
}

// The network.

#[test]
fn a_receipt_of_another_network() {
    let (here, there) = (Story::tell("Demonstration"), Story::tell("Elsewhere"));
    for (name, place) in Story::PLACES {
        let bytes = to_bytes(&there.network.receipt(place, None));
        assert!(verify(&bytes, there.network.id).is_ok());
        assert_eq!(verify(&bytes, here.network.id), Err(VerifyError::OtherNetwork), "{name}");
        assert_eq!(verify(&bytes, NetworkId([0; 32])), Err(VerifyError::OtherNetwork), "{name}");
    }
}

#[test]
fn another_networks_block_under_this_ones_identity() {
    let there = Story::tell("Elsewhere").network;
    let stolen = |here: &Network, receipt: &mut Receipt| {
        *receipt = there.receipt(Story::RECORD, None);
        receipt.identity = here.identity.clone();
    };
    check(Story::RECORD, None, stolen, VerifyError::HeaderNetwork);
    let renamed = |here: &Network, receipt: &mut Receipt| {
        *receipt = there.receipt(Story::RECORD, None);
        receipt.identity = here.identity.clone();
        receipt.header.network = here.id;
    };
    check(Story::RECORD, None, renamed, VerifyError::UnknownProposer);
}

// The header and what makes it final.

#[test]
fn a_proposer_who_is_no_validator() {
    let stranger = |network: &Network, receipt: &mut Receipt| {
        let key = signing_key("stranger");
        receipt.header.proposer = key.public_key();
        let hash = header_hash(&receipt.header);
        receipt.proposer = key.sign(Purpose::Proposal, &network.id, hash.as_bytes());
    };
    check(Story::RECORD, None, stranger, VerifyError::UnknownProposer);
}

#[test]
fn a_proposers_signature_for_another_purpose() {
    let misused = |network: &Network, receipt: &mut Receipt| {
        let hash = header_hash(&receipt.header);
        receipt.proposer = network.proposer(1).sign(Purpose::Transaction, &network.id, hash.as_bytes());
    };
    check(Story::RECORD, None, misused, VerifyError::ProposerSignature);
}

#[test]
fn a_proposer_who_signs_a_header_that_was_never_agreed_on() {
    let forge = |network: &Network, receipt: &mut Receipt| {
        receipt.header.time = receipt.header.time.plus_ms(1);
        sign_header(network, receipt);
    };
    check(Story::RECORD, None, forge, VerifyError::CertificateOther);
    check(Story::RECORD, Some(4), forge, VerifyError::History);
}

#[test]
fn a_certificate_rewritten_to_name_the_forged_header() {
    let forge = |network: &Network, receipt: &mut Receipt| {
        receipt.header.time = receipt.header.time.plus_ms(1);
        sign_header(network, receipt);
        let signatures = receipt.finality.certificate[receipt.finality.certificate.len() - 96..].to_vec();
        receipt.finality.certificate = network.certificate(&receipt.header);
        let at = receipt.finality.certificate.len() - 96;
        receipt.finality.certificate[at..].copy_from_slice(&signatures);
    };
    check(Story::RECORD, None, forge, VerifyError::CertificateSignature);
}

#[test]
fn a_certificate_of_another_block_epoch_view_or_network() {
    let of = |header: &dyn Fn(&Network, &Receipt) -> Vec<u8>| {
        let Story { network } = Story::tell("Demonstration");
        let mut receipt = network.receipt(Story::RECORD, None);
        receipt.finality.certificate = header(&network, &receipt);
        verify(&to_bytes(&receipt), network.id).unwrap_err()
    };
    let other = VerifyError::CertificateOther;
    assert_eq!(of(&|network, _| network.certificate(&network.block(2).header)), other);
    type Change = fn(&mut Header);
    let changes: [Change; 3] =
        [|header| header.epoch = Epoch(1), |header| header.view = View(101), |header| header.parent_view = View(1)];
    for change in changes {
        let certify = |network: &Network, receipt: &Receipt| {
            let mut header = receipt.header.clone();
            change(&mut header);
            network.certificate(&header)
        };
        assert_eq!(of(&certify), other);
    }
    let elsewhere = Network::found("Elsewhere");
    assert_eq!(of(&|_, receipt| elsewhere.certificate(&receipt.header)), VerifyError::CertificateSignature);
    assert_eq!(of(&|_, _| Vec::new()), VerifyError::CertificateMalformed);
}

#[test]
fn an_anchor_with_another_path_another_anchor_or_only_one_of_both() {
    let other_path = |network: &Network, receipt: &mut Receipt| {
        receipt.finality.history = network.finality(2, Some(4)).history;
    };
    check(Story::RECORD, Some(4), other_path, VerifyError::History);
    let other_anchor = |network: &Network, receipt: &mut Receipt| {
        receipt.finality.anchor = network.finality(1, Some(3)).anchor;
    };
    check(Story::RECORD, Some(4), other_anchor, VerifyError::History);
    let other_certificate = |network: &Network, receipt: &mut Receipt| {
        receipt.finality.certificate = network.finality(1, Some(3)).certificate;
    };
    check(Story::RECORD, Some(4), other_certificate, VerifyError::CertificateOther);
    let other_height = |_: &Network, receipt: &mut Receipt| {
        receipt.finality.history.as_mut().unwrap().index = 2;
    };
    check(Story::RECORD, Some(4), other_height, VerifyError::History);
    let no_path = |_: &Network, receipt: &mut Receipt| receipt.finality.history = None;
    check(Story::RECORD, Some(4), no_path, VerifyError::Malformed);
    let no_anchor = |_: &Network, receipt: &mut Receipt| receipt.finality.anchor = None;
    check(Story::RECORD, Some(4), no_anchor, VerifyError::Malformed);
    // Its own header as the anchor: a block does not stand in its own history.
    let itself = |network: &Network, receipt: &mut Receipt| {
        receipt.finality = network.finality(1, Some(2));
        receipt.finality.anchor = Some(receipt.header.clone());
        receipt.finality.certificate = network.certificate(&receipt.header);
    };
    check(Story::RECORD, None, itself, VerifyError::History);
}

#[test]
fn an_anchor_with_a_history_of_the_forgers_choice() {
    let forge = |network: &Network, receipt: &mut Receipt| {
        receipt.header.time = receipt.header.time.plus_ms(1);
        sign_header(network, receipt);
        let leaf = chancery_crypto::digest::history_leaf(&header_hash(&receipt.header));
        let path = receipt.finality.history.as_ref().unwrap();
        receipt.finality.anchor.as_mut().unwrap().history_root = merkle::root_of(path, &leaf).unwrap();
    };
    check(Story::RECORD, Some(4), forge, VerifyError::CertificateOther);
}

// The entry and its transaction.

#[test]
fn an_entry_or_place_of_another_transaction() {
    let other_entry = |network: &Network, receipt: &mut Receipt| {
        receipt.entry = network.receipt(Story::REFUSED, None).entry;
    };
    check(Story::ACCEPTED, None, other_entry, VerifyError::Outcome);
    let other_path = |network: &Network, receipt: &mut Receipt| {
        receipt.path = network.receipt(Story::REFUSED, None).path;
    };
    check(Story::ACCEPTED, None, other_path, VerifyError::Outcome);
    let other_index = |_: &Network, receipt: &mut Receipt| receipt.path.index = 1;
    check(Story::ACCEPTED, None, other_index, VerifyError::Outcome);
    let other_size = |_: &Network, receipt: &mut Receipt| receipt.path.size = 6;
    check(Story::ACCEPTED, None, other_size, VerifyError::Outcome);
    let other_envelope = |network: &Network, receipt: &mut Receipt| {
        receipt.subject = network.receipt(Story::REFUSED, None).subject;
    };
    check(Story::ACCEPTED, None, other_envelope, VerifyError::OtherTransaction);
}

#[test]
fn a_refusal_shown_as_an_acceptance() {
    let forge = |_: &Network, receipt: &mut Receipt| {
        receipt.entry.outcome = Outcome::Accepted { events: merkle::root(&[]), count: 0 };
    };
    check(Story::REFUSED, None, forge, VerifyError::Outcome);
    // Even with a root of outcomes to match, which the proposer could sign: the quorum did not.
    let with_root = |network: &Network, receipt: &mut Receipt| {
        forge(network, receipt);
        receipt.header.outcomes_root = merkle::root_of(&receipt.path, &outcome_leaf(&receipt.entry)).unwrap();
        sign_header(network, receipt);
    };
    check(Story::REFUSED, None, with_root, VerifyError::CertificateOther);
}

#[test]
fn another_signature_or_key_on_the_same_transaction() {
    let resigned = |network: &Network, receipt: &mut Receipt| {
        let envelope = envelope_of(receipt);
        let (id, key) = (transaction_id(&envelope.body), signing_key("stranger"));
        envelope.key = key.public_key();
        envelope.signature = key.sign(Purpose::Transaction, &network.id, id.as_bytes());
    };
    check(Story::ACCEPTED, None, resigned, VerifyError::OtherTransaction);
}

/// A block that a quorum made final with a signature that is no signature: the verifier does not take its word for it.
#[test]
fn a_signature_that_the_validators_let_pass() {
    let mut network = Network::found("Careless");
    let mut envelope = network.sign("filer", 16, b"asked");
    envelope.signature.0[0] ^= 1;
    network.append(vec![(envelope, Fate::Accepted(Vec::new()))], Vec::new());
    let receipt = network.receipt(Place { height: 1, entry: 0, event: None }, None);
    assert_eq!(verify(&to_bytes(&receipt), network.id), Err(VerifyError::TransactionSignature));
}

#[test]
fn a_transaction_of_another_network_in_this_ones_block() {
    let mut network = Network::found("Demonstration");
    let foreign = Network::found("Elsewhere").sign("filer", 16, b"asked");
    network.append(vec![(foreign, Fate::Accepted(Vec::new()))], Vec::new());
    let receipt = network.receipt(Place { height: 1, entry: 0, event: None }, None);
    assert_eq!(verify(&to_bytes(&receipt), network.id), Err(VerifyError::OtherTransaction));
}

// Events.

#[test]
fn an_event_that_did_not_happen_or_not_there() {
    let invented = |_: &Network, receipt: &mut Receipt| event_of(receipt).0.payload.push(0);
    check(Story::OTHER, None, invented, VerifyError::Event);
    let other_kind = |_: &Network, receipt: &mut Receipt| event_of(receipt).0.kind = RECORD_DECISION;
    check(Story::RECORD, None, other_kind, VerifyError::Event);
    let other_application = |_: &Network, receipt: &mut Receipt| event_of(receipt).0.application = RECORDS;
    check(Story::OTHER, None, other_application, VerifyError::Event);
    type Change = fn(&mut Path);
    let changes: [Change; 3] = [|path| path.index = 1, |path| path.size = 1, |path| path.hashes.clear()];
    for change in changes {
        check(Story::RECORD, None, |_, receipt| change(event_of(receipt).1), VerifyError::Event);
    }
    let other_place = |network: &Network, receipt: &mut Receipt| {
        *event_of(receipt).1 = event_of(&mut network.receipt(Story::DECISION, None)).1.clone();
    };
    check(Story::RECORD, None, other_place, VerifyError::Event);
}

#[test]
fn an_event_of_a_refused_transaction() {
    let forge = |network: &Network, receipt: &mut Receipt| {
        let envelope = envelope_of(receipt).clone();
        receipt.subject = network.receipt(Story::RECORD, None).subject;
        *event_of(receipt).2 = Some(envelope);
    };
    check(Story::REFUSED, None, forge, VerifyError::Event);
}

#[test]
fn an_event_without_its_transaction_or_with_one_that_did_not_cause_it() {
    check(Story::RECORD, None, |_, receipt| *event_of(receipt).2 = None, VerifyError::OtherTransaction);
    let other = |network: &Network, receipt: &mut Receipt| {
        *event_of(receipt).2 = Some(envelope_of(&mut network.receipt(Story::REFUSED, None)).clone());
    };
    check(Story::RECORD, None, other, VerifyError::OtherTransaction);
    check(Story::END, None, other, VerifyError::OtherTransaction);
}

/// The work at a block's end is the last entry. A quorum that put it elsewhere would have broken the rule.
#[test]
fn an_end_of_block_that_is_not_at_the_end() {
    let Story { network } = Story::tell("Demonstration");
    let mut receipt = network.receipt(Story::END, None);
    receipt.header.transactions = 5;
    receipt.path.size = 6;
    assert_eq!(verify(&to_bytes(&receipt), network.id), Err(VerifyError::Outcome));
}

#[test]
fn an_event_whose_payload_is_not_what_its_kind_says() {
    for kind in [1, 2, FIGURE_PUBLISHED] {
        let event = Event { application: RECORDS, kind, payload: vec![0xa0] };
        assert_eq!(published(|_| event), Err(VerifyError::EventMalformed), "{kind}");
    }
}

// Figures. A quorum is made to say anything here; the proofs are checked all the same.

/// What the verifier says of an event that a careless quorum made final.
fn published(event: impl FnOnce(&Network) -> Event) -> Result<(), VerifyError> {
    let mut network = Network::found("Demonstration");
    let envelope = network.sign("office", 16, b"publish");
    let event = event(&network);
    network.append(vec![(envelope, Fate::Accepted(vec![event]))], Vec::new());
    let receipt = network.receipt(Place { height: 1, entry: 0, event: Some(0) }, None);
    verify(&to_bytes(&receipt), network.id).map(|_| ())
}

fn publish(figure: &Figure) -> Event {
    Event { application: RECORDS, kind: FIGURE_PUBLISHED, payload: to_bytes(figure) }
}

fn figure(place: Place) -> Figure {
    let mut receipt = Story::tell("Demonstration").network.receipt(place, None);
    from_bytes(&event_of(&mut receipt).0.payload).unwrap()
}

fn check_figure(place: Place, change: impl FnOnce(&mut Figure), expected: Result<(), VerifyError>) {
    let mut figure = figure(place);
    change(&mut figure);
    assert_eq!(published(|_| publish(&figure)), expected);
}

fn total_refused<T>(cell: &str) -> Result<T, VerifyError> {
    Err(VerifyError::Total(cell.to_owned()))
}

#[test]
fn a_changed_total_sum_or_proof() {
    check_figure(Story::SEALED_FIGURE, |_| {}, Ok(()));
    check_figure(Story::SEALED_FIGURE, |figure| figure.cells[0].total = Quantity(751), total_refused("turnover"));
    check_figure(Story::SEALED_FIGURE, |figure| figure.cells[1].total = Quantity(-34), total_refused("staff"));
    check_figure(Story::SEALED_FIGURE, |figure| figure.cells[0].sum = figure.cells[1].sum, total_refused("turnover"));
    let swap_proofs = |figure: &mut Figure| figure.cells[0].proof = figure.cells[1].proof.clone();
    check_figure(Story::SEALED_FIGURE, swap_proofs, total_refused("turnover"));
    for length in [0, 32, 63, 65] {
        let cut = |figure: &mut Figure| figure.cells[0].proof.as_mut().unwrap().resize(length, 0);
        check_figure(Story::SEALED_FIGURE, cut, total_refused("turnover"));
    }
    let not_a_point = |figure: &mut Figure| figure.cells[0].sum.as_mut().unwrap().0 = [0xff; 32];
    check_figure(Story::SEALED_FIGURE, not_a_point, total_refused("turnover"));
    // The identity as sum, with the proof "0·H = 0": it proves the total zero only.
    let nothing = |figure: &mut Figure| {
        figure.cells[0].sum.as_mut().unwrap().0 = [0; 32];
        figure.cells[0].proof = Some(vec![0; 64]);
    };
    check_figure(Story::SEALED_FIGURE, nothing, total_refused("turnover"));
}

#[test]
fn every_changed_byte_of_a_proof_is_refused() {
    let good = figure(Story::SEALED_FIGURE);
    for at in 0..64 {
        let mut figure = good.clone();
        figure.cells[0].proof.as_mut().unwrap()[at] ^= 1;
        assert_eq!(published(|_| publish(&figure)), total_refused("turnover"), "{at}");
    }
}

#[test]
fn a_proof_from_another_publication() {
    type Change = fn(&mut Figure);
    let changes: [Change; 6] = [
        |figure| figure.register = "another-survey".parse().unwrap(),
        |figure| figure.period = "2025-Q3".parse().unwrap(),
        |figure| figure.region = "03".parse().unwrap(),
        |figure| figure.sequence = 2,
        |figure| figure.cutoff = Height(0),
        |figure| figure.cells[0].id = "income".parse().unwrap(),
    ];
    for change in &changes[..5] {
        check_figure(Story::SEALED_FIGURE, change, total_refused("turnover"));
    }
    check_figure(Story::SEALED_FIGURE, changes[5], total_refused("income"));
}

#[test]
fn a_proof_from_another_network() {
    let elsewhere = |_: &Network| {
        let mut figure = figure(Story::SEALED_FIGURE);
        let parts = [Part::new(1, "one"), Part::new(2, "two")];
        let (cell, blinding) = add_up("turnover", &parts);
        figure.cells = vec![cell];
        prove_totals(&Network::found("Elsewhere"), &mut figure, &[blinding]);
        publish(&figure)
    };
    assert_eq!(published(elsewhere), total_refused("turnover"));
}

/// The forger knows all parts but leaves one out of the total: no blinding makes up for it.
#[test]
fn a_proof_over_a_part_of_the_returns() {
    let parts = [Part::new(1, "one"), Part::new(2, "two"), Part::new(3, "three")];
    let forge = |network: &Network| {
        let mut figure = figure(Story::SEALED_FIGURE);
        let (some, blinding) = add_up("turnover", &parts[..2]);
        let (all, _) = add_up("turnover", &parts);
        figure.cells = vec![some];
        prove_totals(network, &mut figure, &[blinding]);
        figure.cells[0].sum = all.sum;
        publish(&figure)
    };
    assert_eq!(published(forge), total_refused("turnover"));
}

#[test]
fn a_figure_of_one_class_with_the_cells_of_the_other() {
    let malformed = || Err(VerifyError::EventMalformed);
    check_figure(Story::OPEN_FIGURE, |figure| figure.class = RegisterClass::Confidential, malformed());
    check_figure(Story::SEALED_FIGURE, |figure| figure.class = RegisterClass::Open, malformed());
    check_figure(Story::SEALED_FIGURE, |figure| figure.cells[1].proof = None, malformed());
    check_figure(Story::SEALED_FIGURE, |figure| figure.cells[1].sum = None, malformed());
    let dominance = |figure: &mut Figure| figure.dominance_max_percent = None;
    check_figure(Story::SEALED_FIGURE, dominance, malformed());
}

#[test]
fn a_figure_that_names_a_cell_twice_or_counts_the_future() {
    let twice = |figure: &mut Figure| figure.cells[1].id = figure.cells[0].id.clone();
    check_figure(Story::OPEN_FIGURE, twice, Err(VerifyError::EventMalformed));
    check_figure(Story::OPEN_FIGURE, |figure| figure.cutoff = Height(2), Err(VerifyError::EventMalformed));
}

#[test]
fn a_total_known_to_be_public_is_no_secret_and_still_needs_its_proof() {
    let public = |network: &Network| {
        let mut figure = figure(Story::SEALED_FIGURE);
        let part = Part { value: 5, blinding: Blinding::ZERO };
        let (cell, blinding) = add_up("turnover", &[part]);
        figure.cells = vec![cell];
        prove_totals(network, &mut figure, &[blinding]);
        publish(&figure)
    };
    assert_eq!(published(public), Ok(()));
}

// What this version cannot judge.

#[test]
fn successions_cosignatures_and_other_formats_are_not_passed_over() {
    let statement = Vec::new();
    let succession =
        |_: &Network, receipt: &mut Receipt| receipt.successions.push(Succession { statement: statement.clone() });
    check(Story::RECORD, None, succession, VerifyError::NotSupported("a succession of the network's finality key"));
    let cosignature =
        |_: &Network, receipt: &mut Receipt| receipt.cosignatures.push(Cosignature { statement: statement.clone() });
    check(Story::RECORD, None, cosignature, VerifyError::NotSupported("witnesses' cosignatures"));
    check(Story::RECORD, None, |_, receipt| receipt.format = 2, VerifyError::UnknownFormat(2));
}
