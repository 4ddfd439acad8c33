//! What is asked, and when.

use crate::event::StatisticsEvent;
use crate::record::{Collection, Structure};
use crate::rejection::{Refused, StatisticsRejection};
use crate::state;
use crate::transaction::{NewCollection, NewStructure};
use chancery_ledger::{BlockContext, Changes, View};

/// Defines a structure. Periods that are open keep the definition under which they were opened, so that what their
/// sums mean does not change while they run.
pub(super) fn define(view: &View<'_>, new: NewStructure) -> Changes {
    let NewStructure { register, cells, identities, ratios } = new;
    let version = view.read(&state::structures(&register)).unwrap_or(0).saturating_add(1);
    let structure = Structure { register, cells, identities, ratios, version };
    let mut changes = Changes::new();
    changes.put(&state::structures(&structure.register), &version);
    changes.put(&state::structure(&structure.register, version), &structure);
    changes.emit(StatisticsEvent::StructureDefined(structure).to_event());
    changes
}

/// Opens a period under the latest definition of the structure.
pub(super) fn open_period(view: &View<'_>, context: &BlockContext, new: NewCollection) -> Result<Changes, Refused> {
    let key = state::collection(&new.register, &new.period);
    if view.has(&key) {
        return Err(StatisticsRejection::PeriodKnown.into());
    }
    let structure = view.read(&state::structures(&new.register)).ok_or(StatisticsRejection::StructureUndefined)?;
    if new.closes < context.time {
        return Err(StatisticsRejection::DatesUnfit.into());
    }
    let collection = Collection {
        register: new.register,
        period: new.period,
        due: new.due,
        closes: new.closes,
        release: new.release,
        decision_term_ms: new.decision_term_ms,
        respondents_min: new.respondents_min,
        dominance_max_percent: new.dominance_max_percent,
        structure,
    };
    let mut changes = Changes::new();
    changes.put(&key, &collection);
    changes.emit(StatisticsEvent::PeriodOpened(collection).to_event());
    Ok(changes)
}
