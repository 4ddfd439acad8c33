//! New names and ends, with their dates. Nothing that was there is changed: a name is added to those before it, and an end
//! stands beside what ended.

use crate::identity::event::IdentityEvent;
use crate::identity::ids::{NAMES_MAX, REFORM_MS_MAX};
use crate::identity::record::{BodyEnd, Naming, RegionEnd};
use crate::identity::rejection::IdentityRejection;
use crate::identity::transaction::{BodyReform, Named, RegionReform, Renaming};
use crate::identity::{query, state};
use chancery_ledger::{BlockContext, Changes, View};
use chancery_types::code::RegionCode;
use chancery_types::ids::MemberId;
use chancery_types::member::MemberKind;
use chancery_types::time::BlockTime;

/// Adds a name.
pub(super) fn rename(
    view: &View<'_>,
    context: &BlockContext,
    renaming: Renaming,
) -> Result<Changes, IdentityRejection> {
    check_date(context, renaming.from)?;
    let key = match &renaming.of {
        Named::Region(code) => state::region_names(code),
        Named::Member(member) => state::member_names(member),
    };
    if let Named::Member(member) = &renaming.of {
        let member = query::live_member(view, member).ok_or(IdentityRejection::MemberUnknown)?;
        member.name.as_ref().ok_or(IdentityRejection::NameUnfit)?;
    }
    let mut names = view.read(&key).unwrap_or_default();
    if names.len() >= NAMES_MAX {
        return Err(IdentityRejection::TooManyNames);
    }
    if names.last().is_some_and(|last| renaming.from <= last.from) {
        return Err(IdentityRejection::DateUnfit);
    }
    let naming = Naming { name: renaming.name, from: renaming.from, act: renaming.act };
    names.push(naming.clone());
    let mut changes = Changes::new();
    changes.put(&key, &names);
    changes.emit(IdentityEvent::Renamed(renaming.of, naming).to_event());
    Ok(changes)
}

/// Announces the end of regions.
pub(super) fn reform_regions(
    view: &View<'_>,
    context: &BlockContext,
    reform: RegionReform,
) -> Result<Changes, IdentityRejection> {
    check_date(context, reform.from)?;
    if reform.successors.iter().any(|code| query::region_end(view, code).is_some()) {
        return Err(IdentityRejection::SuccessionUnfit);
    }
    let mut changes = Changes::new();
    for code in &reform.ended {
        let ended = view.after(&changes, |view| end_region(view, context, code, &reform))?;
        changes.append(ended);
    }
    Ok(changes)
}

fn end_region(
    view: &View<'_>,
    context: &BlockContext,
    code: &RegionCode,
    reform: &RegionReform,
) -> Result<Changes, IdentityRejection> {
    let region = query::region(view, code).ok_or(IdentityRejection::RegionUnknown)?;
    if query::region_end(view, code).is_some() {
        return Err(IdentityRejection::RegionEnded);
    }
    if view.read(&state::region_parts(code)).unwrap_or_default() > 0 {
        return Err(IdentityRejection::RegionHasParts);
    }
    let RegionReform { from, successors, act, .. } = reform.clone();
    let end = RegionEnd { from, successors, act, announced: context.height };
    let mut changes = Changes::new();
    changes.put(&state::region_end(code), &end);
    if let Some(parent) = region.parent {
        let parts = view.read(&state::region_parts(&parent)).unwrap_or_default();
        changes.put(&state::region_parts(&parent), &parts.saturating_sub(1));
    }
    changes.emit(IdentityEvent::RegionEndAnnounced(region.code, end).to_event());
    Ok(changes)
}

/// Announces the end of authorities.
pub(super) fn reform_bodies(
    view: &View<'_>,
    context: &BlockContext,
    reform: BodyReform,
) -> Result<Changes, IdentityRejection> {
    check_date(context, reform.from)?;
    if !reform.successors.iter().all(|successor| query::is_in_office(view, context, successor)) {
        return Err(IdentityRejection::SuccessorUnfit);
    }
    let mut changes = Changes::new();
    for ended in &reform.ended {
        let ended = view.after(&changes, |view| end_body(view, context, *ended, &reform))?;
        changes.append(ended);
    }
    Ok(changes)
}

fn end_body(
    view: &View<'_>,
    context: &BlockContext,
    ended: MemberId,
    reform: &BodyReform,
) -> Result<Changes, IdentityRejection> {
    let member = query::live_member(view, &ended).ok_or(IdentityRejection::MemberUnknown)?;
    if member.kind != MemberKind::Authority {
        return Err(IdentityRejection::KindUnfit);
    }
    let mut office = query::office(view, &ended);
    if office.end.is_some() {
        return Err(IdentityRejection::AlreadyEnding);
    }
    let BodyReform { from, successors, act, .. } = reform.clone();
    let heir = successors.iter().copied().find(|successor| query::is_fit_for(view, context, successor, &ended));
    let end = BodyEnd { from, successors, act, announced: context.height, heir };
    office.end = Some(end.clone());
    let mut changes = Changes::new();
    changes.put(&state::office(&ended), &office);
    changes.emit(IdentityEvent::BodyEndAnnounced(ended, end).to_event());
    Ok(changes)
}

fn check_date(context: &BlockContext, from: BlockTime) -> Result<(), IdentityRejection> {
    let ahead = context.time..=context.time.plus_ms(REFORM_MS_MAX);
    if ahead.contains(&from) { Ok(()) } else { Err(IdentityRejection::DateUnfit) }
}
