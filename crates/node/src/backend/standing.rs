//! Suspensions, names, ends and identification, as the interface shows them.

use super::views::{member_summary, role};
use crate::services::Services;
use chancery_api::backend::Paging;
use chancery_api::view;
use chancery_kernel::identity::record::{BodyEnd, Calibration, Naming, RegionEnd};
use chancery_readmodel::{ReadModelError, SuspensionRow};
use chancery_types::code::RegionCode;
use chancery_types::ids::MemberId;
use chancery_types::member::MemberKind;
use chancery_types::time::BlockTime;

/// How many of an authority's suspensions are shown, the latest.
const SUSPENSIONS_MAX: usize = 50;

pub(super) fn region(services: &Services, code: &RegionCode) -> Result<Option<view::RegionHistory>, ReadModelError> {
    let Some(region) = services.model.region(code)? else { return Ok(None) };
    let history = services.model.region_history(code)?;
    Ok(Some(view::RegionHistory {
        code: region.code,
        parent: region.parent,
        names: names(Some(region.name), history.names),
        end: history.end.map(region_end),
        predecessors: history.predecessors,
    }))
}

pub(super) fn member(services: &Services, id: &MemberId) -> Result<Option<view::MemberHistory>, ReadModelError> {
    let Some(row) = services.model.member(id)? else { return Ok(None) };
    let history = services.model.member_history(id)?;
    let suspensions = services.model.suspensions_of(id, SUSPENSIONS_MAX)?;
    Ok(Some(view::MemberHistory {
        names: names(row.member.name.clone(), history.names),
        end: history.end.map(body_end),
        identification: history.identification.map(|known| view::Identification {
            level: known.level,
            authority: known.authority,
            checked_by: known.checked_by,
            checked: known.checked.into(),
            documents: known.documents,
        }),
        vouchers: history.vouchers,
        taken_over_by: history.taken_over_by,
        suspensions: suspensions.into_iter().map(suspension).collect(),
        device: history.device.map(|device| view::Device {
            model: device.model,
            place: device.place,
            calibration: device.calibration.map(calibration),
        }),
        member: member_summary(&row),
    }))
}

pub(super) fn preview(
    services: &Services,
    authority: &MemberId,
    time: BlockTime,
    page: &Paging<MemberId>,
) -> Result<Option<view::SuspensionPreview>, ReadModelError> {
    let known = services.model.member(authority)?;
    if known.is_none_or(|row| row.member.kind != MemberKind::Authority) {
        return Ok(None);
    }
    let touched = services.model.would_touch(authority, time, page.after, page.limit)?;
    let roles = touched.roles.iter().map(|row| view::TouchedRole { member: row.scope.member, role: role(row) });
    Ok(Some(view::SuspensionPreview {
        members_count: touched.counts.members,
        authorities_count: touched.counts.authorities,
        roles_count: touched.counts.roles,
        members: touched.members.iter().map(member_summary).collect(),
        next: None,
        roles: roles.collect(),
    }))
}

fn names(first: Option<String>, later: Vec<Naming>) -> Vec<view::Naming> {
    let first = first.map(|name| view::Naming { name, from: None, act: None });
    let later = later.into_iter().map(|naming| view::Naming {
        name: naming.name,
        from: Some(naming.from.into()),
        act: Some(naming.act),
    });
    first.into_iter().chain(later).collect()
}

fn region_end(end: RegionEnd) -> view::Succession {
    let successors = end.successors.iter().map(ToString::to_string).collect();
    view::Succession { from: end.from.into(), successors, heir: None, act: end.act }
}

fn body_end(end: BodyEnd) -> view::Succession {
    let successors = end.successors.iter().map(ToString::to_string).collect();
    view::Succession { from: end.from.into(), successors, heir: end.heir, act: end.act }
}

fn suspension(row: SuspensionRow) -> view::Suspension {
    let (lifted, lifted_reason) = row.lifted.map(|(height, _, _, reason)| (height, reason)).unzip();
    view::Suspension {
        by: row.suspension.by,
        reason: row.suspension.reason,
        announced: row.suspension.announced,
        from: row.suspension.from.into(),
        lifted,
        lifted_reason,
    }
}

fn calibration(calibration: Calibration) -> view::Calibration {
    view::Calibration {
        by: calibration.by,
        on: calibration.on.into(),
        expires: calibration.expires.into(),
        certificate: calibration.certificate,
    }
}
