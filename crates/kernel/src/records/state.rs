//! Where the records application keeps what it knows. The only file of the application that builds keys.

use super::ids::RECORDS;
use super::record::{BackLink, Link, Record, Register, Stated};
use chancery_ledger::Key;
use chancery_types::code::RegisterId;
use chancery_types::ids::{RecordId, Version};

/// A register.
pub fn register(id: &RegisterId) -> Key<Register> {
    Key::new(RECORDS, "register", id)
}

/// A record with its latest version.
pub fn record(id: &RecordId) -> Key<Record> {
    Key::new(RECORDS, "record", id)
}

/// A version of a record that a later one has replaced.
pub fn superseded(record: &RecordId, version: Version) -> Key<Stated> {
    Key::new(RECORDS, "superseded", &(record, version))
}

/// The links of one version, at most [`super::ids::LINKS_MAX`].
pub fn links(record: &RecordId, version: Version) -> Key<Vec<Link>> {
    Key::new(RECORDS, "links", &(record, version))
}

/// How many links lead to a record.
pub fn back_links(target: &RecordId) -> Key<u64> {
    Key::new(RECORDS, "back-links", target)
}

/// One link that leads to a record, by its place in the order in which they came, from 0. Each has a key of its own,
/// so that a record on which thousands rest costs no more to link to than any other.
pub fn back_link(target: &RecordId, place: u64) -> Key<BackLink> {
    Key::new(RECORDS, "back-link", &(target, place))
}
