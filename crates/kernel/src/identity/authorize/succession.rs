//! Who may rename, merge and split.

use super::{all, answers_for, is_authority};
use crate::identity::query::{self, region_covered};
use crate::identity::rejection::IdentityRejection;
use crate::identity::transaction::{BodyReform, Named, RegionReform};
use chancery_ledger::{BlockContext, Sender, View};
use chancery_types::code::RegionCode;

/// A region is renamed by whose jurisdiction covers it, a member by who answers for it: nobody names itself.
pub(super) fn may_rename(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    of: &Named,
) -> Result<(), IdentityRejection> {
    match of {
        Named::Region(code) => covers(view, sender, code),
        Named::Member(member) => answers_for(view, context, sender, member),
    }
}

/// What ends lies strictly within the sender's region, so that nobody ends the region that it stands on; what succeeds
/// lies within it too.
pub(super) fn may_reform_regions(
    view: &View<'_>,
    sender: &Sender,
    reform: &RegionReform,
) -> Result<(), IdentityRejection> {
    is_authority(sender)?;
    all(reform.ended.iter().map(|code| {
        let region = query::region(view, code).ok_or(IdentityRejection::RegionUnknown)?;
        region.parent.map_or(Err(IdentityRejection::OutsideJurisdiction), |parent| covers(view, sender, &parent))
    }))?;
    all(reform.successors.iter().map(|code| covers(view, sender, code)))
}

fn covers(view: &View<'_>, sender: &Sender, code: &RegionCode) -> Result<(), IdentityRejection> {
    is_authority(sender)?;
    if query::region(view, code).is_none() {
        return Err(IdentityRejection::RegionUnknown);
    }
    if region_covered(view, &sender.member, code) { Ok(()) } else { Err(IdentityRejection::OutsideJurisdiction) }
}

/// All stand below the sender, but for the sender itself, which may succeed those below it.
pub(super) fn may_reform_bodies(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    reform: &BodyReform,
) -> Result<(), IdentityRejection> {
    is_authority(sender)?;
    all(reform.ended.iter().map(|ended| answers_for(view, context, sender, ended)))?;
    let others = reform.successors.iter().filter(|successor| **successor != sender.member);
    all(others.map(|successor| answers_for(view, context, sender, successor)))
}
