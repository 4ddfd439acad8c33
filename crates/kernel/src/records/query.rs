//! What other applications and readers ask about registers and records.

use super::record::{BackLink, Link, RecordHead, Register};
use super::state;
use crate::identity::query::member;
use chancery_crypto::hash::{Tag, hash};
use chancery_ledger::View;
use chancery_types::code::RegisterId;
use chancery_types::encoding::to_bytes;
use chancery_types::ids::{MemberId, RecordId, StateKey, Version};
use chancery_types::period::Period;
use chancery_types::record::RecordVersion;
use std::sync::Arc;

/// How far the line of owners behind a subject is followed. Who stands behind the last one is not asked, so a line
/// that leads in a circle ends too.
pub const OWNERS_MAX: usize = 8;

/// The id of the record about a subject in a register and period: nobody chooses it, and there is one.
pub fn record_id(register: &RegisterId, subject: &MemberId, period: &Period) -> RecordId {
    let digest = hash(Tag::Record, &[register.as_str().as_bytes(), subject.as_bytes(), &to_bytes(period)]);
    let mut id = [0; RecordId::SIZE];
    for (target, byte) in id.iter_mut().zip(digest.0) {
        *target = byte;
    }
    RecordId(id)
}

/// The keys that filing a record asks for: its subject's and its own.
pub fn filing_keys(subject: &MemberId, record: &RecordId) -> [StateKey; 2] {
    [crate::identity::query::member_key(subject), *state::record(record).raw()]
}

/// A register.
pub fn register(view: &View<'_>, id: &RegisterId) -> Option<Arc<Register>> {
    let found = view.derived(id, |view| view.read(&state::register(id)).map(Arc::new));
    Option::clone(&found)
}

/// A record's head.
pub fn head(view: &View<'_>, record: &RecordId) -> Option<RecordHead> {
    view.read(&state::record(record)).map(|kept| kept.head(*record))
}

/// One version of a record.
pub fn version(view: &View<'_>, record: &RecordId, version: Version) -> Option<RecordVersion> {
    let kept = view.read(&state::record(record))?;
    let stated = match version == kept.latest {
        true => kept.stated.clone(),
        false => view.read(&state::superseded(record, version))?,
    };
    Some(kept.version(*record, version, stated))
}

/// The links of one version.
pub fn links(view: &View<'_>, record: &RecordId, version: Version) -> Vec<Link> {
    view.read(&state::links(record, version)).unwrap_or_default()
}

/// How many links lead to a record.
pub fn back_links(view: &View<'_>, target: &RecordId) -> u64 {
    view.read(&state::back_links(target)).unwrap_or_default()
}

/// One link that leads to a record, by its place from 0.
pub fn back_link(view: &View<'_>, target: &RecordId, place: u64) -> Option<BackLink> {
    view.read(&state::back_link(target, place))
}

/// Who stands behind a subject in the end: respondents are counted by this member, so that ten works of one company
/// do not hide each other.
pub fn respondent(view: &View<'_>, subject: &MemberId) -> MemberId {
    let mut last = *subject;
    for _ in 0..OWNERS_MAX {
        match member(view, &last).and_then(|member| member.owner) {
            Some(owner) => last = owner,
            None => break,
        }
    }
    last
}
