//! A small country folded into a read model by hand, and what its pages say.
//!
//! The oracle is the reader: each test states what a page must show, worked out by hand from the returns below.

mod country;

use super::Desk;
use super::network::Seen;
use chancery_consensus::{PeerStatus, Tip};
use chancery_portal::view::{ActKind, Noun, Outcome, Proof, Reach, Standing, Value};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, RecordId};
use chancery_types::key::PublicKey;
use chancery_types::time::BlockTime;
use country::{Country, member, record};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

fn figure(desk: &Desk<'_>, register: &str, region: Option<&str>) -> Option<chancery_portal::view::Figure> {
    let region = region.map(|code| code.parse().unwrap());
    desk.figure(&register.parse().unwrap(), "2016".parse().unwrap(), region).unwrap()
}

#[test]
fn a_published_figure_leads_down_to_its_returns() {
    let country = Country::new();
    let desk = country.desk();
    let whole = figure(&desk, "labour", None).unwrap();
    assert_eq!(whole.summary.proof, Proof::Proven);
    assert_eq!(whole.summary.headline.value, Value::Number(600));
    assert_eq!((whole.summary.returns, whole.summary.respondents), (3, 3));
    let cells: Vec<(&str, &Value, bool)> =
        whole.cells.iter().map(|cell| (cell.code.as_str(), &cell.value, cell.is_sum)).collect();
    assert_eq!(
        cells,
        [
            ("force", &Value::Number(600), true),
            ("employed", &Value::Number(570), false),
            ("unemployed", &Value::Number(30), false)
        ]
    );
    let rate = whole.rate.as_ref().unwrap();
    assert_eq!((rate.part, rate.whole, rate.per_mille()), (30, 600, Some(50)));
    assert_eq!(whole.region, None);
    assert_eq!(whole.receipt_href.as_deref(), Some("/api/v1/receipts/figures/labour/2016/00/1"));
    assert!(whole.transaction.is_some());
    // Province 01 was published; province 02 stands as the sum of its returns.
    let parts: Vec<(&str, &Value, u64, bool, bool)> = whole
        .parts
        .iter()
        .map(|part| {
            let Value::Number(_) = part.headline.value else { panic!("{part:?}") };
            (part.region.code.as_str(), &part.headline.value, part.returns, part.has_page, part.record.is_some())
        })
        .collect();
    assert_eq!(parts, [("01", &Value::Number(500), 2, true, false), ("02", &Value::Number(100), 1, false, true)]);

    let province = figure(&desk, "labour", Some("01")).unwrap();
    assert_eq!(province.region.as_ref().unwrap().name.text, "Østmark");
    assert!(province.above.is_empty());
    let counties: Vec<(&str, &str)> = province
        .parts
        .iter()
        .map(|part| (part.region.code.as_str(), part.record.as_deref().unwrap_or_default()))
        .collect();
    let (first, second) = (record("labour", 11).to_string(), record("labour", 10).to_string());
    assert_eq!(counties, [("01003", first.as_str()), ("01001", second.as_str())]);

    let county = figure(&desk, "labour", Some("01001")).unwrap();
    assert_eq!(county.above.iter().map(|region| region.code.as_str()).collect::<Vec<_>>(), ["01"]);
    assert_eq!(county.summary.proof, Proof::Open, "a live sum is not proven");
    assert_eq!(county.parts.len(), 1, "its own return stands under the filer's name");
    assert_eq!(county.parts[0].record, Some(second));
}

#[test]
fn a_confidential_part_shows_no_number_and_says_why() {
    let country = Country::new();
    let desk = country.desk();
    let whole = figure(&desk, "turnover", None).unwrap();
    assert_eq!(whole.summary.headline.value, Value::Number(90));
    let parts: Vec<(&str, &Value, bool)> =
        whole.parts.iter().map(|part| (part.region.code.as_str(), &part.headline.value, part.has_page)).collect();
    let (withheld, sealed) = (Value::Withheld("16-063".to_owned()), Value::Sealed);
    assert_eq!(parts, [("01", &sealed, false), ("02", &withheld, true)]);
    let refused = figure(&desk, "turnover", Some("02")).unwrap();
    assert_eq!(refused.summary.proof, Proof::Refused("16-063".to_owned()));
    assert!(refused.cells.iter().all(|cell| cell.value == withheld), "{:?}", refused.cells);
    assert!(refused.parts.iter().all(|part| part.headline.number().is_none()));
    assert_eq!(refused.rate, None);
    // Nothing of what is said anywhere about the register holds a number of a single return.
    let text = serde_json::to_string(&(&whole.parts, &refused)).unwrap();
    assert!(!text.contains("\"state\":\"number\""), "{text}");
    assert_eq!(desk.refused_publications(5).unwrap().len(), 1);
}

#[test]
fn there_are_no_pages_of_what_is_not_there() {
    let country = Country::new();
    let desk = country.desk();
    let none = |register: &str, region: Option<&str>| assert!(figure(&desk, register, region).is_none(), "{region:?}");
    none("no-such", None);
    none("labour", Some("02001"));
    none("labour", Some("99"));
    assert!(desk.figure(&"labour".parse().unwrap(), "2015".parse().unwrap(), None).unwrap().is_none());
    assert!(desk.record(&RecordId([0; 16])).unwrap().is_none());
    assert!(desk.block(Height(99), 0, 10).unwrap().is_none());
    assert!(desk.member(&member(99), BlockTime(0)).unwrap().is_none());
    assert!(desk.refusal("16-999".parse().unwrap(), 5).unwrap().is_none());
}

#[test]
fn a_record_says_who_did_what() {
    let country = Country::new();
    let desk = country.desk();
    let open = desk.record(&record("labour", 10)).unwrap().unwrap();
    let acts: Vec<(&ActKind, bool, bool)> =
        open.acts.iter().map(|act| (&act.kind, act.by.is_some(), act.transaction.is_some())).collect();
    assert_eq!(
        acts,
        [
            (&ActKind::Filed, true, true),
            (&ActKind::Accepted, false, true),
            (&ActKind::Corrected, true, true),
            (&ActKind::Accepted, false, true)
        ]
    );
    assert_eq!(open.acts[2].said.as_ref().unwrap().text, "two digits were swapped");
    let standings: Vec<&Standing> = open.versions.iter().map(|version| &version.standing).collect();
    assert_eq!(standings, [&Standing::Superseded, &Standing::Accepted]);
    assert_eq!(open.flow.as_deref(), Some("labour"));

    let sealed = desk.record(&record("turnover", 12)).unwrap().unwrap();
    assert_eq!(sealed.summary.standing, Standing::Refused("16-081".to_owned()));
    assert_eq!(sealed.acts[1].kind, ActKind::Refused("16-081".to_owned()));
    assert_eq!(sealed.acts[1].by.as_ref().unwrap().name.text, "National Statistics Office");
    assert_eq!(sealed.acts[0].on_behalf_of.as_ref().unwrap().id, member(12).to_string());
    assert!(sealed.versions[0].cells.iter().all(|cell| cell.value == Value::Sealed));
    let filed_by_office = desk.member(&member(10), BlockTime(0)).unwrap().unwrap();
    assert_eq!(filed_by_office.records.len(), 3, "its own two, and the one that it filed for another");
}

#[test]
fn a_register_counts_what_came_in_and_promises_nothing_about_the_rest() {
    let country = Country::new();
    let desk = country.desk();
    let registers = desk.registers().unwrap();
    let labour = registers.iter().find(|register| register.id == "labour").unwrap();
    let season = &labour.seasons[0];
    assert_eq!((season.filed, season.refused, season.late, season.expected), (3, 0, 1, None));
    assert_eq!(season.proof, Proof::Proven);
    let page = desk.register(&"labour".parse().unwrap()).unwrap().unwrap();
    assert_eq!(page.fields[0].sum_of, ["employed", "unemployed"]);
    assert_eq!((page.respondents_min, page.dominance_max_percent), (Some(3), Some(85)));
    let figures: Vec<String> = desk.figures().unwrap().into_iter().map(|figure| figure.flow).collect();
    assert_eq!(figures, ["labour", "turnover"], "both were published in one block");
}

#[test]
fn the_tree_stands_in_order_with_its_members() {
    let country = Country::new();
    let desk = country.desk();
    let lines: Vec<(String, u8, u64)> = desk
        .authorities()
        .unwrap()
        .into_iter()
        .map(|line| (line.authority.name.text, line.depth, line.members))
        .collect();
    assert_eq!(lines, [("State Council".to_owned(), 0, 2), ("National Statistics Office".to_owned(), 1, 3)]);
    let office = desk.authority(&member(2), None, 2).unwrap().unwrap();
    assert_eq!(office.above.len(), 1);
    assert_eq!(office.members.items.len(), 2);
    let rest = desk.authority(&member(2), office.members.next.map(|next| next.parse().unwrap()), 2).unwrap().unwrap();
    assert_eq!((rest.members.items.len(), rest.members.next), (1, None));
    assert_eq!(office.granted[0].1.name.in_language("zh").0, "申报人");
    assert!(desk.authority(&member(10), None, 2).unwrap().is_none(), "an office is no authority");
}

#[test]
fn a_query_finds_a_page() {
    let country = Country::new();
    let desk = country.desk();
    let exact = |query: &str| desk.find(query, 20).unwrap().exact;
    let id = record("labour", 10).to_string();
    assert_eq!(exact(&id.to_uppercase()), Some(format!("/records/{id}")));
    assert_eq!(exact("2"), Some("/blocks/2".to_owned()));
    assert_eq!(exact("16-063"), Some("/refusals/16-063".to_owned()));
    assert_eq!(exact("99999999"), None);
    let found = desk.find("østmark", 20).unwrap();
    assert!(found.items.is_empty(), "the database compares other letters than A to Z with case");
    let found = desk.find("Østmark", 20).unwrap();
    let paths: Vec<(Noun, &str)> = found.items.iter().map(|item| (item.noun, item.path.as_str())).collect();
    assert_eq!(paths, [(Noun::Figure, "/statistics/labour/2016/01")]);
    let found = desk.find("%", 20).unwrap();
    assert!(found.items.is_empty(), "a wild card of the database is only a sign here: {found:?}");
}

#[test]
fn a_validator_is_silent_after_ten_seconds() {
    let country = Country::new();
    let desk = country.desk();
    let keys = &country.identity.validators;
    let peer = |key: PublicKey, heard: u64| PeerStatus {
        key,
        heard: BlockTime(heard),
        height: Height(4),
        clock: BlockTime(heard),
    };
    let seen = Seen {
        here: keys[0],
        tip: Tip { height: Height(5), hash: Digest::ZERO, time: BlockTime(0) },
        peers: vec![peer(keys[1], 90_000), peer(keys[2], 89_999)],
        now: BlockTime(100_000),
        waiting: 7,
        idle_interval: Duration::from_secs(10),
    };
    let network = desk.network(&seen).unwrap();
    let reach: BTreeSet<(String, String)> = network
        .validators
        .iter()
        .map(|one| (one.name.clone(), format!("{:?} {:?}", one.reach, one.last_height)))
        .collect();
    let expected =
        [("v0", "Here Some(5)"), ("v1", "Reached Some(4)"), ("v2", "Silent Some(4)"), ("v3", "Unknown None")];
    assert_eq!(reach, expected.map(|(name, state)| (name.to_owned(), state.to_owned())).into());
    assert_eq!(network.validators.iter().filter(|one| one.reach == Reach::Here).count(), 1);
    assert_eq!((network.quorum, network.waiting), (3, Some(7)));
    assert_eq!((network.accepted, network.refused), (8, 1));
    assert_eq!(desk.state(&seen.tip).unwrap().head.height, 4, "the pages stand at the height that they know");
}

#[test]
fn a_transaction_names_what_it_did() {
    let country = Country::new();
    let desk = country.desk();
    let block = desk.block(Height(4), 0, 2).unwrap().unwrap();
    assert_eq!(block.transactions.items.len(), 2);
    let next = block.transactions.next.unwrap().parse().unwrap();
    let rest = desk.block(Height(4), next, 2).unwrap().unwrap().transactions;
    let published = &block.transactions.items[0];
    assert_eq!(published.kind.in_language("zh").0, "公布数字");
    let page = desk.transaction(&published.id.parse().unwrap()).unwrap().unwrap();
    let (flow, period, _) = page.figure.unwrap();
    assert_eq!((flow.as_str(), period.as_str()), ("labour", "2016"));
    let refused = rest.items.last().unwrap();
    assert_eq!(refused.outcome, Outcome::Refused("16-063".to_owned()));
    let refusal = desk.refusal("16-063".parse().unwrap(), 5).unwrap().unwrap();
    assert_eq!((refusal.name.as_str(), refusal.count, refusal.recent.len()), ("TooFewRespondents", 1, 1));
}

/// English stands with the code that refuses; whoever adds a number writes its Chinese sentences too.
#[test]
fn every_refusal_has_sentences_in_both_languages() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../portal/messages/refusals.zh.txt");
    let text = std::fs::read_to_string(file).unwrap();
    let headings = text.lines().filter_map(|line| line.trim().strip_prefix('[')?.strip_suffix(']'));
    let translated: BTreeSet<&str> = headings.collect();
    let installed = chancery_registry::Registry.refusals();
    let all = installed.iter().chain(chancery_api::InterfaceRejection::ALL);
    let known: BTreeSet<String> = all
        .map(|refusal| {
            assert!(!refusal.cause.is_empty() && !refusal.remedy.is_empty(), "{}", refusal.code);
            refusal.code.to_string()
        })
        .collect();
    let missing: Vec<&String> = known.iter().filter(|code| !translated.contains(code.as_str())).collect();
    assert!(missing.is_empty(), "write these into crates/portal/messages/refusals.zh.txt: {missing:?}");
    let stale: Vec<&&str> = translated.iter().filter(|code| !known.contains(**code)).collect();
    assert!(stale.is_empty(), "no refusal has these numbers: {stale:?}");
}
