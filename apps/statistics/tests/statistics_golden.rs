//! `formats/statistics.golden`: every transaction, event and value of the statistics application in canonical
//! encoding, with the numbers of state keys and the digests and contexts that are signed or proved.
//!
//! `UPDATE_FORMATS=1 cargo test -p chancery-statistics --test statistics_golden` writes it anew; that is an approval.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_crypto::hash::{Tag, hash};
use chancery_statistics::event::{Overdue, StatisticsEvent};
use chancery_statistics::record::{
    Aggregate, AggregateId, Awaited, CellSpecification, ChangedSince, Collection, Disclosure, Holdings, Identity,
    OwnerShare, Ratio, RunningSum, Structure, Term,
};
use chancery_statistics::transaction::{
    Correction, Decisions, Filing, NewCollection, NewStructure, Publication, Return, StatisticsTransaction, Total,
    Verdict,
};
use chancery_statistics::{query, state};
use chancery_types::amount::{AmountCommitment, CellValue, Quantity};
use chancery_types::code::{CellId, RegisterId};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId, NetworkId, RecordId, Version};
use chancery_types::intake::{IntakeStatement, SignedIntake};
use chancery_types::key::{PublicKey, Signature};
use chancery_types::period::Period;
use chancery_types::time::{BlockTime, DAY_MS};
use std::fmt::{Debug, Write as _};
use std::path::Path;

const MEMBER: MemberId = MemberId([0x11; 16]);
const RECORD: RecordId = RecordId([0x22; 16]);
const NETWORK: NetworkId = NetworkId([0x33; 32]);
const POINT: AmountCommitment = AmountCommitment([0x44; 32]);
const TIME: BlockTime = BlockTime(1_767_225_600_000);

fn register() -> RegisterId {
    "labour".parse().unwrap()
}

fn period() -> Period {
    "2026-01".parse().unwrap()
}

fn cell(text: &str) -> CellId {
    text.parse().unwrap()
}

fn new_structure() -> NewStructure {
    let specification = |id: &str, scale, additive| CellSpecification {
        id: cell(id),
        label: "Beschäftigte 就业人数".to_owned(),
        unit: "persons".to_owned(),
        scale,
        low: Quantity(0),
        high: Quantity(1_000_000),
        additive,
    };
    NewStructure {
        register: register(),
        cells: vec![specification("employed", 0, true), specification("months", -2, false)],
        identities: vec![Identity {
            terms: vec![Term { coefficient: 1, cell: cell("employed") }, Term { coefficient: -1, cell: cell("force") }],
        }],
        ratios: vec![Ratio {
            id: cell("rate"),
            label: "Rate".to_owned(),
            numerator: cell("unemployed"),
            denominator: cell("force"),
            decimals: 1,
        }],
    }
}

fn structure() -> Structure {
    let NewStructure { register, cells, identities, ratios } = new_structure();
    Structure { register, cells, identities, ratios, version: 2 }
}

fn new_collection() -> NewCollection {
    NewCollection {
        register: register(),
        period: period(),
        due: TIME,
        closes: TIME.plus_ms(DAY_MS),
        release: TIME.plus_ms(2 * DAY_MS),
        decision_term_ms: DAY_MS,
        respondents_min: 3,
        dominance_max_percent: 60,
    }
}

fn collection() -> Collection {
    let new = new_collection();
    Collection {
        register: new.register,
        period: new.period,
        due: new.due,
        closes: new.closes,
        release: new.release,
        decision_term_ms: new.decision_term_ms,
        respondents_min: new.respondents_min,
        dominance_max_percent: new.dominance_max_percent,
        structure: 2,
    }
}

fn filing() -> Filing {
    let clear = Return {
        subject: MEMBER,
        cells: vec![CellValue::Clear(Quantity(90)), CellValue::Nil, CellValue::Missing, CellValue::NotApplicable],
        sealed: None,
        correction: Some(Correction { replaces: Version(1), reason: "A typing error".to_owned() }),
    };
    let committed = Return {
        subject: MemberId([0x12; 16]),
        cells: vec![CellValue::Committed(POINT)],
        sealed: Some(Digest([0x55; 32])),
        correction: None,
    };
    let statement = IntakeStatement { network: NETWORK, filing: Digest([0x66; 32]), filer: MEMBER, received: TIME };
    let word = SignedIntake { statement, validator: PublicKey([0x77; 32]), signature: Signature([0x88; 64]) };
    Filing { register: register(), period: period(), returns: vec![clear, committed], intake: vec![word] }
}

fn publication() -> Publication {
    Publication {
        register: register(),
        period: period(),
        region: "01".parse().unwrap(),
        sequence: 1,
        cutoff: Height(9),
        totals: vec![
            Total { cell: cell("employed"), total: Quantity(90), proof: Some(vec![0x99; 64]) },
            Total { cell: cell("unemployed"), total: Quantity(10), proof: None },
        ],
        dominance_statement: true,
    }
}

fn transactions() -> Vec<StatisticsTransaction> {
    let accepted = Verdict { record: RECORD, version: Version(1), refusal: None };
    let refused = Verdict { refusal: Some(81), ..accepted.clone() };
    vec![
        StatisticsTransaction::DefineStructure(new_structure()),
        StatisticsTransaction::OpenPeriod(new_collection()),
        StatisticsTransaction::File(filing()),
        StatisticsTransaction::Decide(Decisions { register: register(), verdicts: vec![accepted, refused] }),
        StatisticsTransaction::Publish(publication()),
    ]
}

fn events() -> Vec<StatisticsEvent> {
    let overdue = Overdue {
        register: register(),
        period: period(),
        region: "01".parse().unwrap(),
        subject: MEMBER,
        record: RECORD,
        version: Version(1),
        filed: TIME,
        authority: MemberId([0x13; 16]),
    };
    vec![
        StatisticsEvent::StructureDefined(structure()),
        StatisticsEvent::PeriodOpened(collection()),
        StatisticsEvent::DecisionOverdue(overdue),
    ]
}

fn aggregate() -> Aggregate {
    Aggregate {
        returns: 5,
        respondents: 4,
        changed: 3,
        sums: vec![RunningSum::Clear(Quantity(90)), RunningSum::Committed(POINT)],
        last_changed: Height(9),
        publications: 1,
        refused: 2,
    }
}

fn disclosure() -> Disclosure {
    Disclosure {
        parts: vec!["01001".parse().unwrap()],
        parts_overflow: false,
        direct_returns: 1,
        direct_changes: 2,
        changed_in_whole: ChangedSince { publication: 1, owners: 3 },
        published_respondents: 4,
        inner_published: true,
    }
}

fn share() -> OwnerShare {
    OwnerShare { returns: 1, changed_after: Some(1), changed_after_whole: None }
}

/// One line, after having checked that the bytes read back as what they were.
fn line<T>(text: &mut String, name: &str, value: &T)
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> + PartialEq + Debug,
{
    let bytes = to_bytes(value);
    assert_eq!(from_bytes::<T>(&bytes).as_ref(), Ok(value), "{name}");
    writeln!(text, "{name} {} {}", hex(&bytes), hash(Tag::Content, &[&bytes])).unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn name(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    text.split('(').next().unwrap().to_owned()
}

fn golden() -> String {
    let mut text =
        String::from("# name, canonical encoding, hash of it as content; then digests, contexts and state keys.\n");
    for transaction in transactions() {
        line(&mut text, &format!("transaction.{}", name(&transaction)), &transaction);
    }
    for event in events() {
        line(&mut text, &format!("event.{}.{}", event.kind(), name(&event)), &event.to_event());
        assert_eq!(StatisticsEvent::from_event(&event.to_event()), Some(event));
    }
    let id = AggregateId { register: register(), period: period(), region: "01".parse().unwrap() };
    line(&mut text, "value.structure", &structure());
    line(&mut text, "value.collection", &collection());
    line(&mut text, "value.aggregate-id", &id);
    line(&mut text, "value.aggregate", &aggregate());
    line(&mut text, "value.disclosure", &disclosure());
    line(&mut text, "value.share", &share());
    line(&mut text, "value.holdings", &Holdings(vec![("01".parse().unwrap(), share())]));
    line(&mut text, "value.awaited", &Awaited { record: RECORD, version: Version(1) });
    writeln!(text, "digest.filing {}", query::filing_digest(&NETWORK, &MEMBER, &filing())).unwrap();
    writeln!(text, "context.total {}", hex(&query::total_id(&id, 1, &cell("employed")))).unwrap();
    let keys = [
        ("structures", *state::structures(&register()).raw()),
        ("structure", *state::structure(&register(), 2).raw()),
        ("collection", *state::collection(&register(), &period()).raw()),
        ("aggregate", *state::aggregate(&id).raw()),
        ("disclosure", *state::disclosure(&id).raw()),
        ("holdings", *state::holdings(&register(), &period(), &MEMBER).raw()),
        ("share", *state::share(&id, &MEMBER).raw()),
        ("figure", *state::figure(&id, 1).raw()),
    ];
    for (name, key) in keys {
        writeln!(text, "key.{name} {key}").unwrap();
    }
    text
}

#[test]
fn encodings_are_what_the_golden_file_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../formats/statistics.golden");
    let made = golden();
    if std::env::var_os("UPDATE_FORMATS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    for (made, kept) in made.lines().zip(kept.lines()) {
        assert_eq!(made, kept, "formats/statistics.golden: UPDATE_FORMATS=1 writes it anew, if the change is meant");
    }
    assert_eq!(made, kept);
}

#[test]
fn a_filing_is_the_same_to_validators_with_and_without_their_words() {
    let bare = Filing { intake: Vec::new(), ..filing() };
    let digest = query::filing_digest(&NETWORK, &MEMBER, &bare);
    assert_eq!(digest, query::filing_digest(&NETWORK, &MEMBER, &filing()));
    assert_ne!(digest, query::filing_digest(&NetworkId([0x34; 32]), &MEMBER, &bare));
    assert_ne!(digest, query::filing_digest(&NETWORK, &MemberId([0x12; 16]), &bare));
    let later = Filing { period: "2026-02".parse().unwrap(), ..bare };
    assert_ne!(digest, query::filing_digest(&NETWORK, &MEMBER, &later));
}
