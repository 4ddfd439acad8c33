//! What regions and members were called, and what has become of them, at a date.

use super::{member, region};
use crate::identity::record::{BodyEnd, Naming, RegionEnd};
use crate::identity::state;
use chancery_ledger::{BlockContext, View};
use chancery_types::code::RegionCode;
use chancery_types::ids::MemberId;
use chancery_types::time::BlockTime;

/// The most regions that are looked at to find what a region has become.
const SUCCESSORS_LOOKED_AT_MAX: usize = 64;

/// A region as it was at a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionAt {
    /// What it was called.
    pub name: String,
    /// Its end, if that had come.
    pub end: Option<RegionEnd>,
}

/// A member as it was at a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberAt {
    /// What it was called; a person or device has no name.
    pub name: Option<String>,
    /// Its end by succession, if that had come.
    pub end: Option<BodyEnd>,
}

/// What a region was called at a date, and whether it had ended. A date before its registration gives its first name:
/// records may be about a time before the ledger.
pub fn region_at(view: &View<'_>, code: &RegionCode, time: BlockTime) -> Option<RegionAt> {
    let (region, names) = (region(view, code), view.read(&state::region_names(code)).unwrap_or_default());
    let end = region_end(view, code).filter(|end| end.from <= time);
    Some(RegionAt { name: name_at(&names, time).unwrap_or(region?.name), end })
}

/// What a member was called at a date, and whether it had ended.
pub fn member_at(view: &View<'_>, id: &MemberId, time: BlockTime) -> Option<MemberAt> {
    let (member, names) = (member(view, id), view.read(&state::member_names(id)).unwrap_or_default());
    let end = super::office(view, id).ended(time).cloned();
    Some(MemberAt { name: name_at(&names, time).or_else(|| member.and_then(|member| member.name.clone())), end })
        .filter(|_| view.has(&state::member(id)))
}

fn name_at(names: &[Naming], time: BlockTime) -> Option<String> {
    names.iter().rev().find(|naming| naming.from <= time).map(|naming| naming.name.clone())
}

/// The end of a region, announced or come.
pub fn region_end(view: &View<'_>, code: &RegionCode) -> Option<RegionEnd> {
    view.read(&state::region_end(code))
}

/// Whether a region has ended.
pub fn region_ended(view: &View<'_>, context: &BlockContext, code: &RegionCode) -> bool {
    region_end(view, code).is_some_and(|end| end.from <= context.time)
}

/// What a region has become at a date, over all mergers and splits: the region itself, if it had not ended. In the order
/// of codes.
pub fn regions_from(view: &View<'_>, code: &RegionCode, time: BlockTime) -> Vec<RegionCode> {
    let (mut open, mut seen, mut now) = (vec![code.clone()], Vec::new(), Vec::new());
    while let Some(next) = open.pop().filter(|_| seen.len() < SUCCESSORS_LOOKED_AT_MAX) {
        if seen.contains(&next) {
            continue;
        }
        match region_end(view, &next).filter(|end| end.from <= time) {
            Some(end) => open.extend(end.successors),
            None => now.push(next.clone()),
        }
        seen.push(next);
    }
    now.sort();
    now
}
