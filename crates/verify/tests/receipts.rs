//! Every kind of receipt holds, and says what it proves.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_types::encoding::to_bytes;
use chancery_types::ids::Height;
use chancery_types::receipt::RECEIPT_BYTES_MAX;
use chancery_verify::testing::{Place, Story, member};
use chancery_verify::{Statement, Verified, Words, verify, words};

fn verified(story: &Story, place: Place, anchor: Option<u64>) -> Verified {
    let bytes = to_bytes(&story.network.receipt(place, anchor));
    assert!(bytes.len() <= RECEIPT_BYTES_MAX);
    verify(&bytes, story.network.id).unwrap()
}

/// The words, with the ids that follow from the story written as names.
fn said(place: Place, anchor: Option<u64>) -> Words {
    let story = Story::tell("Demonstration");
    let verified = verified(&story, place, anchor);
    let mut names = vec![(story.network.id.to_string(), "NETWORK")];
    for name in ["filer", "county", "office", "maker"] {
        names.push((member(name).to_string(), name));
    }
    if let Statement::Transaction { id, .. } = &verified.statement {
        names.push((id.to_string(), "TRANSACTION"));
    }
    match &verified.statement {
        Statement::Record(version) => names.push((version.record.to_string(), "RECORD")),
        Statement::Decision(decision) => names.push((decision.record.to_string(), "RECORD")),
        _ => {}
    }
    let named = |lines: Vec<String>| {
        lines.iter().map(|line| names.iter().fold(line.clone(), |line, (id, name)| line.replace(id, name))).collect()
    };
    let Words { proves, rests_on, does_not_prove } = words(&verified);
    Words { proves: named(proves), rests_on: named(rests_on), does_not_prove: named(does_not_prove) }
}

#[test]
fn every_kind_holds_with_its_own_certificate_and_with_a_later_one() {
    let story = Story::tell("Demonstration");
    for (name, place) in Story::PLACES {
        for anchor in [None, Some(3), Some(4)] {
            let verified = verified(&story, place, anchor);
            assert_eq!((verified.height, verified.anchor), (Height(place.height), anchor.map(Height)), "{name}");
            assert_eq!((verified.validators, verified.faults_max, verified.dealt), (4, 1, true), "{name}");
            assert_eq!(verified.block, story.network.block(place.height).hash, "{name}");
            assert_eq!(verified.sender.is_none(), place == Story::END, "{name}");
        }
    }
}

#[test]
fn an_empty_blocks_end_and_a_block_of_one_have_receipts_too() {
    let story = Story::tell("Demonstration");
    verified(&story, Place { height: 4, entry: 0, event: None }, None);
}

const STANDS: &str = "This stands in block 1 of the network “Demonstration”, agreed at 2026-01-01T00:00:01Z. The block is \
                      final.";
const BY_FILER: &str = "Behind it is a transaction signed with a key that the ledger held to be member filer's.";

#[test]
fn words_of_a_transaction() {
    let accepted = said(Story::ACCEPTED, None);
    assert_eq!(
        accepted.proves,
        ["Transaction TRANSACTION to the application 'statistics' was accepted and had 2 effects.", STANDS, BY_FILER]
    );
    assert_eq!(
        accepted.rests_on,
        [
            "You named the network by its identity NETWORK; compare it with where it was printed.",
            "At most 1 of the network's 4 founding validators lied or lost a key to a thief.",
            "SHA-256, Ed25519 and BLS12-381 are sound, so hashes and signatures cannot be forged.",
            "All keys of this network were made by one party: it is a demonstration, not an office.",
            "No witness outside the validators has cosigned.",
        ]
    );
    assert_eq!(
        accepted.does_not_prove,
        [
            "It does not prove that what was stated is true of the world.",
            "It does not say what the transaction asked for: that is written in the application's own language.",
        ]
    );
    assert_eq!(
        said(Story::REFUSED, None).proves.first().unwrap(),
        "Transaction TRANSACTION to the application 'statistics' was refused with number 16-007 and changed nothing."
    );
}

#[test]
fn words_of_a_record_in_an_open_register() {
    let said = said(Story::RECORD, Some(4));
    assert_eq!(
        said.proves,
        [
            "Member filer filed version 1 of record RECORD at 2026-01-01T00:00:01Z.",
            "It is a return to the register 'labour-force' about member county, for the period 2016 in region 01001.",
            "employed: 24297.",
            "unemployed: 1351.",
            "vacancies: nil.",
            STANDS,
            BY_FILER,
        ]
    );
    assert_eq!(
        said.rests_on.get(3).unwrap(),
        "The validators signed the later block 4; this block is final because it stands in that one's history."
    );
    assert_eq!(
        said.does_not_prove,
        [
            "It does not prove that what was stated is true of the world.",
            "It does not prove that the authority accepted this version.",
            "It does not prove that version 1 is still the latest.",
            "The unit of each number is declared by the register; this receipt does not show it.",
        ]
    );
}

#[test]
fn words_of_a_sealed_record() {
    let said = said(Story::SEALED, None);
    assert_eq!(
        said.proves.get(2..4).unwrap(),
        [
            "turnover: sealed. The ledger holds a commitment to one value, which cannot be changed.",
            "It corrects the version before it. The filer's reason: “a plant was left out”.",
        ]
    );
    assert!(!said.does_not_prove.iter().any(|line| line.contains("unit")));
}

#[test]
fn words_of_a_decision_and_of_work_at_a_blocks_end() {
    assert_eq!(
        said(Story::DECISION, None).proves.first().unwrap(),
        "Authority office accepted version 1 of record RECORD."
    );
    let end = said(Story::END, None);
    assert_eq!(
        end.proves,
        [
            "Authority office refused version 1 of record RECORD with number 2-011.",
            STANDS,
            "No transaction caused it: it is work that the ledger does at the end of a block.",
        ]
    );
    assert_eq!(end.does_not_prove, ["It does not prove that the decision was right, or that it still stands."]);
}

#[test]
fn words_of_figures() {
    let open = said(Story::OPEN_FIGURE, None);
    assert_eq!(
        open.proves.get(..5).unwrap(),
        [
            "Authority office published figure 1 of the register 'labour-force' for the period 2016 in region 01.",
            "It totals all 67 returns, of 67 different owners, that were accepted up to block 1.",
            "employed: 2045624.",
            "unemployed: 129614.",
            "Each total equals the sum of the values that stand in the register: a quorum of validators summed them.",
        ]
    );
    assert_eq!(open.does_not_prove.len(), 3);
    let sealed = said(Story::SEALED_FIGURE, None);
    assert_eq!(
        sealed.proves.get(1..5).unwrap(),
        [
            "It totals all 3 returns, of 3 different owners, that were accepted up to block 1.",
            "turnover: 750.",
            "staff: 34.",
            "Each total equals the sum of the sealed values: the proof was checked here. That no accepted return was \
             left out of the sum, a quorum of validators checked.",
        ]
    );
    assert_eq!(
        sealed.does_not_prove.get(3..).unwrap(),
        [
            "That each sealed value lies in its declared range is the word of the authorities that accepted the \
             returns, not a proof.",
            "That no owner has more than 60 per cent of a total is the signed word of authority office, not a proof.",
        ]
    );
}

#[test]
fn words_of_an_event_that_the_verifier_does_not_know() {
    let said = said(Story::OTHER, None);
    assert_eq!(said.proves.first().unwrap(), "The application 'identity' recorded an event of kind 7.");
    assert_eq!(said.does_not_prove, ["This verifier knows no words for this kind of event; it proves the bytes only."]);
}
