//! Every format that is signed, hashed or kept: whatever decodes has one encoding, by the judgement of a reader that
//! shares no code with ours.

use super::{Seed, prefixed};
use crate::cbor::Value;
use crate::country::country;
use chancery_ledger::admission::{check_expiry, open};
use chancery_ledger::testing::NETWORK;
use chancery_ledger::{Placed, Refusal};
use chancery_types::amount::CellValue;
use chancery_types::block::Header;
use chancery_types::code::Code;
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::event::Event;
use chancery_types::figure::Figure;
use chancery_types::ids::{RecordId, Version};
use chancery_types::intake::{IntakeRequest, SignedIntake};
use chancery_types::network::NetworkIdentity;
use chancery_types::opening::Opening;
use chancery_types::outcome::OutcomeEntry;
use chancery_types::period::Period;
use chancery_types::receipt::{Finality, Path, Receipt, Subject};
use chancery_types::record::{Decision, RecordVersion};
use chancery_types::session::SignedSession;
use chancery_types::storage_receipt::StorageReceipt;
use chancery_types::time::BlockTime;
use chancery_types::transaction::{Body, Envelope, TRANSACTION_BYTES_MAX};
use chancery_verify::testing::Story;
use minicbor::{Decode, Encode};
use std::fmt::Debug;

type Check = fn(&[u8]);

/// The formats; an input's first byte says which is meant.
const FORMATS: [(&str, Check); 21] = [
    ("envelope", check::<Envelope>),
    ("body", check::<Body>),
    ("header", check::<Header>),
    ("outcome-entry", check::<OutcomeEntry>),
    ("event", check::<Event>),
    ("receipt", check::<Receipt>),
    ("path", check::<Path>),
    ("finality", check::<Finality>),
    ("subject", check::<Subject>),
    ("record-version", check::<RecordVersion>),
    ("decision", check::<Decision>),
    ("figure", check::<Figure>),
    ("signed-intake", check::<SignedIntake>),
    ("intake-request", check::<IntakeRequest>),
    ("signed-session", check::<SignedSession>),
    ("storage-receipt", check::<StorageReceipt>),
    ("opening", check::<Opening>),
    ("identity", check::<NetworkIdentity>),
    ("placed", check::<Placed>),
    ("period", check::<Period>),
    ("cells", check::<Vec<(Code, CellValue)>>),
];

pub(super) fn run(input: &[u8]) {
    let Some((first, bytes)) = input.split_first() else { return };
    if let Some((_, check)) = FORMATS.get(usize::from(*first)) {
        check(bytes);
    }
    admission(bytes);
}

fn check<T: for<'b> Decode<'b, ()> + Encode<()> + PartialEq + Debug>(bytes: &[u8]) {
    let Ok(value) = from_bytes::<T>(bytes) else { return };
    assert_eq!(to_bytes(&value), bytes, "what decodes encodes to the same bytes");
    assert!(Value::read(bytes).is_some(), "what decodes is canonical: {value:?}");
    assert!(from_bytes::<T>(&to_bytes(&value)).is_ok_and(|again| again == value), "{value:?}");
}

/// The gate before the pool.
fn admission(bytes: &[u8]) {
    match open(bytes, NETWORK) {
        Ok(opened) => {
            assert!(opened.size == bytes.len() && bytes.len() <= TRANSACTION_BYTES_MAX);
            assert_eq!(to_bytes(&opened.envelope), bytes);
            for time in [0, 1, opened.envelope.body.expires.0, u64::MAX - 1, u64::MAX] {
                let _ = check_expiry(&opened.envelope.body, BlockTime(time));
            }
        }
        Err(refusal) => assert!(refusal.code().number > 0),
    }
}

pub(super) fn seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut add = |format: &str, bytes: Vec<u8>| {
        let place = FORMATS.iter().position(|(name, _)| *name == format).unwrap();
        seeds.push(prefixed(format, u8::try_from(place).unwrap(), &bytes));
    };
    let story = Story::tell("Demonstration");
    let receipt = story.network.receipt(Story::SEALED_FIGURE, Some(4));
    let Subject::Event { event, envelope: Some(envelope), .. } = receipt.subject.clone() else { panic!("an event") };
    add("envelope", to_bytes(&envelope));
    add("body", to_bytes(&envelope.body));
    add("header", to_bytes(&receipt.header));
    add("outcome-entry", to_bytes(&receipt.entry));
    add("event", to_bytes(&event));
    add("path", to_bytes(&receipt.path));
    add("finality", to_bytes(&receipt.finality));
    add("subject", to_bytes(&receipt.subject));
    add("figure", event.payload);
    add("identity", to_bytes(&receipt.identity));
    add("receipt", to_bytes(&receipt));
    for (format, place) in [("record-version", Story::SEALED), ("decision", Story::DECISION)] {
        let Subject::Event { event, .. } = story.network.receipt(place, None).subject else { panic!("an event") };
        add(format, event.payload);
    }
    add("opening", to_bytes(&opening()));
    add("period", to_bytes(&Period::Quarter(2025, 4)));
    add("cells", to_bytes(&vec![("employed".parse::<Code>().unwrap(), CellValue::Missing)]));
    let country = country();
    add("placed", country.state.values().find(|value| from_bytes::<Placed>(value).is_ok()).unwrap().clone());
    for (format, bytes) in super::request::statements() {
        add(format, bytes);
    }
    seeds
}

/// An opening with two values.
pub(super) fn opening() -> Opening {
    let blinding = |byte| chancery_types::opening::BlindingBytes([byte; 32]);
    Opening {
        record: RecordId([1; 16]),
        version: Version(2),
        values: vec![chancery_types::amount::Quantity(300), chancery_types::amount::Quantity(-1)],
        blindings: vec![blinding(1), blinding(2)],
    }
}
