//! A short chain with one of everything that a receipt can be of.

use super::figures::{Part, add_up, prove_totals};
use super::network::{Fate, Network, Place, member};
use chancery_crypto::hash::{Tag, hash};
use chancery_types::amount::{CellValue, Quantity};
use chancery_types::encoding::to_bytes;
use chancery_types::event::{Event, FIGURE_PUBLISHED, RECORD_DECISION, RECORD_VERSION, RECORDS};
use chancery_types::figure::{Figure, FigureCell};
use chancery_types::ids::{ApplicationId, Height, RecordId, Version};
use chancery_types::period::Period;
use chancery_types::record::{Assurance, Cell, Decision, RecordVersion, RegisterClass};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use minicbor::Encode;

const STATISTICS: u16 = 16;
const IDENTITY: u16 = 1;

/// A network whose four blocks hold one of everything:
///
/// 1. returns: one accepted, one refused, one sealed; another application's event; a refusal at the block's end
/// 2. publications: an open figure, a confidential one
/// 3. nothing
/// 4. one more return, refused
pub struct Story {
    /// The network.
    pub network: Network,
}

impl Story {
    /// An accepted transaction.
    pub const ACCEPTED: Place = Place { height: 1, entry: 0, event: None };
    /// A version of a record in an open register.
    pub const RECORD: Place = Place { height: 1, entry: 0, event: Some(0) };
    /// Its acceptance.
    pub const DECISION: Place = Place { height: 1, entry: 0, event: Some(1) };
    /// A refused transaction.
    pub const REFUSED: Place = Place { height: 1, entry: 1, event: None };
    /// A version of a record in a confidential register, which corrects an earlier one.
    pub const SEALED: Place = Place { height: 1, entry: 2, event: Some(0) };
    /// Another application's event.
    pub const OTHER: Place = Place { height: 1, entry: 3, event: Some(0) };
    /// A decision at a block's end, which no transaction caused.
    pub const END: Place = Place { height: 1, entry: 4, event: Some(0) };
    /// A published figure of an open register.
    pub const OPEN_FIGURE: Place = Place { height: 2, entry: 0, event: Some(0) };
    /// A published figure of a confidential register.
    pub const SEALED_FIGURE: Place = Place { height: 2, entry: 1, event: Some(0) };
    /// Everything that a receipt can be of, by name.
    pub const PLACES: [(&'static str, Place); 9] = [
        ("accepted", Self::ACCEPTED),
        ("refused", Self::REFUSED),
        ("record", Self::RECORD),
        ("decision", Self::DECISION),
        ("sealed-record", Self::SEALED),
        ("other-event", Self::OTHER),
        ("end-of-block", Self::END),
        ("open-figure", Self::OPEN_FIGURE),
        ("confidential-figure", Self::SEALED_FIGURE),
    ];

    /// Tells the story on a network of this name.
    pub fn tell(name: &str) -> Self {
        let mut network = Network::found(name);
        let returns = vec![
            sent(&mut network, "filer", STATISTICS, Fate::Accepted(vec![record(), decision(Assurance::Accepted)])),
            sent(&mut network, "filer", STATISTICS, Fate::Rejected(rejection())),
            sent(&mut network, "maker", STATISTICS, Fate::Accepted(vec![sealed_record()])),
            sent(&mut network, "office", IDENTITY, Fate::Accepted(vec![other_event()])),
        ];
        network.append(returns, vec![decision(Assurance::Refused)]);
        let sealed = sealed_figure(&network);
        let publications = vec![
            sent(&mut network, "office", STATISTICS, Fate::Accepted(vec![open_figure()])),
            sent(&mut network, "office", STATISTICS, Fate::Accepted(vec![event(FIGURE_PUBLISHED, &sealed)])),
        ];
        network.append(publications, Vec::new());
        network.append(Vec::new(), Vec::new());
        let last = sent(&mut network, "filer", STATISTICS, Fate::Rejected(rejection()));
        network.append(vec![last], Vec::new());
        Self { network }
    }
}

/// The number with which the story's transactions are refused.
pub fn rejection() -> RejectionCode {
    "16-007".parse().unwrap()
}

fn sent(
    network: &mut Network,
    sender: &str,
    application: u16,
    fate: Fate,
) -> (chancery_types::transaction::Envelope, Fate) {
    (network.sign(sender, application, b"what the application was asked"), fate)
}

fn event(kind: u16, payload: &impl Encode<()>) -> Event {
    Event { application: RECORDS, kind, payload: to_bytes(payload) }
}

fn other_event() -> Event {
    Event { application: ApplicationId(IDENTITY), kind: 7, payload: vec![0xf6] }
}

fn record_id(subject: &str) -> RecordId {
    RecordId(*hash(Tag::Record, &[subject.as_bytes()]).0.first_chunk().unwrap())
}

fn record() -> Event {
    let cell = |id: &str, value| Cell { id: id.parse().unwrap(), value };
    event(
        RECORD_VERSION,
        &RecordVersion {
            record: record_id("county"),
            version: Version(1),
            register: "labour-force".parse().unwrap(),
            period: Period::Year(2016),
            region: "01001".parse().unwrap(),
            subject: member("county"),
            filer: member("filer"),
            filed: BlockTime(1_767_225_601_000),
            cells: vec![
                cell("employed", CellValue::Clear(Quantity(24_297))),
                cell("unemployed", CellValue::Clear(Quantity(1_351))),
                cell("vacancies", CellValue::Nil),
            ],
            sealed: None,
            reason: None,
        },
    )
}

/// The parts of the one confidential cell, by owner.
fn parts() -> [Part; 3] {
    [Part::new(100, "mill"), Part::new(250, "mine"), Part::new(400, "maker")]
}

fn sealed_record() -> Event {
    let [.., part] = parts();
    let value = CellValue::Committed(part.commitment());
    event(
        RECORD_VERSION,
        &RecordVersion {
            record: record_id("maker"),
            version: Version(2),
            register: "enterprise-survey".parse().unwrap(),
            period: Period::Quarter(2025, 4),
            region: "02".parse().unwrap(),
            subject: member("maker"),
            filer: member("maker"),
            filed: BlockTime(1_767_225_600_500),
            cells: vec![Cell { id: "turnover".parse().unwrap(), value }],
            sealed: Some(hash(Tag::Content, &[b"sealed opening"])),
            reason: Some("a plant was left out".to_owned()),
        },
    )
}

fn decision(assurance: Assurance) -> Event {
    let code = (assurance == Assurance::Refused).then(|| "2-011".parse().unwrap());
    let (record, authority) = (record_id("county"), member("office"));
    event(RECORD_DECISION, &Decision { record, version: Version(1), authority, assurance, code })
}

fn open_figure() -> Event {
    let cell = |id: &str, total| FigureCell { id: id.parse().unwrap(), total: Quantity(total), sum: None, proof: None };
    event(
        FIGURE_PUBLISHED,
        &Figure {
            register: "labour-force".parse().unwrap(),
            period: Period::Year(2016),
            region: "01".parse().unwrap(),
            sequence: 1,
            class: RegisterClass::Open,
            cutoff: Height(1),
            returns: 67,
            respondents: 67,
            cells: vec![cell("employed", 2_045_624), cell("unemployed", 129_614)],
            authority: member("office"),
            dominance_max_percent: None,
        },
    )
}

/// The confidential figure of the story, on a network of one's choice: its proofs hold there and nowhere else.
pub(super) fn sealed_figure(network: &Network) -> Figure {
    let (turnover, blinding) = add_up("turnover", &parts());
    let staff = [Part::new(9, "mill staff"), Part::new(11, "mine staff"), Part::new(14, "maker staff")];
    let (staff, staff_blinding) = add_up("staff", &staff);
    let mut figure = Figure {
        register: "enterprise-survey".parse().unwrap(),
        period: Period::Quarter(2025, 4),
        region: "02".parse().unwrap(),
        sequence: 1,
        class: RegisterClass::Confidential,
        cutoff: Height(1),
        returns: 3,
        respondents: 3,
        cells: vec![turnover, staff],
        authority: member("office"),
        dominance_max_percent: Some(60),
    };
    prove_totals(network, &mut figure, &[blinding, staff_blinding]);
    figure
}
