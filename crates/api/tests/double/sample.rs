//! What the double knows.

use super::keys::{self, AUTHORITY, FILER, NODE};
use super::{NETWORK, NOW};
use chancery_api::backend::FigureId;
use chancery_api::view::*;
use chancery_kernel::identity::record::{IdentityLevel, Role};
use chancery_types::amount::{AmountCommitment, Quantity};
use chancery_types::code::RegisterId;
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, Epoch, Height, RecordId, StateKey, TransactionId, Version, View};
use chancery_types::key::{FinalityKey, PublicKey};
use chancery_types::member::{KeyPurpose, MemberKind};
use chancery_types::record::{Assurance, RegisterClass};

pub fn open() -> RegisterId {
    "labour-force".parse().unwrap()
}

pub fn confidential() -> RegisterId {
    "turnover".parse().unwrap()
}

pub fn record_id() -> RecordId {
    RecordId([5; 16])
}

pub fn digest() -> Digest {
    Digest([6; 32])
}

pub fn figure_id() -> FigureId {
    FigureId { register: open(), period: "2016".parse().unwrap(), region: "01".parse().unwrap() }
}

pub fn network(height: Height) -> Network {
    Network {
        id: NETWORK,
        name: "Preview".to_owned(),
        identity: "a0".to_owned(),
        founded: NOW.into(),
        finality_key: FinalityKey([8; 96]),
        validators: vec![keys::signing(NODE).public_key()],
        faults_max: 0,
        clock_factor: 1,
        dealt: true,
        node: keys::signing(NODE).public_key(),
        software: "0.0.0".to_owned(),
        height,
        time: NOW.into(),
        applications: vec![Application { number: ApplicationId(16), name: "statistics".to_owned() }],
        observes: None,
        kept_from: Height(1),
        archives: Vec::new(),
    }
}

pub fn peers() -> Vec<Peer> {
    vec![Peer { key: PublicKey([8; 32]), validator: true, connected: false, heard: None }]
}

pub fn state(key: StateKey, height: Height) -> StateProof {
    StateProof { key, height, header: "a0".to_owned(), present: false, value: None, proof: "80".to_owned() }
}

pub fn block_summary(height: u64) -> BlockSummary {
    BlockSummary {
        height: Height(height),
        time: NOW.into(),
        hash: digest(),
        proposer: keys::signing(NODE).public_key(),
        transactions: 3,
    }
}

pub fn entries() -> Vec<BlockTransaction> {
    let entry = |index: u8| BlockTransaction {
        index: index.into(),
        id: TransactionId([index; 32]),
        application: ApplicationId(16),
        sender: keys::member(FILER),
        code: (index == 1).then(|| "16-001".parse().unwrap()),
    };
    [0, 1, 2].map(entry).to_vec()
}

pub fn block(height: u64, entries: Vec<BlockTransaction>) -> Block {
    Block {
        summary: block_summary(height),
        epoch: Epoch(0),
        view: View(height),
        parent: digest(),
        state_root: digest(),
        outcomes_root: digest(),
        history_root: digest(),
        header: "a0".to_owned(),
        entries,
        next: None,
    }
}

pub fn members() -> Vec<MemberSummary> {
    let member = |(who, kind): (u8, MemberKind)| MemberSummary {
        id: keys::member(who),
        kind,
        name: Some(format!("Member {who}")),
        region: "01".parse().unwrap(),
        vouched_by: (who != AUTHORITY).then(|| keys::member(AUTHORITY)),
        revoked: None,
    };
    [(AUTHORITY, MemberKind::Authority), (FILER, MemberKind::Organisation), (4, MemberKind::Person)]
        .map(member)
        .to_vec()
}

fn jurisdiction() -> Jurisdiction {
    Jurisdiction {
        domains: vec!["statistics".parse().unwrap()],
        region: "01".parse().unwrap(),
        sealing_key: Some(chancery_types::key::SealingPublicKey([4; 32])),
    }
}

pub fn member(summary: MemberSummary) -> Member {
    let role = RoleGrant {
        role: Role::Filer,
        domain: "statistics.labour".parse().unwrap(),
        region: "01".parse().unwrap(),
        granted_by: keys::member(AUTHORITY),
        from: Height(1),
        expires: NOW.into(),
        revoked: None,
    };
    Member {
        jurisdiction: (summary.kind == MemberKind::Authority).then(jurisdiction),
        owner: None,
        registered: Height(1),
        keys: vec![],
        roles: vec![role],
        summary,
    }
}

pub fn authority() -> Authority {
    Authority { member: members().remove(0), jurisdiction: jurisdiction() }
}

pub fn regions() -> Vec<Region> {
    let region = |(code, parent): (&str, Option<&str>)| Region {
        code: code.parse().unwrap(),
        parent: parent.map(|parent| parent.parse().unwrap()),
        name: format!("Région {code}"),
    };
    [("00", None), ("01", Some("00")), ("01001", Some("01"))].map(region).to_vec()
}

pub fn region_history(region: Region) -> RegionHistory {
    let first = Naming { name: region.name, from: None, act: None };
    let later = Naming { name: "New name".to_owned(), from: Some(NOW.into()), act: Some("Naming Act 2".to_owned()) };
    let successors = vec!["01".to_owned()];
    let end = Succession { from: NOW.into(), successors, heir: None, act: "Reform Act 3".to_owned() };
    RegionHistory {
        code: region.code,
        parent: region.parent,
        names: vec![first, later],
        end: Some(end),
        predecessors: vec![],
    }
}

pub fn member_history(member: MemberSummary) -> MemberHistory {
    let identification = Identification {
        level: IdentityLevel::High,
        authority: keys::member(AUTHORITY),
        checked_by: keys::member(AUTHORITY),
        checked: NOW.into(),
        documents: digest(),
    };
    let suspension = Suspension {
        by: keys::member(AUTHORITY),
        reason: "lent its keys".to_owned(),
        announced: Height(1),
        from: NOW.into(),
        lifted: Some(Height(2)),
        lifted_reason: Some("cleared".to_owned()),
    };
    let by = keys::member(AUTHORITY);
    let calibration = Calibration { by, on: NOW.into(), expires: NOW.into(), certificate: digest() };
    let (model, place) = ("Flow 200".to_owned(), "Outfall 3".to_owned());
    MemberHistory {
        member,
        names: vec![],
        end: None,
        identification: Some(identification),
        vouchers: vec![by],
        taken_over_by: None,
        suspensions: vec![suspension],
        device: Some(Device { model, place, calibration: Some(calibration) }),
    }
}

pub fn suspension_preview(members: Vec<MemberSummary>) -> SuspensionPreview {
    let role = member(self::members().remove(1)).roles.remove(0);
    SuspensionPreview {
        members_count: 3,
        authorities_count: 1,
        roles_count: 1,
        members,
        next: None,
        roles: vec![TouchedRole { member: keys::member(FILER), role }],
    }
}

pub fn key(who: u8, key: PublicKey) -> Key {
    Key {
        key,
        member: keys::member(who),
        purpose: KeyPurpose::Business,
        from: Height(1),
        expires: Some(NOW.into()),
        revoked: None,
    }
}

pub fn register(id: RegisterId) -> Register {
    let class = if id == open() { RegisterClass::Open } else { RegisterClass::Confidential };
    Register {
        id,
        class,
        domain: "statistics.labour".parse().unwrap(),
        region: "00".parse().unwrap(),
        authority: keys::member(AUTHORITY),
        legal_basis: "Statistics Act, section 4".to_owned(),
        title: "Labour force".to_owned(),
        opened: Height(1),
    }
}

pub fn register_detail(id: RegisterId) -> RegisterDetail {
    let cell = |id: &str| CellSpecification {
        id: id.parse().unwrap(),
        label: id.to_owned(),
        unit: "persons".to_owned(),
        scale: 0,
        low: Quantity(0),
        high: Quantity(1_000_000),
        additive: true,
    };
    let structure = Structure {
        cells: vec![cell("employed"), cell("unemployed")],
        identities: vec![vec![IdentityTerm { coefficient: -1, cell: "employed".parse().unwrap() }]],
        ratios: vec![RatioSpecification {
            id: "rate".parse().unwrap(),
            label: "Rate".to_owned(),
            numerator: "unemployed".parse().unwrap(),
            denominator: "employed".parse().unwrap(),
            decimals: 1,
        }],
    };
    let collection = Collection {
        period: "2016".parse().unwrap(),
        due: NOW.into(),
        closes: NOW.into(),
        release: NOW.into(),
        decision_term_ms: 1_000,
        respondents_min: 3,
        dominance_max_percent: 70,
    };
    RegisterDetail { register: register(id), structure: Some(structure), periods: vec![collection] }
}

pub fn record() -> Record {
    let cell = |(id, value): (&str, CellContent)| Cell { id: id.parse().unwrap(), value };
    let version = RecordVersion {
        version: Version(1),
        filer: keys::member(FILER),
        filed: NOW.into(),
        height: Height(2),
        transaction: TransactionId([9; 32]),
        cells: [
            ("employed", CellContent::Clear { value: Quantity(12) }),
            ("unemployed", CellContent::Committed { value: AmountCommitment([3; 32]) }),
            ("seeking", CellContent::Nil),
        ]
        .map(cell)
        .to_vec(),
        sealed: None,
        reason: None,
        assurance: Assurance::Accepted,
        decided_by: None,
        decided: Some(Height(2)),
        code: None,
    };
    let summary = RecordSummary {
        id: record_id(),
        register: open(),
        period: "2016".parse().unwrap(),
        region: "01".parse().unwrap(),
        subject: keys::member(FILER),
        latest: Version(1),
        assurance: Assurance::Accepted,
        counted: Some(Version(1)),
    };
    Record { summary, versions: vec![version] }
}

pub fn figure() -> Figure {
    let FigureId { register, period, region } = figure_id();
    let cell = |id: &str, total: i64, committed: bool| FigureCell {
        id: id.parse().unwrap(),
        total: Quantity(total),
        sum: committed.then_some(AmountCommitment([3; 32])),
        proof: committed.then(|| "00".repeat(64)),
    };
    Figure {
        register,
        period,
        region,
        sequence: 1,
        class: RegisterClass::Open,
        cutoff: Height(2),
        returns: 3,
        respondents: 3,
        cells: vec![cell("employed", 36, false), cell("unemployed", 4, true)],
        ratios: vec![Ratio {
            id: "rate".parse().unwrap(),
            label: "Rate".to_owned(),
            numerator: Quantity(4),
            denominator: Quantity(40),
            decimals: 1,
        }],
        authority: keys::member(AUTHORITY),
        dominance_max_percent: None,
        height: Height(3),
        published: NOW.into(),
        transaction: TransactionId([9; 32]),
    }
}

pub fn aggregate(figure: &FigureId) -> Aggregate {
    let sum = if figure.register == open() {
        RunningSum::Clear { value: Quantity(36) }
    } else {
        RunningSum::Committed { value: AmountCommitment([3; 32]) }
    };
    Aggregate {
        register: figure.register.clone(),
        period: figure.period,
        region: figure.region.clone(),
        returns: 3,
        respondents: 3,
        changed: 0,
        refused: 1,
        publications: 1,
        last_changed: Height(3),
        cells: vec![AggregateCell { id: "employed".parse().unwrap(), sum }],
    }
}
