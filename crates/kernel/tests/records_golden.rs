//! `formats/records.golden`: every transaction, event and value of the records application in canonical encoding, with
//! the numbers of state keys.
//!
//! `UPDATE_FORMATS=1 cargo test -p chancery-kernel --test records_golden` writes it anew; that is an approval.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_crypto::hash::{Tag, hash};
use chancery_kernel::records::event::RecordsEvent;
use chancery_kernel::records::record::{BackLink, Link, Record, RecordHead, Register, Stated};
use chancery_kernel::records::transaction::{NewRegister, RecordsTransaction};
use chancery_kernel::records::{query, state};
use chancery_types::amount::{AmountCommitment, CellValue, Quantity};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId, RecordId, Version};
use chancery_types::record::{Assurance, Cell, Decision, RecordVersion, RegisterClass};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use std::fmt::{Debug, Write as _};
use std::path::Path;

const MEMBER: MemberId = MemberId([0x11; 16]);
const RECORD: RecordId = RecordId([0x22; 16]);
const TARGET: RecordId = RecordId([0x33; 16]);
const TIME: BlockTime = BlockTime(1_767_225_600_000);

fn new_register() -> NewRegister {
    NewRegister {
        id: "labour".parse().unwrap(),
        class: RegisterClass::Confidential,
        domain: "statistics.labour".parse().unwrap(),
        region: "01".parse().unwrap(),
        legal_basis: "Statistics Act, section 5".to_owned(),
        title: "Löhne 工资".to_owned(),
    }
}

fn register() -> Register {
    let NewRegister { id, class, domain, region, legal_basis, title } = new_register();
    Register { id, class, domain, region, authority: MEMBER, legal_basis, title, opened: Height(5) }
}

fn head() -> RecordHead {
    RecordHead {
        id: RECORD,
        register: "labour".parse().unwrap(),
        period: "2026-01".parse().unwrap(),
        region: "01001".parse().unwrap(),
        subject: MEMBER,
        owner: MEMBER,
        latest: Version(2),
        assurance: Assurance::Filed,
        counted: Some(Version(1)),
    }
}

fn version() -> RecordVersion {
    let values = [
        CellValue::Clear(Quantity(90)),
        CellValue::Committed(AmountCommitment([0x44; 32])),
        CellValue::Nil,
        CellValue::Missing,
        CellValue::NotApplicable,
    ];
    let cells = values.into_iter().map(|value| Cell { id: "employed".parse().unwrap(), value });
    RecordVersion {
        record: RECORD,
        version: Version(2),
        register: "labour".parse().unwrap(),
        period: "2026-01".parse().unwrap(),
        region: "01001".parse().unwrap(),
        subject: MEMBER,
        filer: MEMBER,
        filed: TIME,
        cells: cells.collect(),
        sealed: Some(Digest([0x55; 32])),
        reason: Some("A typing error".to_owned()),
    }
}

/// One line, after having checked that the bytes read back as what they were.
fn line<T>(text: &mut String, name: &str, value: &T)
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> + PartialEq + Debug,
{
    let bytes = to_bytes(value);
    assert_eq!(from_bytes::<T>(&bytes).as_ref(), Ok(value), "{name}");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    writeln!(text, "{name} {hex} {}", hash(Tag::Content, &[&bytes])).unwrap();
}

fn golden() -> String {
    let mut text =
        String::from("# name, canonical encoding, hash of it as content; then a record's id and state keys.\n");
    line(&mut text, "transaction.OpenRegister", &RecordsTransaction::OpenRegister(new_register()));
    let linked = RecordsEvent::Linked { from: RECORD, kind: 7, target: TARGET };
    for event in [RecordsEvent::RegisterOpened(register()), linked] {
        line(&mut text, &format!("event.{}", event.kind()), &event.to_event());
        assert_eq!(RecordsEvent::from_event(&event.to_event()), Some(event));
    }
    line(&mut text, "statement.version", &version());
    let accepted =
        Decision { record: RECORD, version: Version(2), authority: MEMBER, assurance: Assurance::Accepted, code: None };
    let code = RejectionCode { application: chancery_types::ids::ApplicationId(16), number: 81 };
    let refused = Decision { assurance: Assurance::Refused, code: Some(code), ..accepted.clone() };
    line(&mut text, "statement.accepted", &accepted);
    line(&mut text, "statement.refused", &refused);
    line(&mut text, "value.register", &register());
    line(&mut text, "value.record", &Record::new(&head(), Stated::of(&version())));
    line(&mut text, "value.superseded", &Stated::of(&RecordVersion { filer: MemberId([0x77; 16]), ..version() }));
    line(&mut text, "value.link", &Link { kind: 7, target: TARGET });
    line(&mut text, "value.back-link", &BackLink { from: RECORD, version: Version(2), kind: 7 });
    let id = query::record_id(&"labour".parse().unwrap(), &MEMBER, &"2026-01".parse().unwrap());
    writeln!(text, "record-id {id}").unwrap();
    let keys = [
        ("register", *state::register(&"labour".parse().unwrap()).raw()),
        ("record", *state::record(&RECORD).raw()),
        ("superseded", *state::superseded(&RECORD, Version(2)).raw()),
        ("links", *state::links(&RECORD, Version(2)).raw()),
        ("back-links", *state::back_links(&RECORD).raw()),
        ("back-link", *state::back_link(&RECORD, 3).raw()),
    ];
    for (name, key) in keys {
        writeln!(text, "key.{name} {key}").unwrap();
    }
    text
}

#[test]
fn encodings_are_what_the_golden_file_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../formats/records.golden");
    let made = golden();
    if std::env::var_os("UPDATE_FORMATS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    for (made, kept) in made.lines().zip(kept.lines()) {
        assert_eq!(made, kept, "formats/records.golden: UPDATE_FORMATS=1 writes it anew, if the change is meant");
    }
    assert_eq!(made, kept);
}
