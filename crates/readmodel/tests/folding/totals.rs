//! Sums are over what counts: the accepted version of each record, in the region and all within it.

use super::ledger::{Block, Did, File, decided, filed, record};
use chancery_readmodel::{FigureKey, PartRow, PeriodCounts, RecordFilter};
use chancery_types::record::Assurance;
use proptest::prelude::*;

fn key(register: &str, region: &str) -> FigureKey {
    FigureKey { register: register.parse().unwrap(), period: "2016".parse().unwrap(), region: region.parse().unwrap() }
}

/// Files in the open register and is accepted at once.
fn open(subject: u8, version: u32, region: &str, amounts: [i64; 2]) -> Did {
    let accepted = decided("labour", subject, version, None);
    Did::These(vec![filed("labour", subject, version, region, amounts), accepted])
}

fn told(parts: &[PartRow]) -> Vec<(String, u64, Vec<i64>)> {
    let sums = |part: &PartRow| part.sums.iter().map(|(_, sum)| sum.0).collect();
    parts.iter().map(|part| (part.region.to_string(), part.returns, sums(part))).collect()
}

#[test]
fn parts_are_summed_over_the_regions_within() {
    let file = File::new();
    let model = file.open();
    let block = Block::new(
        1,
        vec![
            open(1, 1, "01001", [100, 7]),
            open(2, 1, "01001", [50, 3]),
            open(3, 1, "01002", [10, 1]),
            open(4, 1, "02", [4, 2]),
        ],
        vec![],
    );
    model.apply(&[Block::founding().fold(), block.fold()]).unwrap();
    let parts = model.parts(&key("labour", "XX")).unwrap();
    assert_eq!(told(&parts), [("01".to_owned(), 3, vec![160, 11]), ("02".to_owned(), 1, vec![4, 2])]);
    assert_eq!(parts[1].record, Some(record("labour", 4)), "a part of one return is that return");
    let parts = model.parts(&key("labour", "01")).unwrap();
    assert_eq!(told(&parts), [("01001".to_owned(), 2, vec![150, 10]), ("01002".to_owned(), 1, vec![10, 1])]);
    // A correction replaces what it corrects.
    let correction = Block::new(2, vec![open(1, 2, "01001", [90, 8])], vec![]);
    model.apply(&[correction.fold()]).unwrap();
    let parts = model.parts(&key("labour", "XX")).unwrap();
    assert_eq!(told(&parts)[0], ("01".to_owned(), 3, vec![150, 12]));
}

#[test]
fn a_confidential_register_has_counts_and_no_sums() {
    let file = File::new();
    let model = file.open();
    let filings = Did::These((1..=3).map(|who| filed("firms", who, 1, "01001", [5, 5])).collect());
    model.apply(&[Block::founding().fold(), Block::new(1, vec![filings], vec![]).fold()]).unwrap();
    assert_eq!(told(&model.parts(&key("firms", "XX")).unwrap()), [], "nothing counts before it is accepted");
    let decisions = vec![decided("firms", 1, 1, None), decided("firms", 2, 1, Some("16-007"))];
    model.apply(&[Block::new(2, vec![Did::These(decisions)], vec![]).fold()]).unwrap();
    assert_eq!(told(&model.parts(&key("firms", "XX")).unwrap()), [("01".to_owned(), 1, vec![])]);
}

#[test]
fn a_refused_correction_leaves_the_accepted_version_counted() {
    let file = File::new();
    let model = file.open();
    let first = Did::These(vec![filed("firms", 1, 1, "01001", [5, 5]), decided("firms", 1, 1, None)]);
    let second = Did::These(vec![filed("firms", 1, 2, "01001", [6, 6]), decided("firms", 1, 2, Some("16-007"))]);
    model.apply(&[Block::founding().fold(), Block::new(1, vec![first, second], vec![]).fold()]).unwrap();
    let row = model.record(&record("firms", 1)).unwrap().unwrap();
    assert_eq!((row.latest.0, row.assurance, row.counted.map(|version| version.0)), (2, Assurance::Refused, Some(1)));
    assert_eq!(row.refusal.unwrap().to_string(), "16-007");
    let versions = model.versions(&record("firms", 1)).unwrap();
    let told: Vec<_> = versions.iter().map(|row| (row.filed.value.version.0, row.assurance)).collect();
    assert_eq!(told, [(1, Assurance::Accepted), (2, Assurance::Refused)]);
    let places: Vec<_> = versions.iter().map(|row| (row.filed.place.entry, row.filed.place.event)).collect();
    assert_eq!(places, [(0, 0), (1, 0)], "with its place, a version's receipt is fetched");
    assert_eq!(versions[1].decision.as_ref().unwrap().place.event, 1);
}

#[test]
fn lists_are_turned_page_by_page() {
    let file = File::new();
    let model = file.open();
    let returns = (1..=9).map(|who| open(who, 1, "01001", [1, 1])).collect();
    model.apply(&[Block::founding().fold(), Block::new(1, returns, vec![]).fold()]).unwrap();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = model.records(&RecordFilter::default(), after, 4).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        seen.extend(page.iter().map(|row| row.id));
    }
    let mut expected: Vec<_> = (1..=9).map(|who| record("labour", who)).collect();
    expected.sort();
    assert_eq!(seen, expected, "each once and in order");
    let counts = model.period_counts(&"labour".parse().unwrap(), "2016".parse().unwrap()).unwrap();
    assert_eq!(counts, PeriodCounts::default(), "a period that was never opened has no counts");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn parts_add_up_to_what_was_filed_last(
        filings in prop::collection::vec((0..8u8, 0..1_000_000i64, 0..1_000i64), 1..40)
    ) {
        let regions = ["01001", "01002", "02"];
        let file = File::new();
        let model = file.open();
        model.apply(&[Block::founding().fold()]).unwrap();
        let mut latest = std::collections::BTreeMap::new();
        for (height, (who, employed, unemployed)) in (1..).zip(filings) {
            let version = latest.get(&who).map_or(1, |(version, _)| version + 1);
            latest.insert(who, (version, [employed, unemployed]));
            let filing = open(who, version, regions[usize::from(who) % 3], [employed, unemployed]);
            model.apply(&[Block::new(height, vec![filing], vec![]).fold()]).unwrap();
        }
        let parts = model.parts(&key("labour", "XX")).unwrap();
        for (cell, place) in ["employed", "unemployed"].iter().zip(0..) {
            let expected: i64 = latest.values().map(|(_, amounts)| amounts[place]).sum();
            let sums = parts.iter().flat_map(|part| &part.sums);
            let told: i64 = sums.filter(|(id, _)| id.as_str() == *cell).map(|(_, sum)| sum.0).sum();
            prop_assert_eq!(told, expected);
        }
        prop_assert_eq!(parts.iter().map(|part| part.returns).sum::<u64>(), u64::try_from(latest.len()).unwrap());
    }
}
