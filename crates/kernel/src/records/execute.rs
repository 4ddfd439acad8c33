//! What transactions do, and the operations by which applications file records, decide on them and publish figures.
//! An operation checks what holds for every record; who may file what, and what it means, is the caller's business.

use super::event::{RecordsEvent, decided, figure_published, version_filed};
use super::ids::LINKS_MAX;
use super::record::{BackLink, Link, Record, RecordHead, Register, Stated};
use super::rejection::RecordsRejection;
use super::transaction::{NewRegister, RecordsTransaction, is_line};
use super::{query, state};
use chancery_ledger::{BlockContext, Changes, Permitted, View};
use chancery_types::code::RegionCode;
use chancery_types::figure::Figure;
use chancery_types::hash::Digest;
use chancery_types::ids::{MemberId, RecordId, Version};
use chancery_types::period::Period;
use chancery_types::record::{Assurance, CELLS_MAX, Cell, Decision, RecordVersion, RegisterClass};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;

/// Carries out a permitted transaction.
///
/// # Errors
/// It cannot be done; then nothing is.
pub(super) fn execute(
    view: &View<'_>,
    context: &BlockContext,
    permitted: Permitted<RecordsTransaction>,
) -> Result<Changes, RecordsRejection> {
    let (sender, transaction) = permitted.into_parts();
    match transaction {
        RecordsTransaction::OpenRegister(register) => open_register(view, context, sender.member, register),
    }
}

fn open_register(
    view: &View<'_>,
    context: &BlockContext,
    authority: MemberId,
    new: NewRegister,
) -> Result<Changes, RecordsRejection> {
    let key = state::register(&new.id);
    if view.has(&key) {
        return Err(RecordsRejection::RegisterKnown);
    }
    let NewRegister { id, class, domain, region, legal_basis, title } = new;
    let register = Register { id, class, domain, region, authority, legal_basis, title, opened: context.height };
    let mut changes = Changes::new();
    changes.put(&key, &register);
    changes.emit(RecordsEvent::RegisterOpened(register).to_event());
    Ok(changes)
}

/// A version to be filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVersion {
    /// What it is about in time.
    pub period: Period,
    /// What it is about in space. A correction stays where the record is.
    pub region: RegionCode,
    /// Whom it is about.
    pub subject: MemberId,
    /// Who signed it.
    pub filer: MemberId,
    /// The time of filing.
    pub filed: BlockTime,
    /// Cells in the order of the register's structure.
    pub cells: Vec<Cell>,
    /// Commitment to the sealed openings.
    pub sealed: Option<Digest>,
    /// For a correction: the latest version, which it replaces, and why.
    pub correction: Option<(Version, String)>,
    /// The records that this version rests on.
    pub links: Vec<Link>,
}

/// Files a version: the first of its record, or a correction of the latest. In an open register consensus has checked
/// the values, so the version is accepted at once; in a confidential one it waits for the authority's word.
///
/// The record keeps the region and the respondent of its first version, so that a total never has to move.
///
/// # Errors
/// [`RecordsRejection::RecordKnown`], [`RecordsRejection::RecordUnknown`], [`RecordsRejection::VersionNotLatest`],
/// [`RecordsRejection::ReasonUnfit`], [`RecordsRejection::TooManyCells`], [`RecordsRejection::TooManyLinks`] or
/// [`RecordsRejection::LinkUnknown`].
pub fn file_version(view: &View<'_>, register: &Register, new: NewVersion) -> Result<Changes, RecordsRejection> {
    if new.cells.len() > CELLS_MAX {
        return Err(RecordsRejection::TooManyCells);
    }
    let id = query::record_id(&register.id, &new.subject, &new.period);
    let accepted = register.class == RegisterClass::Open;
    let before = view.read(&state::record(&id));
    let mut head = next_head(view, register, id, before.as_ref(), &new)?;
    head.assurance = if accepted { Assurance::Accepted } else { Assurance::Filed };
    if accepted {
        head.counted = Some(head.latest);
    }
    let version = RecordVersion {
        record: id,
        version: head.latest,
        register: register.id.clone(),
        period: new.period,
        region: head.region.clone(),
        subject: new.subject,
        filer: new.filer,
        filed: new.filed,
        cells: new.cells,
        sealed: new.sealed,
        reason: new.correction.map(|(_, reason)| reason),
    };
    let mut changes = Changes::new();
    if let Some(before) = before {
        changes.put(&state::superseded(&id, before.latest), &before.stated);
    }
    changes.put(&state::record(&id), &Record::new(&head, Stated::of(&version)));
    changes.emit(version_filed(&version));
    changes.append(link(view, id, head.latest, &new.links)?);
    if accepted {
        let (authority, version) = (register.authority, head.latest);
        let decision = Decision { record: id, version, authority, assurance: Assurance::Accepted, code: None };
        changes.emit(decided(&decision));
    }
    Ok(changes)
}

fn next_head(
    view: &View<'_>,
    register: &Register,
    id: RecordId,
    before: Option<&Record>,
    new: &NewVersion,
) -> Result<RecordHead, RecordsRejection> {
    match (before.map(|before| before.head(id)), &new.correction) {
        (None, None) => Ok(RecordHead {
            id,
            register: register.id.clone(),
            period: new.period,
            region: new.region.clone(),
            subject: new.subject,
            owner: query::respondent(view, &new.subject),
            latest: Version(1),
            assurance: Assurance::Filed,
            counted: None,
        }),
        (Some(_), None) => Err(RecordsRejection::RecordKnown),
        (None, Some(_)) => Err(RecordsRejection::RecordUnknown),
        (Some(head), Some((replaces, _))) if *replaces != head.latest => Err(RecordsRejection::VersionNotLatest),
        (Some(_), Some((_, reason))) if !is_line(reason) => Err(RecordsRejection::ReasonUnfit),
        (Some(mut head), Some(_)) => {
            head.latest = Version(head.latest.0.saturating_add(1));
            Ok(head)
        }
    }
}

fn link(view: &View<'_>, from: RecordId, version: Version, links: &[Link]) -> Result<Changes, RecordsRejection> {
    let mut changes = Changes::new();
    if links.is_empty() {
        return Ok(changes);
    }
    if links.len() > LINKS_MAX {
        return Err(RecordsRejection::TooManyLinks);
    }
    changes.put(&state::links(&from, version), &links.to_vec());
    for Link { kind, target } in links.iter().cloned() {
        if query::head(view, &target).is_none() {
            return Err(RecordsRejection::LinkUnknown);
        }
        // Read through what this loop has written: two links may lead to one record.
        let place = view.after(&changes, |view| query::back_links(view, &target));
        changes.put(&state::back_link(&target, place), &BackLink { from, version, kind });
        changes.put(&state::back_links(&target), &place.saturating_add(1));
        changes.emit(RecordsEvent::Linked { from, kind, target }.to_event());
    }
    Ok(changes)
}

/// The supervising authority's word on the latest version of a record: accepted, or refused with a number.
///
/// # Errors
/// [`RecordsRejection::RecordUnknown`], [`RecordsRejection::VersionNotLatest`] or
/// [`RecordsRejection::AlreadyDecided`].
pub fn decide(
    view: &View<'_>,
    authority: MemberId,
    record: RecordId,
    version: Version,
    refusal: Option<RejectionCode>,
) -> Result<Changes, RecordsRejection> {
    let mut kept = view.read(&state::record(&record)).ok_or(RecordsRejection::RecordUnknown)?;
    if kept.latest != version {
        return Err(RecordsRejection::VersionNotLatest);
    }
    if kept.assurance != Assurance::Filed {
        return Err(RecordsRejection::AlreadyDecided);
    }
    let assurance = if refusal.is_none() { Assurance::Accepted } else { Assurance::Refused };
    kept.assurance = assurance;
    if refusal.is_none() {
        kept.counted = Some(version);
    }
    let mut changes = Changes::new();
    changes.put(&state::record(&record), &kept);
    changes.emit(decided(&Decision { record, version, authority, assurance, code: refusal }));
    Ok(changes)
}

/// Says that a figure was published. What makes it true is the caller's business; that it can be proved to anyone is
/// the same for every application.
pub fn publish_figure(figure: &Figure) -> Changes {
    let mut changes = Changes::new();
    changes.emit(figure_published(figure));
    changes
}
