//! Oracles that cannot fail say nothing: each is shown what it must not let pass.

use super::*;
use crate::cbor::Value;
use crate::chain::Entry;
use crate::country::{Hidden, PERIOD, Truth};
use chancery_crypto::digest::transaction_id;
use chancery_statistics::transaction::{Decisions, Filing, Publication, Return, StatisticsTransaction, Total, Verdict};
use chancery_types::amount::{AmountCommitment, CellValue, Quantity};
use chancery_types::encoding::to_bytes;
use chancery_types::event::{Event, FIGURE_PUBLISHED, RECORDS};
use chancery_types::figure::{Figure, FigureCell};
use chancery_types::ids::{ApplicationId, MemberId, NetworkId, RecordId, Version};
use chancery_types::key::{PublicKey, Signature};
use chancery_types::record::RegisterClass;
use chancery_types::time::BlockTime;
use chancery_types::transaction::{Body, Envelope};

const ALICE: MemberId = MemberId([1; 16]);
const BOB: MemberId = MemberId([2; 16]);
const SEALED: Digest = Digest([5; 32]);
const RECORD: RecordId = RecordId([6; 16]);

fn digest(byte: u8) -> Digest {
    Digest([byte; 32])
}

fn entry(id: u8, message: &StatisticsTransaction, events: Vec<Event>) -> Entry {
    let body = Body {
        network: NetworkId([0; 32]),
        application: ApplicationId(16),
        sender: ALICE,
        expires: BlockTime(0),
        salt: 0,
        payload: to_bytes(message),
    };
    let envelope = Envelope { body, key: PublicKey([0; 32]), signature: Signature([0; 64]) };
    let read = |event: Event| (event.application.0, event.kind, Value::read(&event.payload).unwrap());
    let entry = Entry::read(&to_bytes(&envelope), None, events.into_iter().map(read).collect()).unwrap();
    assert_eq!(entry.id, transaction_id(&envelope.body), "the ledger and the simulator hash the same");
    Entry { id: TransactionId([id; 32]), ..entry }
}

fn files(id: u8, subject: MemberId, values: [i64; 3]) -> Entry {
    filing(id, "labour", subject, values.map(|value| CellValue::Clear(Quantity(value))).to_vec(), None)
}

fn filing(id: u8, register: &str, subject: MemberId, cells: Vec<CellValue>, sealed: Option<Digest>) -> Entry {
    let one = Return { subject, cells, sealed, correction: None };
    let register = register.parse().unwrap();
    let filing = Filing { register, period: PERIOD, returns: vec![one], intake: Vec::new() };
    entry(id, &StatisticsTransaction::File(filing), Vec::new())
}

/// A figure, and the publication that it comes of.
fn publishes(id: u8, register: &str, region: &str, cutoff: u64, totals: [i64; 3], returns: u64) -> Entry {
    let figure = Figure {
        register: register.parse().unwrap(),
        period: PERIOD,
        region: region.parse().unwrap(),
        sequence: 1,
        class: RegisterClass::Open,
        cutoff: Height(cutoff),
        returns,
        respondents: returns,
        cells: ["employed", "unemployed", "labour_force"]
            .into_iter()
            .zip(totals)
            .map(|(cell, total)| FigureCell {
                id: cell.parse().unwrap(),
                total: Quantity(total),
                sum: None,
                proof: None,
            })
            .collect(),
        authority: ALICE,
        dominance_max_percent: None,
    };
    let publication = Publication {
        register: figure.register.clone(),
        period: PERIOD,
        region: figure.region.clone(),
        sequence: 1,
        cutoff: Height(cutoff),
        totals: figure
            .cells
            .iter()
            .map(|cell| Total { cell: cell.id.clone(), total: cell.total, proof: None })
            .collect(),
        dominance_statement: false,
    };
    let event = Event { application: RECORDS, kind: FIGURE_PUBLISHED, payload: to_bytes(&figure) };
    entry(id, &StatisticsTransaction::Publish(publication), vec![event])
}

/// A chain with one block for each list of entries.
fn chain(node: usize, blocks: Vec<Vec<Entry>>) -> Chain {
    let blocks = (1_u8..).zip(blocks).map(|(height, entries)| Block {
        height: Height(height.into()),
        hash: digest(height),
        parent: digest(height - 1),
        state_root: digest(100 + height),
        time_ms: u64::from(height),
        entries,
    });
    Chain { node, blocks: blocks.collect() }
}

fn two_returns() -> Vec<Vec<Entry>> {
    vec![vec![files(1, ALICE, [10, 1, 11])], vec![files(2, BOB, [20, 2, 22])]]
}

fn truth() -> Truth {
    Truth {
        whole: "LR".to_owned(),
        homes: [(ALICE, "01".to_owned()), (BOB, "02".to_owned())].into(),
        hidden: [(SEALED, Hidden { record: RECORD, values: vec![30, 3, 33] })].into(),
        told: BTreeMap::new(),
        network: [0; 32],
        authority: ALICE,
        keys: BTreeMap::new(),
    }
}

#[track_caller]
fn figures(blocks: Vec<Vec<Entry>>, expected: Result<usize, &str>) {
    match (figures_are_sums(&chain(0, blocks), &truth()), expected) {
        (Ok(count), Ok(expected)) => assert_eq!(count, expected),
        (Err(Violation::Unsound { what, .. }), Err(part)) => assert!(what.contains(part), "{what}"),
        (found, expected) => panic!("{found:?} instead of {expected:?}"),
    }
}

#[test]
fn equal_chains_and_one_that_lags_are_one_history() {
    let mut lagging = chain(1, two_returns());
    lagging.blocks.pop();
    assert_eq!(one_history(&[chain(0, two_returns()), lagging, chain(2, Vec::new())]), Ok(()));
}

#[test]
fn a_fork_is_seen() {
    let mut forked = chain(1, two_returns());
    forked.blocks[1].hash = digest(77);
    let found = one_history(&[chain(0, two_returns()), forked]);
    assert_eq!(found, Err(Violation::Fork { one: 0, other: 1, what: "blocks", height: Height(2) }));
}

#[test]
fn another_state_root_is_seen_though_the_block_is_the_same() {
    let mut other = chain(1, two_returns());
    other.blocks[0].state_root = digest(78);
    let found = one_history(&[chain(0, two_returns()), other]);
    assert_eq!(found, Err(Violation::Fork { one: 0, other: 1, what: "state roots", height: Height(1) }));
}

#[test]
fn other_outcomes_are_seen_though_the_roots_are_the_same() {
    let mut other = chain(1, two_returns());
    other.blocks[1].entries[0].refusal = Some(RejectionCode { application: ApplicationId(16), number: 4 });
    assert!(matches!(one_history(&[chain(0, two_returns()), other]), Err(Violation::Fork { .. })));
}

#[test]
fn a_gap_a_broken_link_and_a_repetition_are_seen() {
    let mut gap = chain(0, two_returns());
    gap.blocks.remove(0);
    assert!(matches!(one_history(&[gap]), Err(Violation::Gap { found: Height(2), .. })));
    let mut unlinked = chain(0, two_returns());
    unlinked.blocks[1].parent = digest(9);
    assert_eq!(one_history(&[unlinked]), Err(Violation::Unlinked { node: 0, height: Height(2) }));
    let twice = chain(0, vec![vec![files(1, ALICE, [1, 1, 2])], vec![files(1, ALICE, [1, 1, 2])]]);
    assert_eq!(one_history(&[twice]), Err(Violation::Twice { node: 0, id: TransactionId([1; 32]) }));
}

#[test]
fn a_lost_or_moved_transaction_is_seen() {
    let id = TransactionId([2; 32]);
    let shown = Acknowledged { id, height: Height(2), entry: 0, node: 3 };
    assert_eq!(nothing_lost(&[chain(0, two_returns())], &[shown]), Ok(()));
    let lost = Err(Violation::Lost { id, height: Height(2), shown_by: 3, node: 1 });
    let mut without = chain(1, two_returns());
    without.blocks[1].entries.clear();
    let mut behind = without.clone();
    behind.blocks.pop();
    assert_eq!(nothing_lost(&[behind], &[shown]), Ok(()), "what it has not reached is not lost");
    assert_eq!(nothing_lost(&[chain(0, two_returns()), without], &[shown]), lost);
    let mut moved = chain(1, two_returns());
    moved.blocks[1].entries.insert(0, files(3, BOB, [1, 1, 2]));
    assert_eq!(nothing_lost(&[moved], &[shown]), lost);
}

#[test]
fn another_outcome_than_told_and_a_foreign_transaction_are_seen() {
    let [first, second] = [1, 2].map(|id| TransactionId([id; 32]));
    let refusal = Some(RejectionCode { application: ApplicationId(16), number: 33 });
    let told = |second_told| BTreeMap::from([(first, None), (second, second_told)]);
    let chain = chain(0, two_returns());
    assert_eq!(as_told(&chain, &told(None)), Ok(()));
    let other = Violation::OtherOutcome { id: second, found: None, expected: refusal };
    assert_eq!(as_told(&chain, &told(refusal)), Err(other));
    assert_eq!(as_told(&chain, &BTreeMap::from([(first, None)])), Err(Violation::Foreign { id: second }));
}

#[test]
fn true_totals_of_the_whole_and_of_a_part_pass() {
    let mut blocks = two_returns();
    blocks.push(vec![publishes(8, "labour", "LR", 2, [30, 3, 33], 2), publishes(9, "labour", "01", 1, [10, 1, 11], 1)]);
    figures(blocks, Ok(2));
}

#[test]
fn a_wrong_total_is_seen() {
    let mut blocks = two_returns();
    blocks.push(vec![publishes(9, "labour", "LR", 2, [30, 4, 34], 2)]);
    figures(blocks, Err("its returns sum up to [30, 3, 33]"));
}

#[test]
fn a_return_that_is_left_out_is_seen() {
    let mut blocks = two_returns();
    blocks.push(vec![publishes(9, "labour", "LR", 1, [10, 1, 11], 1)]);
    figures(blocks, Err("leaves out returns"));
}

#[test]
fn a_wrong_number_of_returns_is_seen() {
    let mut blocks = two_returns();
    blocks.push(vec![publishes(9, "labour", "LR", 2, [30, 3, 33], 3)]);
    figures(blocks, Err("counts other returns than the 2"));
}

#[test]
fn a_correction_replaces_and_is_not_added() {
    let mut blocks = two_returns();
    blocks.push(vec![files(3, ALICE, [15, 5, 20])]);
    let mut right = blocks.clone();
    right.push(vec![publishes(9, "labour", "LR", 3, [35, 7, 42], 2)]);
    figures(right, Ok(1));
    blocks.push(vec![publishes(9, "labour", "LR", 3, [45, 8, 53], 2)]);
    figures(blocks, Err("its returns sum up to [35, 7, 42]"));
}

#[test]
fn a_sealed_return_counts_when_it_is_accepted_and_not_when_it_is_filed() {
    let sealed = filing(1, "wages", ALICE, vec![CellValue::Committed(AmountCommitment([0; 32])); 3], Some(SEALED));
    let decides = |refusal| {
        let verdicts = vec![Verdict { record: RECORD, version: Version(1), refusal }];
        let decisions = Decisions { register: "wages".parse().unwrap(), verdicts };
        entry(2, &StatisticsTransaction::Decide(decisions), Vec::new())
    };
    let figure = || publishes(9, "wages", "LR", 2, [30, 3, 33], 1);
    figures(vec![vec![sealed.clone()], vec![decides(None)], vec![figure()]], Ok(1));
    figures(
        vec![vec![sealed.clone()], vec![decides(Some(81))], vec![figure()]],
        Err("its returns sum up to [0, 0, 0]"),
    );
    figures(vec![vec![sealed], Vec::new(), vec![figure()]], Err("its returns sum up to [0, 0, 0]"));
}

#[test]
fn an_accepted_return_that_cannot_be_right_is_seen() {
    figures(vec![vec![files(1, ALICE, [10, 1, 12])]], Err("does not add up"));
    figures(vec![vec![files(1, ALICE, [10, -1, 9])]], Err("a return in clear was accepted that holds"));
}

#[test]
fn a_figure_that_nobody_asked_for_or_that_is_missing_is_seen() {
    let mut blocks = two_returns();
    let mut silent = publishes(9, "labour", "LR", 2, [30, 3, 33], 2);
    let event = silent.events.remove(0);
    blocks.push(vec![silent]);
    figures(blocks, Err("0 figures came of"));
    let mut loud = files(1, ALICE, [10, 1, 11]);
    loud.events.push(event);
    figures(vec![vec![loud]], Err("1 figures came of"));
}
