//! Everything that people and addresses write as text: what is read has one spelling.

use super::{Seed, seed};
use chancery_api::backend::EventPlace;
use chancery_types::code::{CellId, Domain, RegionCode, RegisterId};
use chancery_types::hash::Digest;
use chancery_types::ids::{MemberId, NetworkId, RecordId, StateKey, TransactionId};
use chancery_types::key::{FinalityKey, PublicKey, Signature};
use chancery_types::period::Period;
use chancery_types::rejection::RejectionCode;
use std::fmt::Display;
use std::str::FromStr;

pub(super) fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    one_spelling::<CellId>(text);
    one_spelling::<RegionCode>(text);
    one_spelling::<RegisterId>(text);
    one_spelling::<Domain>(text);
    one_spelling::<Period>(text);
    one_spelling::<RejectionCode>(text);
    one_spelling::<EventPlace>(text);
    one_spelling::<Digest>(text);
    one_spelling::<MemberId>(text);
    one_spelling::<NetworkId>(text);
    one_spelling::<RecordId>(text);
    one_spelling::<StateKey>(text);
    one_spelling::<TransactionId>(text);
    one_spelling::<PublicKey>(text);
    one_spelling::<Signature>(text);
    one_spelling::<FinalityKey>(text);
    if let Some((outer, inner)) = text.split_once(' ') {
        domains(outer, inner);
    }
}

fn one_spelling<T: FromStr + Display>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string(), text);
    }
}

/// A domain lies within itself, and within another only where that is a part of its name up to a dot.
fn domains(outer: &str, inner: &str) {
    let (Ok(one), Ok(other)) = (outer.parse::<Domain>(), inner.parse::<Domain>()) else { return };
    let within = outer == inner || inner.starts_with(&format!("{outer}."));
    assert_eq!(one.contains(&other), within, "{outer} {inner}");
}

pub(super) fn seeds() -> Vec<Seed> {
    [
        ("cell", "employed".to_owned()),
        ("region", "01001".to_owned()),
        ("domains", "statistics statistics.labour".to_owned()),
        ("year", "2016".to_owned()),
        ("quarter", "2025-Q4".to_owned()),
        ("month", "2026-01".to_owned()),
        ("day", "2026-01-31".to_owned()),
        ("refusal", "16-007".to_owned()),
        ("place", "120.0.3".to_owned()),
        ("member", "0a".repeat(16)),
        ("digest", "0a".repeat(32)),
        ("finality-key", "0a".repeat(96)),
        ("signature", "0a".repeat(64)),
    ]
    .map(|(name, text)| seed(name, text))
    .to_vec()
}
