//! The authority's word on confidential returns, and the list of those on which it has not come in time.

use super::totals::{Movement, Totals};
use super::{Survey, values};
use crate::event::{Overdue, StatisticsEvent};
use crate::ids::OVERDUE_SEGMENTS_MAX;
use crate::query::path_within;
use crate::record::Awaited;
use crate::rejection::{Refused, StatisticsRejection};
use crate::state;
use crate::transaction::{Decisions, Verdict};
use chancery_kernel::records;
use chancery_kernel::records::record::{RecordHead, Register};
use chancery_ledger::{BlockContext, Changes, Refusal, View};
use chancery_types::ids::{MemberId, RecordId, Version};
use chancery_types::period::Period;
use chancery_types::record::{Assurance, RecordVersion, RegisterClass};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Accepts or refuses filed returns: all that are named, or none.
pub(super) fn decide(
    view: &View<'_>,
    context: &BlockContext,
    authority: MemberId,
    decisions: &Decisions,
) -> Result<Changes, Refused> {
    let register = records::query::register(view, &decisions.register).ok_or(StatisticsRejection::RegisterUnknown)?;
    if register.class != RegisterClass::Confidential {
        return Err(StatisticsRejection::RegisterNotConfidential.into());
    }
    let mut periods = BTreeMap::new();
    // All are tried before any is judged, so that a run over a state that is not loaded notes what all need.
    let tried: Vec<Result<Changes, Refused>> = decisions
        .verdicts
        .iter()
        .map(|verdict| settle_one(view, context, authority, &register, &mut periods, verdict))
        .collect();
    let mut changes = Changes::new();
    for settled in tried {
        changes.append(settled?);
    }
    for (_, totals) in periods.into_values() {
        changes.append(totals.into_changes());
    }
    Ok(changes)
}

/// The periods that the decisions are about, each with its totals.
type Periods<'a> = BTreeMap<Period, (Survey, Totals<'a>)>;

fn settle_one<'a>(
    view: &View<'a>,
    context: &BlockContext,
    authority: MemberId,
    register: &Register,
    periods: &mut Periods<'a>,
    verdict: &Verdict,
) -> Result<Changes, Refused> {
    let head = head_in(view, register, &verdict.record)?;
    let (survey, totals) = match periods.entry(head.period) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => {
            let survey = Survey::read(view, &register.id, &head.period)?;
            let totals = Totals::new(view, context.height, &survey);
            entry.insert((survey, totals))
        }
    };
    settle(view, context, authority, survey, totals, &head, verdict)
}

fn head_in(view: &View<'_>, register: &Register, record: &RecordId) -> Result<RecordHead, StatisticsRejection> {
    let head = records::query::head(view, record).ok_or(StatisticsRejection::RecordElsewhere)?;
    if head.register == register.id { Ok(head) } else { Err(StatisticsRejection::RecordElsewhere) }
}

fn settle(
    view: &View<'_>,
    context: &BlockContext,
    authority: MemberId,
    survey: &Survey,
    totals: &mut Totals<'_>,
    head: &RecordHead,
    verdict: &Verdict,
) -> Result<Changes, Refused> {
    let refusal = match verdict.refusal {
        None => None,
        Some(number) => {
            Some(StatisticsRejection::authority_reason(number).ok_or(StatisticsRejection::ReasonNotGivable)?)
        }
    };
    let code = refusal.map(|reason| reason.code());
    let changes = records::execute::decide(view, authority, verdict.record, verdict.version, code)?;
    let version = version_of(view, head, verdict.version)?;
    if refusal == Some(StatisticsRejection::OpeningMissing)
        && context.time <= version.filed.plus_ms(survey.collection.decision_term_ms)
    {
        return Err(StatisticsRejection::TermNotOver.into());
    }
    let path = path_within(view, &survey.register.region, &head.region);
    if refusal.is_some() {
        totals.count_refused(&path)?;
        return Ok(changes);
    }
    // Until now the version that this one corrects went on counting.
    let leaving = match head.counted {
        Some(counted) => Some(values::amounts(&survey.structure, &version_of(view, head, counted)?.cells)?),
        None => None,
    };
    let entering = values::amounts(&survey.structure, &version.cells)?;
    totals.count(&Movement { path: &path, owner: head.owner, leaving, entering })?;
    Ok(changes)
}

fn version_of(view: &View<'_>, head: &RecordHead, version: Version) -> Result<RecordVersion, StatisticsRejection> {
    records::query::version(view, &head.id, version).ok_or(StatisticsRejection::RecordElsewhere)
}

/// Names the returns on which the authority's term has run out. What one block cannot work off carries over.
pub(crate) fn name_overdue(view: &View<'_>, context: &BlockContext) -> Changes {
    let (due, mut changes) = state::AWAITED.take(view, context.time, OVERDUE_SEGMENTS_MAX);
    for awaited in due {
        if let Some(overdue) = overdue(view, &awaited) {
            changes.emit(StatisticsEvent::DecisionOverdue(overdue).to_event());
        }
    }
    changes
}

/// The awaited version, if it still waits: neither decided on nor replaced by a correction.
fn overdue(view: &View<'_>, awaited: &Awaited) -> Option<Overdue> {
    let head = records::query::head(view, &awaited.record)?;
    if head.latest != awaited.version || head.assurance != Assurance::Filed {
        return None;
    }
    let version = records::query::version(view, &awaited.record, awaited.version)?;
    let authority = records::query::register(view, &head.register)?.authority;
    Some(Overdue {
        register: head.register,
        period: head.period,
        region: head.region,
        subject: head.subject,
        record: awaited.record,
        version: awaited.version,
        filed: version.filed,
        authority,
    })
}
