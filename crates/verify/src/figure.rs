//! The proofs inside a confidential figure.

use crate::error::VerifyError;
use chancery_crypto::amount::{AmountPoint, TotalContext, verify_total};
use chancery_types::code::CellId;
use chancery_types::encoding::to_bytes;
use chancery_types::figure::{Figure, FigureCell, TotalId};
use chancery_types::ids::{Height, NetworkId};
use chancery_types::record::{CELLS_MAX, RegisterClass};
use std::collections::BTreeSet;

/// Checks that a figure has the shape of its class, and that every total of a confidential one is what its sum of
/// commitments hides. An open figure has no proofs: there consensus summed the values themselves. `height` is that of
/// the block in which it was published.
pub(crate) fn check_totals(network: &NetworkId, height: Height, figure: &Figure) -> Result<(), VerifyError> {
    let ids: BTreeSet<&CellId> = figure.cells.iter().map(|cell| &cell.id).collect();
    let well_formed = figure.cells.len() <= CELLS_MAX
        && ids.len() == figure.cells.len()
        && figure.cutoff <= height
        && (figure.class == RegisterClass::Open || figure.dominance_max_percent.is_some());
    if !well_formed {
        return Err(VerifyError::EventMalformed);
    }
    figure.cells.iter().try_for_each(|cell| match (figure.class, &cell.sum, &cell.proof) {
        (RegisterClass::Open, None, None) => Ok(()),
        (RegisterClass::Confidential, Some(sum), Some(proof)) => {
            let holds = AmountPoint::decode(sum).is_ok_and(|sum| total_holds(network, figure, cell, &sum, proof));
            if holds { Ok(()) } else { Err(VerifyError::Total(cell.id.to_string())) }
        }
        _ => Err(VerifyError::EventMalformed),
    })
}

fn total_holds(network: &NetworkId, figure: &Figure, cell: &FigureCell, sum: &AmountPoint, proof: &[u8]) -> bool {
    let publication = to_bytes(&TotalId {
        register: figure.register.clone(),
        period: figure.period,
        region: figure.region.clone(),
        sequence: figure.sequence,
        cell: cell.id.clone(),
    });
    let context = TotalContext { network, publication: &publication, cutoff: figure.cutoff };
    verify_total(&context, sum, i128::from(cell.total.0), proof).is_ok()
}
