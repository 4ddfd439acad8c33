//! Who may do what.

use super::rejection::RecordsRejection;
use super::transaction::{NewRegister, RecordsTransaction};
use crate::identity::query::{jurisdiction, jurisdiction_covers, region_ended};
use chancery_ledger::{BlockContext, Sender, View};
use chancery_types::record::RegisterClass;

/// Decides whether the sender may do this, here and now.
///
/// # Errors
/// The sender may not.
pub(super) fn authorize(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    transaction: &RecordsTransaction,
) -> Result<(), RecordsRejection> {
    match transaction {
        RecordsTransaction::OpenRegister(register) => may_open(view, context, sender, register),
    }
}

fn may_open(
    view: &View<'_>,
    context: &BlockContext,
    sender: &Sender,
    register: &NewRegister,
) -> Result<(), RecordsRejection> {
    let ended = region_ended(view, context, &register.region);
    if !jurisdiction_covers(view, &sender.member, &register.domain, &register.region) {
        return Err(RecordsRejection::OutsideJurisdiction);
    }
    if ended {
        return Err(RecordsRejection::RegionEnded);
    }
    let can_be_sealed_to = jurisdiction(view, &sender.member).is_some_and(|held| held.sealing_key.is_some());
    if register.class == RegisterClass::Confidential && !can_be_sealed_to {
        return Err(RecordsRejection::SealingKeyMissing);
    }
    Ok(())
}
