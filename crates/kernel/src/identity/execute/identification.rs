//! How members were identified, and what devices are.

use super::members;
use crate::identity::event::IdentityEvent;
use crate::identity::ids::CALIBRATION_MS_MAX;
use crate::identity::record::{Calibration, Device, Identification};
use crate::identity::rejection::IdentityRejection;
use crate::identity::transaction::{CalibrationReport, IdentifiedMembers, IdentityCheck, RenewedCheck};
use crate::identity::{query, state};
use chancery_ledger::{BlockContext, Changes, Sender, View};
use chancery_types::ids::MemberId;

/// Registers members with how they were identified.
pub(super) fn register(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    batch: IdentifiedMembers,
) -> Result<Changes, IdentityRejection> {
    // All are looked at before any is judged, so that a run over a state that is not loaded notes what all need.
    for one in &batch.members {
        let _ = query::identified_as(view, &sender.member, &one.check.tag);
    }
    let mut changes = members::register(view, context, sender, batch.plain())?;
    for one in batch.members {
        let id = query::member_id(&context.network, &sender.member, &one.member.legal);
        let known = view.after(&changes, |view| identify(view, context, sender, id, one.check))?;
        changes.append(known);
        if let Some(device) = one.device {
            let described = view.after(&changes, |view| describe(view, context, id, device))?;
            changes.append(described);
        }
    }
    Ok(changes)
}

/// Records how registered members were identified.
pub(super) fn renew(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    checks: Vec<RenewedCheck>,
) -> Result<Changes, IdentityRejection> {
    for one in &checks {
        let _ = query::identified_as(view, &sender.member, &one.check.tag);
    }
    let mut changes = Changes::new();
    for one in checks {
        let known = view.after(&changes, |view| identify(view, context, sender, one.member, one.check))?;
        changes.append(known);
    }
    Ok(changes)
}

/// The same legal identity has one live member under one authority. A tag that was corrected is free again.
fn identify(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    member: MemberId,
    check: IdentityCheck,
) -> Result<Changes, IdentityRejection> {
    if check.checked > context.time {
        return Err(IdentityRejection::CheckUnfit);
    }
    let other = query::identified_as(view, &sender.member, &check.tag).filter(|other| *other != member);
    if other.is_some_and(|other| query::live_member(view, &other).is_some()) {
        return Err(IdentityRejection::IdentityKnown);
    }
    let IdentityCheck { level, checked_by, checked, documents, tag } = check;
    let authority = sender.member;
    let known = Identification { level, authority, checked_by, checked, documents, tag, recorded: context.height };
    let mut changes = Changes::new();
    if let Some(before) = query::identification(view, &member).filter(|before| before.tag != tag) {
        let key = state::identified(&before.authority, &before.tag);
        // It may have come to stand for another since, when this member had been ended.
        if view.read(&key) == Some(member) {
            changes.delete(&key);
        }
    }
    changes.put(&state::identified(&authority, &tag), &member);
    changes.put(&state::identification(&member), &known);
    changes.emit(IdentityEvent::Identified(member, known).to_event());
    Ok(changes)
}

fn describe(
    view: &View<'_>,
    context: &BlockContext,
    member: MemberId,
    device: Device,
) -> Result<Changes, IdentityRejection> {
    device.calibration.as_ref().map_or(Ok(()), |calibration| check_dates(view, context, calibration))?;
    let mut changes = Changes::new();
    changes.put(&state::device(&member), &device);
    changes.emit(IdentityEvent::DeviceDescribed(member, device).to_event());
    Ok(changes)
}

/// Records a calibration. Readings are judged by the latest, and by the block in which they were filed.
pub(super) fn calibrate(
    view: &View<'_>,
    context: &BlockContext,
    report: CalibrationReport,
) -> Result<Changes, IdentityRejection> {
    let CalibrationReport { device: id, calibration } = report;
    let mut device = query::device(view, &id).ok_or(IdentityRejection::DeviceUnfit)?;
    check_dates(view, context, &calibration)?;
    device.calibration = Some(calibration.clone());
    let mut changes = Changes::new();
    changes.put(&state::device(&id), &device);
    changes.emit(IdentityEvent::Calibrated(id, calibration).to_event());
    Ok(changes)
}

fn check_dates(view: &View<'_>, context: &BlockContext, calibration: &Calibration) -> Result<(), IdentityRejection> {
    let Calibration { by, on, expires, .. } = calibration;
    let lasts = *on < *expires && *expires <= on.plus_ms(CALIBRATION_MS_MAX);
    let fits = *on <= context.time && lasts && query::live_member(view, by).is_some();
    if fits { Ok(()) } else { Err(IdentityRejection::CalibrationUnfit) }
}
