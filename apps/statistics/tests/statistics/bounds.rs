//! What a structure and a period must look like.

use super::world::{OPEN, World, file, month, open_return, period, structure, sums};
use chancery_ledger::testing::BEGIN;
use chancery_statistics::query;
use chancery_statistics::rejection::StatisticsRejection;
use chancery_statistics::transaction::{NewCollection, NewStructure, StatisticsTransaction};
use chancery_types::amount::{CELL_VALUE_MAX, Quantity};
use chancery_types::time::DAY_MS;

#[track_caller]
fn structure_refused(change: impl FnOnce(&mut NewStructure), expected: StatisticsRejection) {
    let mut world = World::new();
    let office = world.office.clone();
    let mut unfit = structure(OPEN);
    change(&mut unfit);
    world.refuses(&office, &StatisticsTransaction::DefineStructure(unfit), expected);
}

#[test]
fn cells_are_named_once_and_described() {
    use StatisticsRejection::{BoundsUnfit, CellsUnfit};
    structure_refused(|unfit| unfit.cells.clear(), CellsUnfit);
    structure_refused(|unfit| unfit.cells[1].id = unfit.cells[0].id.clone(), CellsUnfit);
    structure_refused(|unfit| unfit.cells[0].label = String::new(), CellsUnfit);
    structure_refused(|unfit| unfit.cells[0].label = "two\nlines".to_owned(), CellsUnfit);
    structure_refused(|unfit| unfit.cells[0].unit = "x".repeat(501), CellsUnfit);
    structure_refused(|unfit| unfit.cells[0].scale = 19, CellsUnfit);
    structure_refused(|unfit| unfit.cells[0].low = Quantity(-1), BoundsUnfit);
    structure_refused(|unfit| unfit.cells[0].low = Quantity(1_000_001), BoundsUnfit);
    structure_refused(|unfit| unfit.cells[0].high = Quantity(CELL_VALUE_MAX + 1), BoundsUnfit);
    structure_refused(
        |unfit| {
            let one = unfit.cells[3].clone();
            unfit.cells = (0..65)
                .map(|n| {
                    let mut c = one.clone();
                    c.id = format!("c{n}").parse().unwrap();
                    c
                })
                .collect();
        },
        CellsUnfit,
    );
}

#[test]
fn identities_and_ratios_are_over_additive_cells() {
    use StatisticsRejection::{IdentityUnfit, RatioUnfit};
    structure_refused(|unfit| unfit.identities[0].terms.truncate(1), IdentityUnfit);
    structure_refused(|unfit| unfit.identities[0].terms[0].coefficient = 0, IdentityUnfit);
    structure_refused(|unfit| unfit.identities[0].terms[0].cell = "months".parse().unwrap(), IdentityUnfit);
    structure_refused(|unfit| unfit.identities[0].terms[0].cell = "nothing".parse().unwrap(), IdentityUnfit);
    structure_refused(|unfit| unfit.identities[0].terms[0].cell = "unemployed".parse().unwrap(), IdentityUnfit);
    structure_refused(|unfit| unfit.ratios[0].denominator = "months".parse().unwrap(), RatioUnfit);
    structure_refused(|unfit| unfit.ratios[0].numerator = "force".parse().unwrap(), RatioUnfit);
    structure_refused(|unfit| unfit.ratios[0].id = "force".parse().unwrap(), RatioUnfit);
    structure_refused(|unfit| unfit.ratios.push(unfit.ratios[0].clone()), RatioUnfit);
    structure_refused(|unfit| unfit.ratios[0].decimals = 7, RatioUnfit);
}

#[test]
fn a_structure_fits_the_state() {
    let long = |unfit: &mut NewStructure| {
        let one = unfit.cells[3].clone();
        for number in 0..40 {
            let mut cell = one.clone();
            (cell.id, cell.label) = (format!("c{number}").parse().unwrap(), "y".repeat(450));
            unfit.cells.push(cell);
        }
    };
    structure_refused(long, StatisticsRejection::StructureTooLarge);
}

#[track_caller]
fn month_refused(change: impl FnOnce(&mut NewCollection), expected: StatisticsRejection) {
    let mut world = World::new();
    let office = world.office.clone();
    let mut unfit = NewCollection { period: "2026-02".parse().unwrap(), ..month(OPEN) };
    change(&mut unfit);
    world.refuses(&office, &StatisticsTransaction::OpenPeriod(unfit), expected);
}

#[test]
fn a_period_is_opened_once_with_dates_that_make_sense() {
    use StatisticsRejection::{DatesUnfit, GuardsUnfit, PeriodKnown};
    month_refused(|unfit| unfit.period = period(), PeriodKnown);
    month_refused(|unfit| unfit.due = unfit.closes.plus_ms(1), DatesUnfit);
    month_refused(|unfit| (unfit.due, unfit.closes) = (BEGIN, BEGIN), DatesUnfit);
    month_refused(|unfit| unfit.decision_term_ms = 0, DatesUnfit);
    month_refused(|unfit| unfit.decision_term_ms = 367 * DAY_MS, DatesUnfit);
    month_refused(|unfit| unfit.dominance_max_percent = 0, GuardsUnfit);
    month_refused(|unfit| unfit.dominance_max_percent = 101, GuardsUnfit);
}

#[test]
fn a_period_keeps_the_structure_under_which_it_was_opened() {
    let mut world = World::new();
    let office = world.office.clone();
    let mill = world.company("01001", "mill");
    let mut narrower = structure(OPEN);
    narrower.cells.truncate(2);
    (narrower.identities, narrower.ratios) = (Vec::new(), Vec::new());
    world.accepts(&office, &StatisticsTransaction::DefineStructure(narrower));
    let latest = world.chain.read(|view, _| query::structure(view, &OPEN.parse().unwrap())).unwrap();
    assert_eq!((latest.version, latest.cells.len()), (2, 2));
    // January was opened under the first definition.
    world.accepts(&mill, &file(OPEN, vec![open_return(&mill, 2, 1)]));
    assert_eq!(sums(&world.aggregate(OPEN, "XX").unwrap()), [2, 1, 3]);
}

#[test]
fn a_period_needs_a_structure() {
    let mut world = World::new();
    let office = world.office.clone();
    world.open_register("empty", chancery_types::record::RegisterClass::Open);
    let opened = StatisticsTransaction::OpenPeriod(month("empty"));
    world.refuses(&office, &opened, StatisticsRejection::StructureUndefined);
}
