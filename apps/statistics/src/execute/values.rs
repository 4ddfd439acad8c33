//! What the cells of a return hold: their checks, and what they add to the sums.

use crate::record::{CellSpecification, Identity, Structure};
use crate::rejection::StatisticsRejection;
use chancery_crypto::amount::{AmountPoint, identity_holds};
use chancery_types::amount::{CellValue, Quantity};
use chancery_types::code::CellId;
use chancery_types::record::{Cell, RegisterClass};
use std::collections::BTreeMap;

/// What one cell adds to a sum, or a sum itself, ready to be reckoned with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    /// In clear.
    Clear(Quantity),
    /// Hidden.
    Hidden(AmountPoint),
}

/// Checks the cells of a return as far as anyone can who sees the ledger, and gives what each additive cell adds to
/// the sums, in the structure's order.
///
/// In an open register that is everything: ranges, and identities between integers. In a confidential one values are
/// points, and the identities are equations between points, which hold only if they hold between the values and
/// between the blindings; what range a value lies in, only the authority can see.
pub(super) fn check(
    class: RegisterClass,
    structure: &Structure,
    values: &[CellValue],
) -> Result<Vec<Amount>, StatisticsRejection> {
    if values.len() != structure.cells.len() {
        return Err(StatisticsRejection::CellCountUnfit);
    }
    let cells: Vec<(&CellSpecification, &CellValue)> = structure.cells.iter().zip(values).collect();
    match class {
        RegisterClass::Open => check_open(&structure.identities, &cells),
        RegisterClass::Confidential => check_confidential(&structure.identities, &cells),
    }
}

fn check_open(
    identities: &[Identity],
    cells: &[(&CellSpecification, &CellValue)],
) -> Result<Vec<Amount>, StatisticsRejection> {
    let (mut known, mut amounts) = (BTreeMap::new(), Vec::new());
    for (cell, value) in cells {
        let value = match value {
            CellValue::Clear(value) if value.0 < 0 => return Err(StatisticsRejection::ValueNegative),
            CellValue::Clear(value) if !(cell.low..=cell.high).contains(value) => {
                return Err(StatisticsRejection::ValueOutOfRange);
            }
            CellValue::Clear(value) => Some(*value),
            CellValue::Committed(_) => return Err(StatisticsRejection::CellNotClear),
            CellValue::Nil | CellValue::Missing | CellValue::NotApplicable => None,
        };
        if let Some(value) = value {
            known.insert(&cell.id, i128::from(value.0));
        }
        if cell.additive {
            amounts.push(Amount::Clear(value.unwrap_or_default()));
        }
    }
    for identity in identities {
        let mut sum = 0_i128;
        for term in &identity.terms {
            let value = known.get(&term.cell).ok_or(StatisticsRejection::CellMissing)?;
            // At most 16 terms of at most 2^42 times 2^7.
            sum = sum.saturating_add(value.saturating_mul(i128::from(term.coefficient)));
        }
        if sum != 0 {
            return Err(StatisticsRejection::IdentityBroken);
        }
    }
    Ok(amounts)
}

fn check_confidential(
    identities: &[Identity],
    cells: &[(&CellSpecification, &CellValue)],
) -> Result<Vec<Amount>, StatisticsRejection> {
    let (mut known, mut amounts): (BTreeMap<&CellId, AmountPoint>, _) = (BTreeMap::new(), Vec::new());
    for (cell, value) in cells {
        match value {
            CellValue::Committed(commitment) => {
                let point = AmountPoint::decode(commitment).map_err(|_| StatisticsRejection::PointUnsound)?;
                known.insert(&cell.id, point);
                if cell.additive {
                    amounts.push(Amount::Hidden(point));
                }
            }
            CellValue::Clear(_) => return Err(StatisticsRejection::CellNotCommitted),
            // A cell that is visibly empty would leave fewer owners behind that cell's total than behind the figure.
            CellValue::Nil | CellValue::Missing | CellValue::NotApplicable if cell.additive => {
                return Err(StatisticsRejection::CellNotCommitted);
            }
            CellValue::Nil | CellValue::Missing | CellValue::NotApplicable => {}
        }
    }
    for identity in identities {
        let mut terms = Vec::new();
        for term in &identity.terms {
            let point = known.get(&term.cell).ok_or(StatisticsRejection::CellMissing)?;
            terms.push((i64::from(term.coefficient), point));
        }
        if !identity_holds(&terms) {
            return Err(StatisticsRejection::IdentityBroken);
        }
    }
    Ok(amounts)
}

/// What the additive cells of a version that was checked when it was filed add to the sums.
pub(super) fn amounts(structure: &Structure, cells: &[Cell]) -> Result<Vec<Amount>, StatisticsRejection> {
    let additive = structure.cells.iter().zip(cells).filter(|(cell, _)| cell.additive);
    additive
        .map(|(_, cell)| match &cell.value {
            CellValue::Clear(value) => Ok(Amount::Clear(*value)),
            CellValue::Committed(commitment) => {
                AmountPoint::decode(commitment).map(Amount::Hidden).map_err(|_| StatisticsRejection::PointUnsound)
            }
            CellValue::Nil | CellValue::Missing | CellValue::NotApplicable => Ok(Amount::Clear(Quantity(0))),
        })
        .collect()
}
