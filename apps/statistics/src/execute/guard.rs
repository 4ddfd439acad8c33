//! The guards of confidential figures: what the public could work out by adding and subtracting published figures.
//!
//! A published region consists of its published parts and its *rest*: the returns of the parts that are not shown,
//! and those of subjects at home in the region itself. The guards keep to this:
//!
//! - **Levels are shown without gaps.** A region between two published ones is published too ([`check`] refuses
//!   otherwise, from either side).
//! - **A whole is published over current parts.** When a region is published, every shown part's own figure is the
//!   latest there is, so the region's figure is its rest plus figures that everybody has: publishing the region says
//!   neither more nor less than publishing its rest.
//! - **A part is shown before its whole, or beside the whole's first figure.** After the first revision of a region
//!   its rest is not divided any further.
//!
//! So all that the public knows of a period are the rests' figures over time. No return is in two rests at once. Each
//! rest is either empty or has at least the minimum of different owners when first shown, and what changed in it
//! from one figure to the next is nothing or the work of at least the minimum; both are checked here. A sum or
//! difference of such figures that isn't trivial therefore always mixes at least the minimum of owners: an owner
//! drops out of it only if every step in which it took part is weighted alike, and then so does everyone of that step.
//! `tests/statistics/disclosure.rs` checks the conclusion by linear algebra on random histories.
//!
//! How many owners a rest has is not known exactly, since an owner may stand in several parts. The guards reckon with
//! what it has at least, and refuse when in doubt.
//!
//! A consequence: the last one or two corrections of a period may remain unpublished for good. That is the price of
//! not showing whose they were.

use crate::query;
use crate::record::{Aggregate, AggregateId, Disclosure};
use crate::rejection::StatisticsRejection;
use crate::state;
use chancery_ledger::{Changes, View};
use chancery_types::code::RegionCode;

/// A part with what has been shown of it.
struct Part {
    region: RegionCode,
    aggregate: Aggregate,
    disclosure: Disclosure,
}

impl Part {
    fn read(view: &View<'_>, whole: &AggregateId, region: &RegionCode) -> Self {
        let id = AggregateId { region: region.clone(), ..whole.clone() };
        let aggregate = query::aggregate(view, &id).unwrap_or_else(Aggregate::nothing);
        Self { region: region.clone(), aggregate, disclosure: query::disclosure(view, &id) }
    }

    const fn is_shown(&self) -> bool {
        self.aggregate.publications > 0
    }
}

/// Checks that publishing a region shows nothing about fewer owners than the minimum, and gives what is to be noted
/// about it. `path` leads from the region outwards to the register's.
///
/// # Errors
/// The guard that the publication would break.
pub(super) fn check(
    view: &View<'_>,
    id: &AggregateId,
    aggregate: &Aggregate,
    path: &[RegionCode],
    minimum: u64,
) -> Result<Changes, StatisticsRejection> {
    if aggregate.respondents < minimum {
        return Err(StatisticsRejection::TooFewRespondents);
    }
    // The checks of the rest imply this one. It stands here because it is the rule that people know.
    if aggregate.publications > 0 && aggregate.changed < minimum {
        return Err(StatisticsRejection::RevisionTooSmall);
    }
    let around: Vec<Part> = path.iter().skip(1).map(|region| Part::read(view, id, region)).collect();
    let disclosure = query::disclosure(view, id);
    check_as_whole(view, id, aggregate, &disclosure, minimum)?;
    check_as_part(view, id, aggregate, &disclosure, &around, minimum)?;
    Ok(note(id, aggregate, disclosure, &around))
}

/// What publishing the region says about its rest.
fn check_as_whole(
    view: &View<'_>,
    id: &AggregateId,
    aggregate: &Aggregate,
    disclosure: &Disclosure,
    minimum: u64,
) -> Result<(), StatisticsRejection> {
    if disclosure.parts_overflow && disclosure.inner_published {
        return Err(StatisticsRejection::TooManyParts);
    }
    let parts = disclosure.parts.iter().map(|part| Part::read(view, id, part));
    let (shown, hidden): (Vec<Part>, Vec<Part>) = parts.partition(Part::is_shown);
    if hidden.iter().any(|part| part.disclosure.inner_published) {
        return Err(StatisticsRejection::WholesNotShown);
    }
    if shown.iter().any(|part| part.aggregate.changed > 0) {
        return Err(StatisticsRejection::PartsNotCurrent);
    }
    let rest = Rest {
        exists: !hidden.is_empty() || disclosure.direct_returns > 0,
        of_hidden: hidden.iter().map(|part| part.aggregate.respondents).max(),
        of_all: aggregate.respondents,
        of_shown: shown.iter().map(|part| part.aggregate.respondents).fold(0, u64::saturating_add),
    };
    rest.check(minimum, StatisticsRejection::RemainderTooSmall)?;
    if aggregate.publications == 0 {
        return Ok(());
    }
    let moved = |part: &Part| part.disclosure.changed_in_whole.since(aggregate.publications);
    let change = Rest {
        exists: hidden.iter().any(|part| moved(part) > 0) || disclosure.direct_changes > 0,
        of_hidden: hidden.iter().map(moved).max(),
        of_all: aggregate.changed,
        of_shown: shown.iter().map(moved).fold(0, u64::saturating_add),
    };
    change.check(minimum, StatisticsRejection::RevisionTooSmall)
}

/// What publishing the region says about the rest of the region around it. `around` leads from there outwards.
fn check_as_part(
    view: &View<'_>,
    id: &AggregateId,
    aggregate: &Aggregate,
    disclosure: &Disclosure,
    around: &[Part],
    minimum: u64,
) -> Result<(), StatisticsRejection> {
    let Some((whole, beyond)) = around.split_first() else { return Ok(()) };
    if !whole.is_shown() {
        let gap = beyond.iter().any(Part::is_shown);
        return if gap { Err(StatisticsRejection::WholesNotShown) } else { Ok(()) };
    }
    if aggregate.publications > 0 {
        // It was shown when the whole was; its revisions are guarded by themselves.
        return Ok(());
    }
    if whole.aggregate.publications > 1 || disclosure.changed_in_whole.since(whole.aggregate.publications) > 0 {
        return Err(StatisticsRejection::TooLateToShow);
    }
    if whole.disclosure.parts_overflow {
        return Err(StatisticsRejection::TooManyParts);
    }
    let others = whole.disclosure.parts.iter().filter(|part| **part != id.region);
    let others = others.map(|part| Part::read(view, id, part));
    let (shown, hidden): (Vec<Part>, Vec<Part>) = others.partition(Part::is_shown);
    // The rest as it was when the whole was published: owners who came or changed since then may not have been in it.
    let then = |part: &Part| {
        let since = part.disclosure.changed_in_whole.since(whole.aggregate.publications);
        part.aggregate.respondents.saturating_sub(since)
    };
    let rest = Rest {
        exists: !hidden.is_empty() || whole.disclosure.direct_returns > 0,
        of_hidden: hidden.iter().map(then).max(),
        of_all: whole.disclosure.published_respondents,
        of_shown: shown.iter().map(|part| part.aggregate.respondents).fold(aggregate.respondents, u64::saturating_add),
    };
    rest.check(minimum, StatisticsRejection::RemainderTooSmall)
}

/// What is known about how many owners a rest has.
struct Rest {
    /// Whether there is anything in it.
    exists: bool,
    /// The most owners of one hidden part: the rest has at least these.
    of_hidden: Option<u64>,
    /// The owners of the whole...
    of_all: u64,
    /// ...of whom at most so many are in the shown parts: the rest has at least the difference.
    of_shown: u64,
}

impl Rest {
    fn check(&self, minimum: u64, refusal: StatisticsRejection) -> Result<(), StatisticsRejection> {
        let at_least = self.of_all.saturating_sub(self.of_shown).max(self.of_hidden.unwrap_or(0));
        if self.exists && at_least < minimum { Err(refusal) } else { Ok(()) }
    }
}

/// What later publications have to know about this one.
fn note(id: &AggregateId, aggregate: &Aggregate, disclosure: Disclosure, around: &[Part]) -> Changes {
    let mut changes = Changes::new();
    let noted = Disclosure { direct_changes: 0, published_respondents: aggregate.respondents, ..disclosure };
    changes.put(&state::disclosure(id), &noted);
    for whole in around.iter().filter(|whole| !whole.disclosure.inner_published) {
        let id = AggregateId { region: whole.region.clone(), ..id.clone() };
        let noted = Disclosure { inner_published: true, ..whole.disclosure.clone() };
        changes.put(&state::disclosure(&id), &noted);
    }
    changes
}
