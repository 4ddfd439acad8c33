//! Two provinces, three counties that file with an office each, and one that does not; two registers.
//!
//! Block 0 founds it, block 1 opens the registers, block 2 brings labour returns, block 3 a correction and sealed
//! returns, block 4 the publications.

use crate::pages::Desk;
use crate::services::ValidatorName;
use chancery_kernel::identity::event::IdentityEvent;
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::record::{Jurisdiction, Member, Region, Role, RoleGrant};
use chancery_kernel::identity::transaction::RoleScope;
use chancery_kernel::records::event::RecordsEvent;
use chancery_kernel::records::record::Register;
use chancery_ledger::rejection::RejectionText;
use chancery_readmodel::{FoldBlock, ReadModel};
use chancery_statistics::event::StatisticsEvent;
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::record::{CellSpecification, Collection, Identity, Ratio, Structure, Term};
use chancery_statistics::transaction::{Publication, StatisticsTransaction};
use chancery_types::amount::{AmountCommitment, CellValue, Quantity};
use chancery_types::encoding::to_bytes;
use chancery_types::event::{Event, FIGURE_PUBLISHED, RECORD_DECISION, RECORD_VERSION, RECORDS};
use chancery_types::figure::{Figure, FigureCell};
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, Height, MemberId, NetworkId, RecordId, Version};
use chancery_types::key::{FinalityKey, PublicKey, Signature};
use chancery_types::member::MemberKind;
use chancery_types::network::NetworkIdentity;
use chancery_types::outcome::{Outcome, OutcomeEntry};
use chancery_types::record::{Assurance, Cell, Decision, RecordVersion, RegisterClass};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use chancery_types::transaction::{Body, Envelope};

const NETWORK: NetworkId = NetworkId([9; 32]);
const LABOUR_CELLS: [&str; 3] = ["force", "employed", "unemployed"];

/// A member by a small number: 1 the state, 2 the statistics office, 3 a person, 10 to 12 county offices.
pub(super) fn member(number: u8) -> MemberId {
    MemberId([number; 16])
}

/// The record of a register about a member.
pub(super) fn record(register: &str, subject: u8) -> RecordId {
    let mut id = [subject; 16];
    id[0] = register.as_bytes()[0];
    RecordId(id)
}

/// The country.
pub(super) struct Country {
    pub(super) identity: NetworkIdentity,
    model: ReadModel,
    validators: Vec<ValidatorName>,
    refusals: Vec<RejectionText>,
}

impl Country {
    pub(super) fn new() -> Self {
        let keys: Vec<PublicKey> = (0..4).map(|number| PublicKey([number; 32])).collect();
        let name = |(number, key): (usize, &PublicKey)| ValidatorName {
            key: *key,
            name: format!("v{number}"),
            operator: format!("Operator {number}"),
        };
        let validators = keys.iter().enumerate().map(name).collect();
        let identity = NetworkIdentity {
            name: "Aldermark".to_owned(),
            founded: BlockTime(1_000),
            finality_key: FinalityKey([1; 96]),
            validators: keys,
            state: Digest::ZERO,
            clock_factor: 1,
            dealt: true,
        };
        let model = ReadModel::open(None, NETWORK).unwrap();
        let country = Self { identity, model, validators, refusals: chancery_registry::Registry.refusals() };
        country.fold(0, vec![]);
        country.fold(1, vec![(RECORDS, to_bytes(&0_u8), Ok(registers()))]);
        country.fold(2, vec![(STATISTICS, to_bytes(&0_u8), Ok(labour_returns()))]);
        country.fold(
            3,
            vec![
                (STATISTICS, to_bytes(&0_u8), Ok(correction())),
                (STATISTICS, to_bytes(&0_u8), Ok(sealed_returns())),
                (STATISTICS, to_bytes(&0_u8), Ok(decisions())),
            ],
        );
        let too_few = RejectionCode { application: STATISTICS, number: 63 };
        let publications = [
            ("labour", "01", Ok([500, 475, 25])),
            ("labour", "00", Ok([600, 570, 30])),
            ("turnover", "00", Ok([90, 0, 0])),
            ("turnover", "02", Err(too_few)),
        ];
        country.fold(4, publications.iter().map(publication).collect());
        country
    }

    pub(super) fn desk(&self) -> Desk<'_> {
        Desk {
            model: &self.model,
            identity: &self.identity,
            network: NETWORK,
            validators: &self.validators,
            applications: &[],
            refusals: &self.refusals,
        }
    }

    fn fold(&self, height: u64, transactions: Vec<Entry>) {
        let mut bytes = Vec::new();
        let mut entries = Vec::new();
        let mut events = Vec::new();
        for (salt, (application, payload, outcome)) in (0_u64..).zip(transactions) {
            let body = Body {
                network: NETWORK,
                application,
                sender: member(2),
                expires: BlockTime(height * 1_000 + 600_000),
                salt: height * 100 + salt,
                payload,
            };
            bytes.push(to_bytes(&Envelope { body, key: PublicKey([7; 32]), signature: Signature([0; 64]) }));
            let (outcome, done) = match outcome {
                Ok(done) => (Outcome::Accepted { events: Digest::ZERO, count: done.len().try_into().unwrap() }, done),
                Err(code) => (Outcome::Rejected { code }, Vec::new()),
            };
            entries.push(OutcomeEntry { transaction: None, envelope: Digest::ZERO, outcome });
            events.push(done);
        }
        let at_end = if height == 0 { founding() } else { Vec::new() };
        let outcome = Outcome::Accepted { events: Digest::ZERO, count: at_end.len().try_into().unwrap() };
        entries.push(OutcomeEntry { transaction: None, envelope: Digest::ZERO, outcome });
        events.push(at_end);
        let hash = Digest([height.try_into().unwrap(); 32]);
        let time = BlockTime(height * 1_000);
        let block = FoldBlock {
            height: Height(height),
            time,
            header: None,
            hash,
            transactions: &bytes,
            entries: &entries,
            events: &events,
        };
        self.model.apply(&[block]).unwrap();
    }
}

/// Application, payload, and the events or the refusal.
type Entry = (ApplicationId, Vec<u8>, Result<Vec<Event>, RejectionCode>);

fn founding() -> Vec<Event> {
    let mut events = Vec::new();
    for (code, parent, name) in [
        ("00", None, "Aldermark"),
        ("01", Some("00"), "Østmark"),
        ("02", Some("00"), "林和省"),
        ("01001", Some("01"), "Ærø"),
        ("01003", Some("01"), "Vejle"),
        ("02001", Some("02"), "石河县"),
        ("02003", Some("02"), "青龙县"),
    ] {
        let region = Region {
            code: code.parse().unwrap(),
            parent: parent.map(|parent: &str| parent.parse().unwrap()),
            name: name.to_owned(),
        };
        events.push(IdentityEvent::RegionRegistered(region).to_event());
    }
    for (number, kind, by, name, region) in [
        (1, MemberKind::Authority, None, Some("State Council"), "00"),
        (2, MemberKind::Authority, Some(1), Some("National Statistics Office"), "00"),
        (3, MemberKind::Person, Some(1), None, "00"),
        (10, MemberKind::Organisation, Some(2), Some("Ærø"), "01001"),
        (11, MemberKind::Organisation, Some(2), Some("Vejle"), "01003"),
        (12, MemberKind::Organisation, Some(2), Some("青龙县"), "02003"),
    ] {
        let registered = Member {
            id: member(number),
            kind,
            vouched_by: by.map(member),
            name: name.map(str::to_owned),
            region: region.parse().unwrap(),
            owner: None,
            legal: Digest::ZERO,
            registered: Height(0),
            revoked: None,
        };
        let jurisdiction = (kind == MemberKind::Authority).then(|| Jurisdiction {
            domains: vec!["statistics".parse().unwrap()],
            region: "00".parse().unwrap(),
            sealing_key: None,
        });
        events.push(IdentityEvent::MemberRegistered(registered, jurisdiction).to_event());
    }
    let scope = RoleScope {
        member: member(10),
        role: Role::Filer,
        domain: "statistics".parse().unwrap(),
        region: "01001".parse().unwrap(),
    };
    let grant = RoleGrant { granted_by: member(2), from: Height(0), expires: BlockTime(9_000_000), revoked: None };
    events.push(IdentityEvent::RoleGranted(scope, grant).to_event());
    assert!(events.iter().all(|event| event.application == IDENTITY));
    events
}

fn registers() -> Vec<Event> {
    let mut events = Vec::new();
    for (id, class, cells) in [
        ("labour", RegisterClass::Open, &LABOUR_CELLS[..]),
        ("turnover", RegisterClass::Confidential, &["turnover"][..]),
    ] {
        let register = Register {
            id: id.parse().unwrap(),
            class,
            domain: "statistics".parse().unwrap(),
            region: "00".parse().unwrap(),
            authority: member(2),
            legal_basis: "Statistics Act, s. 12".to_owned(),
            title: format!("The register of {id}"),
            opened: Height(1),
        };
        events.push(RecordsEvent::RegisterOpened(register).to_event());
        events.push(StatisticsEvent::StructureDefined(structure(id, cells)).to_event());
        let collection = Collection {
            register: id.parse().unwrap(),
            period: "2016".parse().unwrap(),
            due: BlockTime(2_500),
            closes: BlockTime(9_000),
            release: BlockTime(0),
            decision_term_ms: 1_000,
            respondents_min: 3,
            dominance_max_percent: 85,
            structure: 1,
        };
        events.push(StatisticsEvent::PeriodOpened(collection).to_event());
    }
    events
}

fn structure(register: &str, cells: &[&str]) -> Structure {
    let cell = |id: &&str| CellSpecification {
        id: id.parse().unwrap(),
        label: (*id).to_owned(),
        unit: "persons".to_owned(),
        scale: 0,
        low: Quantity(0),
        high: Quantity(1_000_000),
        additive: true,
    };
    let term = |coefficient, cell: &str| Term { coefficient, cell: cell.parse().unwrap() };
    let several = cells.len() > 1;
    Structure {
        register: register.parse().unwrap(),
        cells: cells.iter().map(cell).collect(),
        identities: several
            .then(|| Identity { terms: vec![term(1, "force"), term(-1, "employed"), term(-1, "unemployed")] })
            .into_iter()
            .collect(),
        ratios: several
            .then(|| Ratio {
                id: "rate".parse().unwrap(),
                label: "unemployment rate".to_owned(),
                numerator: "unemployed".parse().unwrap(),
                denominator: "force".parse().unwrap(),
                decimals: 1,
            })
            .into_iter()
            .collect(),
        version: 1,
    }
}

fn event(kind: u16, payload: Vec<u8>) -> Event {
    Event { application: RECORDS, kind, payload }
}

fn version(
    register: &str,
    (subject, filer): (u8, u8),
    region: &str,
    number: u32,
    values: &[CellValue],
    reason: Option<&str>,
) -> RecordVersion {
    let ids = if register == "labour" { &LABOUR_CELLS[..] } else { &["turnover"][..] };
    RecordVersion {
        record: record(register, subject),
        version: Version(number),
        register: register.parse().unwrap(),
        period: "2016".parse().unwrap(),
        region: region.parse().unwrap(),
        subject: member(subject),
        filer: member(filer),
        filed: BlockTime(if reason.is_some() { 3_000 } else { 2_000 }),
        cells: ids.iter().zip(values).map(|(id, value)| Cell { id: id.parse().unwrap(), value: *value }).collect(),
        sealed: None,
        reason: reason.map(str::to_owned),
    }
}

fn clear(values: [i64; 3]) -> [CellValue; 3] {
    values.map(|value| CellValue::Clear(Quantity(value)))
}

fn decision(register: &str, subject: u8, number: u32, refusal: Option<u16>) -> Event {
    let decision = Decision {
        record: record(register, subject),
        version: Version(number),
        authority: member(2),
        assurance: if refusal.is_some() { Assurance::Refused } else { Assurance::Accepted },
        code: refusal.map(|number| RejectionCode { application: STATISTICS, number }),
    };
    event(RECORD_DECISION, to_bytes(&decision))
}

/// 01001 files 250 (wrongly), 01003 300, 02003 100.
fn labour_returns() -> Vec<Event> {
    let mut events = Vec::new();
    for (subject, region, values) in
        [(10, "01001", [250, 240, 10]), (11, "01003", [300, 285, 15]), (12, "02003", [100, 95, 5])]
    {
        events.push(event(
            RECORD_VERSION,
            to_bytes(&version("labour", (subject, subject), region, 1, &clear(values), None)),
        ));
        events.push(decision("labour", subject, 1, None));
    }
    events
}

/// 01001 corrects 250 to 200, after the period was due.
fn correction() -> Vec<Event> {
    let said = Some("two digits were swapped");
    let corrected = version("labour", (10, 10), "01001", 2, &clear([200, 190, 10]), said);
    vec![event(RECORD_VERSION, to_bytes(&corrected)), decision("labour", 10, 2, None)]
}

/// A return in each county; 02003's is filed by the office of 01001.
fn sealed_returns() -> Vec<Event> {
    [((10, 10), "01001"), ((11, 11), "01003"), ((12, 10), "02003")]
        .map(|(who, region)| {
            let value = CellValue::Committed(AmountCommitment([who.0; 32]));
            event(RECORD_VERSION, to_bytes(&version("turnover", who, region, 1, &[value], None)))
        })
        .into()
}

fn decisions() -> Vec<Event> {
    vec![decision("turnover", 10, 1, None), decision("turnover", 11, 1, None), decision("turnover", 12, 1, Some(81))]
}

fn publication((register, region, outcome): &(&str, &str, Result<[i64; 3], RejectionCode>)) -> Entry {
    let publication = Publication {
        register: register.parse().unwrap(),
        period: "2016".parse().unwrap(),
        region: region.parse().unwrap(),
        sequence: 1,
        cutoff: Height(3),
        totals: Vec::new(),
        dominance_statement: true,
    };
    let payload = to_bytes(&StatisticsTransaction::Publish(publication));
    let published = outcome.map(|totals| {
        let labour = *register == "labour";
        let ids = if labour { &LABOUR_CELLS[..] } else { &["turnover"][..] };
        let cell = |(id, total): (&&str, i64)| FigureCell {
            id: id.parse().unwrap(),
            total: Quantity(total),
            sum: None,
            proof: None,
        };
        let count = if *region == "00" { 3 } else { 2 };
        let figure = Figure {
            register: register.parse().unwrap(),
            period: "2016".parse().unwrap(),
            region: region.parse().unwrap(),
            sequence: 1,
            class: if labour { RegisterClass::Open } else { RegisterClass::Confidential },
            cutoff: Height(3),
            returns: count,
            respondents: count,
            cells: ids.iter().zip(totals).map(cell).collect(),
            authority: member(2),
            dominance_max_percent: None,
        };
        vec![event(FIGURE_PUBLISHED, to_bytes(&figure))]
    });
    (STATISTICS, payload, published)
}
