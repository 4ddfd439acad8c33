//! What transactions do, and the work at a block's end.

mod decision;
mod filing;
mod guard;
mod publication;
mod structure;
mod totals;
mod values;

pub(crate) use decision::name_overdue;

use crate::query;
use crate::record::{Collection, Structure};
use crate::rejection::{Refused, StatisticsRejection};
use crate::transaction::StatisticsTransaction;
use chancery_kernel::records;
use chancery_kernel::records::record::Register;
use chancery_ledger::{BlockContext, Changes, Permitted, View};
use chancery_types::code::RegisterId;
use chancery_types::period::Period;
use std::sync::Arc;

/// Carries out a permitted transaction.
///
/// # Errors
/// It cannot be done; then nothing is.
pub(crate) fn execute(
    view: &View<'_>,
    context: &BlockContext,
    permitted: Permitted<StatisticsTransaction>,
) -> Result<Changes, Refused> {
    let (sender, transaction) = permitted.into_parts();
    match transaction {
        StatisticsTransaction::DefineStructure(structure) => Ok(structure::define(view, structure)),
        StatisticsTransaction::OpenPeriod(collection) => structure::open_period(view, context, collection),
        StatisticsTransaction::File(filing) => filing::file(view, context, sender.member, &filing),
        StatisticsTransaction::Decide(decisions) => decision::decide(view, context, sender.member, &decisions),
        StatisticsTransaction::Publish(publication) => publication::publish(view, context, sender.member, publication),
    }
}

/// What is asked in a period: the register, its dates and the structure under which it was opened.
#[derive(Clone)]
struct Survey {
    register: Arc<Register>,
    collection: Arc<Collection>,
    structure: Arc<Structure>,
}

impl Survey {
    fn read(view: &View<'_>, register: &RegisterId, period: &Period) -> Result<Self, StatisticsRejection> {
        let survey = view.derived(&(register, period), |view| Self::derive(view, register, period));
        Result::clone(&survey)
    }

    fn derive(view: &View<'_>, register: &RegisterId, period: &Period) -> Result<Self, StatisticsRejection> {
        let (found, collection) = (records::query::register(view, register), query::collection(view, register, period));
        let register = found.ok_or(StatisticsRejection::RegisterUnknown)?;
        let collection = collection.ok_or(StatisticsRejection::PeriodUnknown)?;
        let structure = query::structure_of(view, &collection).ok_or(StatisticsRejection::StructureUndefined)?;
        Ok(Self { register, collection: Arc::new(collection), structure: Arc::new(structure) })
    }
}
