//! A register's structure as the ledger holds it, from the interface's view of it.

use chancery_api::view;
use chancery_statistics::record::{CellSpecification, Identity, Ratio, Term};
use chancery_statistics::transaction::NewStructure;
use chancery_types::code::RegisterId;

/// What is asked in a register.
pub fn structure(register: &RegisterId, view: &view::Structure) -> NewStructure {
    let cells = view.cells.iter().map(|cell| CellSpecification {
        id: cell.id.clone(),
        label: cell.label.clone(),
        unit: cell.unit.clone(),
        scale: cell.scale,
        low: cell.low,
        high: cell.high,
        additive: cell.additive,
    });
    let identities = view.identities.iter().map(|terms| Identity {
        terms: terms.iter().map(|term| Term { coefficient: term.coefficient, cell: term.cell.clone() }).collect(),
    });
    let ratios = view.ratios.iter().map(|ratio| Ratio {
        id: ratio.id.clone(),
        label: ratio.label.clone(),
        numerator: ratio.numerator.clone(),
        denominator: ratio.denominator.clone(),
        decimals: ratio.decimals,
    });
    NewStructure {
        register: register.clone(),
        cells: cells.collect(),
        identities: identities.collect(),
        ratios: ratios.collect(),
    }
}
