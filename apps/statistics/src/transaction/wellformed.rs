//! What a structure, a filing and lists of decisions and totals must look like before anyone looks at the state.

use super::{Decisions, Filing, NewCollection, NewStructure, Publication, StatisticsTransaction};
use crate::ids::{
    DECISION_TERM_MS_MAX, DECISIONS_PER_BATCH_MAX, IDENTITIES_MAX, RATIO_DECIMALS_MAX, RATIOS_MAX,
    RETURNS_PER_FILING_MAX, SCALE_MAX, STRUCTURE_BYTES_MAX, TERMS_MAX, TEXT_BYTES_MAX,
};
use crate::record::{CellSpecification, Identity, Ratio};
use crate::rejection::StatisticsRejection;
use chancery_types::amount::{CELL_VALUE_MAX, Quantity};
use chancery_types::code::CellId;
use chancery_types::encoding::to_bytes;
use chancery_types::network::VALIDATORS_MAX;
use chancery_types::record::CELLS_MAX;
use std::collections::BTreeSet;

pub(super) fn check(transaction: &StatisticsTransaction) -> Result<(), StatisticsRejection> {
    match transaction {
        StatisticsTransaction::DefineStructure(structure) => check_structure(structure),
        StatisticsTransaction::OpenPeriod(collection) => check_collection(collection),
        StatisticsTransaction::File(filing) => check_filing(filing),
        StatisticsTransaction::Decide(decisions) => check_decisions(decisions),
        StatisticsTransaction::Publish(publication) => check_publication(publication),
    }
}

fn check_filing(filing: &Filing) -> Result<(), StatisticsRejection> {
    let bounded =
        filing.returns.iter().all(|one| one.cells.len() <= CELLS_MAX) && filing.intake.len() <= VALIDATORS_MAX;
    let subjects = filing.returns.iter().map(|one| one.subject);
    if bounded && is_set(subjects, 1, RETURNS_PER_FILING_MAX) { Ok(()) } else { Err(StatisticsRejection::Malformed) }
}

fn check_decisions(decisions: &Decisions) -> Result<(), StatisticsRejection> {
    let records = decisions.verdicts.iter().map(|verdict| verdict.record);
    if is_set(records, 1, DECISIONS_PER_BATCH_MAX) { Ok(()) } else { Err(StatisticsRejection::Malformed) }
}

fn check_publication(publication: &Publication) -> Result<(), StatisticsRejection> {
    if publication.totals.len() <= CELLS_MAX { Ok(()) } else { Err(StatisticsRejection::Malformed) }
}

fn check_collection(collection: &NewCollection) -> Result<(), StatisticsRejection> {
    if collection.due > collection.closes || !(1..=DECISION_TERM_MS_MAX).contains(&collection.decision_term_ms) {
        return Err(StatisticsRejection::DatesUnfit);
    }
    if (1..=100).contains(&collection.dominance_max_percent) { Ok(()) } else { Err(StatisticsRejection::GuardsUnfit) }
}

fn check_structure(structure: &NewStructure) -> Result<(), StatisticsRejection> {
    let NewStructure { cells, identities, ratios, .. } = structure;
    if identities.len() > IDENTITIES_MAX || ratios.len() > RATIOS_MAX {
        return Err(StatisticsRejection::Malformed);
    }
    if !is_set(cells.iter().map(|cell| &cell.id), 1, CELLS_MAX) || !cells.iter().all(is_described) {
        return Err(StatisticsRejection::CellsUnfit);
    }
    if !cells.iter().all(|cell| Quantity(0) <= cell.low && cell.low <= cell.high && cell.high.0 <= CELL_VALUE_MAX) {
        return Err(StatisticsRejection::BoundsUnfit);
    }
    let additive: BTreeSet<&CellId> = cells.iter().filter(|cell| cell.additive).map(|cell| &cell.id).collect();
    if !identities.iter().all(|identity| is_identity(identity, &additive)) {
        return Err(StatisticsRejection::IdentityUnfit);
    }
    let named = is_set(ratios.iter().map(|ratio| &ratio.id), 0, RATIOS_MAX);
    if !named || !ratios.iter().all(|ratio| is_ratio(ratio, cells, &additive)) {
        return Err(StatisticsRejection::RatioUnfit);
    }
    if to_bytes(structure).len() > STRUCTURE_BYTES_MAX { Err(StatisticsRejection::StructureTooLarge) } else { Ok(()) }
}

fn is_described(cell: &CellSpecification) -> bool {
    is_line(&cell.label) && is_line(&cell.unit) && (-SCALE_MAX..=SCALE_MAX).contains(&cell.scale)
}

fn is_identity(identity: &Identity, additive: &BTreeSet<&CellId>) -> bool {
    let cells = identity.terms.iter().map(|term| &term.cell);
    is_set(cells, 2, TERMS_MAX)
        && identity.terms.iter().all(|term| term.coefficient != 0 && additive.contains(&term.cell))
}

fn is_ratio(ratio: &Ratio, cells: &[CellSpecification], additive: &BTreeSet<&CellId>) -> bool {
    let divides = ratio.numerator != ratio.denominator
        && [&ratio.numerator, &ratio.denominator].iter().all(|cell| additive.contains(*cell));
    let own_id = cells.iter().all(|cell| cell.id != ratio.id);
    divides && own_id && is_line(&ratio.label) && ratio.decimals <= RATIO_DECIMALS_MAX
}

/// Between `min` and `max` things, none of them twice.
fn is_set<T: Ord>(items: impl ExactSizeIterator<Item = T>, min: usize, max: usize) -> bool {
    let count = items.len();
    (min..=max).contains(&count) && items.collect::<BTreeSet<T>>().len() == count
}

/// Something to read, on one line, of at most [`TEXT_BYTES_MAX`] bytes.
fn is_line(text: &str) -> bool {
    let written = !text.trim().is_empty() && text.trim().len() == text.len();
    written && text.len() <= TEXT_BYTES_MAX && !text.chars().any(char::is_control)
}
