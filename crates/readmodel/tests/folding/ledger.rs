//! A ledger of final blocks, made from events without the state machine, and a file to fold it into.

use chancery_crypto::digest::{event_leaf, transaction_id};
use chancery_crypto::hash::{Digest, Tag, hash};
use chancery_crypto::merkle::root;
use chancery_kernel::identity::event::IdentityEvent;
use chancery_kernel::identity::record::Region;
use chancery_kernel::records::event::RecordsEvent;
use chancery_kernel::records::record::Register;
use chancery_readmodel::{FoldBlock, ReadModel};
use chancery_types::amount::{AmountCommitment, CellValue, Quantity};
use chancery_types::encoding::to_bytes;
use chancery_types::event::{Event, RECORD_DECISION, RECORD_VERSION, RECORDS};
use chancery_types::ids::{ApplicationId, Height, MemberId, NetworkId, RecordId, Version};
use chancery_types::key::{PublicKey, Signature};
use chancery_types::outcome::{Outcome, OutcomeEntry};
use chancery_types::record::{Assurance, Cell, Decision, RecordVersion, RegisterClass};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use chancery_types::transaction::{Body, Envelope};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) const NETWORK: NetworkId = NetworkId([1; 32]);
pub(crate) const AUTHORITY: MemberId = MemberId([0xaa; 16]);
/// An application whose events this version does not know.
pub(crate) const UNKNOWN: ApplicationId = ApplicationId(77);

/// What a transaction came to.
pub(crate) enum Did {
    /// It was carried out, with these events.
    These(Vec<Event>),
    /// It was refused.
    Refused(&'static str),
}

/// A final block.
pub(crate) struct Block {
    pub(crate) height: Height,
    time: BlockTime,
    transactions: Vec<Vec<u8>>,
    entries: Vec<OutcomeEntry>,
    events: Vec<Vec<Event>>,
}

impl Block {
    /// Block 0: the founding events in its only entry.
    pub(crate) fn founding() -> Self {
        let regions =
            [("XX", None), ("01", Some("XX")), ("02", Some("XX")), ("01001", Some("01")), ("01002", Some("01"))];
        let region = |(code, parent): (&str, Option<&str>)| Region {
            code: code.parse().unwrap(),
            parent: parent.map(|parent| parent.parse().unwrap()),
            name: format!("Region {code}"),
        };
        let mut events: Vec<Event> =
            regions.into_iter().map(|pair| IdentityEvent::RegionRegistered(region(pair)).to_event()).collect();
        for (id, class) in [("labour", RegisterClass::Open), ("firms", RegisterClass::Confidential)] {
            let register = Register {
                id: id.parse().unwrap(),
                class,
                domain: "statistics".parse().unwrap(),
                region: "XX".parse().unwrap(),
                authority: AUTHORITY,
                legal_basis: "Act 2".to_owned(),
                title: format!("The register of {id}"),
                opened: Height(0),
            };
            events.push(RecordsEvent::RegisterOpened(register).to_event());
        }
        Self::new(0, vec![], events)
    }

    /// A block of transactions, with the events at its end.
    pub(crate) fn new(height: u64, dids: Vec<Did>, at_the_end: Vec<Event>) -> Self {
        let (mut transactions, mut entries, mut events) = (vec![], vec![], vec![]);
        for (salt, did) in (0..).zip(dids) {
            let payload = to_bytes(&(3u32, [0u8; 4]));
            let expires = BlockTime(height * 1_000 + 500);
            let body =
                Body { network: NETWORK, application: ApplicationId(16), sender: AUTHORITY, expires, salt, payload };
            let (outcome, did) = match did {
                Did::These(events) => (accepted(&events), events),
                Did::Refused(code) => (Outcome::Rejected { code: code.parse::<RejectionCode>().unwrap() }, vec![]),
            };
            let transaction = Some(transaction_id(&body));
            entries.push(OutcomeEntry { transaction, envelope: Digest::ZERO, outcome });
            events.push(did);
            let (key, signature) = (PublicKey([3; 32]), Signature([4; 64]));
            transactions.push(to_bytes(&Envelope { body, key, signature }));
        }
        let outcome = accepted(&at_the_end);
        entries.push(OutcomeEntry { transaction: None, envelope: Digest::ZERO, outcome });
        events.push(at_the_end);
        Self { height: Height(height), time: BlockTime(height * 1_000), transactions, entries, events }
    }

    /// The same at another time.
    pub(crate) fn at(self, time: BlockTime) -> Self {
        Self { time, ..self }
    }

    pub(crate) fn fold(&self) -> FoldBlock<'_> {
        FoldBlock {
            height: self.height,
            time: self.time,
            header: None,
            hash: hash(Tag::Header, &[&self.height.0.to_be_bytes()]),
            transactions: &self.transactions,
            entries: &self.entries,
            events: &self.events,
        }
    }
}

fn accepted(events: &[Event]) -> Outcome {
    let leaves: Vec<Digest> = events.iter().map(event_leaf).collect();
    Outcome::Accepted { events: root(&leaves), count: u32::try_from(events.len()).unwrap() }
}

/// The subject's record of 2016 in a register.
pub(crate) fn record(register: &str, subject: u8) -> RecordId {
    let [first, ..] = hash(Tag::Record, &[register.as_bytes(), &[subject]]).0;
    RecordId([subject ^ first; 16])
}

/// A version with two cells: of an open register in clear, of a confidential one committed.
pub(crate) fn filed(register: &str, subject: u8, version: u32, region: &str, amounts: [i64; 2]) -> Event {
    let value = |amount: i64| match register {
        "labour" => CellValue::Clear(Quantity(amount)),
        _ => CellValue::Committed(AmountCommitment([7; 32])),
    };
    let cells = ["employed", "unemployed"].iter().zip(amounts);
    let version = RecordVersion {
        record: record(register, subject),
        version: Version(version),
        register: register.parse().unwrap(),
        period: "2016".parse().unwrap(),
        region: region.parse().unwrap(),
        subject: MemberId([subject; 16]),
        filer: MemberId([subject; 16]),
        filed: BlockTime(5),
        cells: cells.map(|(id, amount)| Cell { id: id.parse().unwrap(), value: value(amount) }).collect(),
        sealed: None,
        reason: (version > 1).then(|| "a slip".to_owned()),
    };
    Event { application: RECORDS, kind: RECORD_VERSION, payload: to_bytes(&version) }
}

/// The authority's word on a version: a number to refuse.
pub(crate) fn decided(register: &str, subject: u8, version: u32, refusal: Option<&str>) -> Event {
    let decision = Decision {
        record: record(register, subject),
        version: Version(version),
        authority: AUTHORITY,
        assurance: if refusal.is_some() { Assurance::Refused } else { Assurance::Accepted },
        code: refusal.map(|code| code.parse().unwrap()),
    };
    Event { application: RECORDS, kind: RECORD_DECISION, payload: to_bytes(&decision) }
}

/// A file that is gone when the test is over.
pub(crate) struct File(PathBuf);

impl File {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("chancery-readmodel-{}-{number}.sqlite", std::process::id())))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn open(&self) -> ReadModel {
        ReadModel::open(Some(&self.0), NETWORK).unwrap()
    }

    /// Every row of every table, in order.
    pub(crate) fn dump(&self) -> Vec<String> {
        let connection = rusqlite::Connection::open(&self.0).unwrap();
        let mut tables =
            connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").unwrap();
        let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let mut rows = Vec::new();
        for table in tables {
            let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns = statement.column_count();
            let mut found = statement.query([]).unwrap();
            while let Some(row) = found.next().unwrap() {
                let values: Vec<rusqlite::types::Value> = (0..columns).map(|column| row.get(column).unwrap()).collect();
                rows.push(format!("{table} {values:?}"));
            }
        }
        rows.sort();
        rows
    }

    pub(crate) fn execute(&self, sql: &str) {
        rusqlite::Connection::open(&self.0).unwrap().execute_batch(sql).unwrap();
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm"] {
            let mut path = self.0.clone().into_os_string();
            path.push(ending);
            // What is not there needs no removing.
            let _ = std::fs::remove_file(path);
        }
    }
}
