//! Taking returns in.

use super::totals::{Movement, Totals};
use super::{Survey, values};
use crate::ids::INTAKE_GRACE_MS;
use crate::query::{filing_digest, path_within};
use crate::record::{Awaited, Collection};
use crate::rejection::{Refused, StatisticsRejection};
use crate::state;
use crate::transaction::{Filing, Return};
use chancery_crypto::signature::{Purpose, verify};
use chancery_kernel::identity;
use chancery_kernel::records;
use chancery_kernel::records::execute::{NewVersion, file_version};
use chancery_ledger::{BlockContext, Changes, View};
use chancery_types::encoding::to_bytes;
use chancery_types::ids::{MemberId, Version};
use chancery_types::network::faults_max;
use chancery_types::record::{Cell, RegisterClass};
use chancery_types::time::BlockTime;
use std::collections::BTreeSet;

/// Files returns under one signature: all of them, or none.
pub(super) fn file(
    view: &View<'_>,
    context: &BlockContext,
    filer: MemberId,
    filing: &Filing,
) -> Result<Changes, Refused> {
    let survey = Survey::read(view, &filing.register, &filing.period)?;
    let filed = time_of_filing(view, context, &survey.collection, filer, filing)?;
    let mut totals = Totals::new(view, context.height, &survey);
    let (mut changes, mut awaited) = (Changes::new(), Vec::new());
    // All are tried before any is judged, so that a run over a state that is not loaded notes what all need.
    let tried: Vec<Result<Taken, Refused>> =
        filing.returns.iter().map(|one| take(view, &survey, &mut totals, filer, filed, one)).collect();
    for taken in tried {
        let taken = taken?;
        changes.append(taken.changes);
        awaited.extend(taken.awaited);
    }
    changes.append(totals.into_changes());
    if !awaited.is_empty() {
        let due = context.time.plus_ms(survey.collection.decision_term_ms);
        changes.append(state::AWAITED.push(view, context.time, due, &awaited));
    }
    Ok(changes)
}

/// A return that was taken in.
struct Taken {
    changes: Changes,
    /// In a confidential register: what the authority has to decide on.
    awaited: Option<Awaited>,
}

// The returns of a filing are about different subjects, so each is taken over the state before the filing.
fn take(
    view: &View<'_>,
    survey: &Survey,
    totals: &mut Totals<'_>,
    filer: MemberId,
    filed: BlockTime,
    one: &Return,
) -> Result<Taken, Refused> {
    let Survey { register, structure, collection } = survey;
    let entering = values::check(register.class, structure, &one.cells)?;
    match (register.class, one.sealed) {
        (RegisterClass::Open, Some(_)) => return Err(StatisticsRejection::SealedUnexpected.into()),
        (RegisterClass::Confidential, None) => return Err(StatisticsRejection::SealedMissing.into()),
        _ => {}
    }
    let id = records::query::record_id(&register.id, &one.subject, &collection.period);
    let head = records::query::head(view, &id);
    let region = match &head {
        Some(head) => head.region.clone(),
        None => identity::query::member(view, &one.subject).ok_or(StatisticsRejection::SubjectUnknown)?.region.clone(),
    };
    let cells = structure.cells.iter().zip(&one.cells);
    let version = NewVersion {
        period: collection.period,
        region: region.clone(),
        subject: one.subject,
        filer,
        filed,
        cells: cells.map(|(cell, value)| Cell { id: cell.id.clone(), value: *value }).collect(),
        sealed: one.sealed,
        correction: one.correction.as_ref().map(|correction| (correction.replaces, correction.reason.clone())),
        links: Vec::new(),
    };
    let changes = file_version(view, register, version)?;
    let latest = head.as_ref().map_or(Version(1), |head| Version(head.latest.0.saturating_add(1)));
    if register.class == RegisterClass::Confidential {
        return Ok(Taken { changes, awaited: Some(Awaited { record: id, version: latest }) });
    }
    // An open return counts at once, in place of the version that it corrects.
    let counted = head.as_ref().and_then(|head| records::query::version(view, &id, head.counted?));
    let leaving = counted.map(|version| values::amounts(structure, &version.cells)).transpose()?;
    let owner = head.map_or_else(|| records::query::respondent(view, &one.subject), |head| head.owner);
    let path = path_within(view, &register.region, &region);
    totals.count(&Movement { path: &path, owner, leaving, entering })?;
    Ok(Taken { changes, awaited: None })
}

/// The time that counts as the time of filing: the block's, or the latest at which one of f + 1 validators says that
/// the filing lay before it. At least one of those is honest, so the filing was there by then.
fn time_of_filing(
    view: &View<'_>,
    context: &BlockContext,
    collection: &Collection,
    filer: MemberId,
    filing: &Filing,
) -> Result<BlockTime, StatisticsRejection> {
    let filed = if filing.intake.is_empty() {
        context.time
    } else {
        // A validator's clock may run ahead of the block's; nothing is filed later than it is ordered.
        time_of_arrival(view, context, filer, filing)?.min(context.time)
    };
    let ordered_in_time = context.time <= collection.closes.plus_ms(INTAKE_GRACE_MS);
    if filed <= collection.closes && ordered_in_time { Ok(filed) } else { Err(StatisticsRejection::PeriodClosed) }
}

fn time_of_arrival(
    view: &View<'_>,
    context: &BlockContext,
    filer: MemberId,
    filing: &Filing,
) -> Result<BlockTime, StatisticsRejection> {
    let validators = identity::query::validators(view);
    let digest = filing_digest(&context.network, &filer, filing);
    let (mut who, mut latest) = (BTreeSet::new(), BlockTime(0));
    for word in &filing.intake {
        let said = &word.statement;
        let about_this = said.network == context.network && said.filing == digest && said.filer == filer;
        let signed = || verify(Purpose::Intake, &context.network, &to_bytes(said), &word.validator, &word.signature);
        if !about_this || !validators.contains(&word.validator) || signed().is_err() {
            return Err(StatisticsRejection::IntakeUnsound);
        }
        who.insert(word.validator);
        latest = latest.max(said.received);
    }
    let enough = who.len() > faults_max(validators.len());
    if enough { Ok(latest) } else { Err(StatisticsRejection::IntakeTooFew) }
}
