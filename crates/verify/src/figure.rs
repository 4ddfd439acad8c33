//! The proofs inside a confidential figure.

use crate::error::VerifyError;
use chancery_crypto::amount::{AmountPoint, TotalContext, verify_total};
use chancery_types::encoding::to_bytes;
use chancery_types::figure::{Figure, FigureCell, TotalId};
use chancery_types::ids::NetworkId;
use chancery_types::record::{CELLS_MAX, RegisterClass};

/// Checks that every total of a confidential figure is what its sum of commitments hides. An open figure has no
/// proofs: there consensus summed the values themselves.
pub(crate) fn check_totals(network: &NetworkId, figure: &Figure) -> Result<(), VerifyError> {
    if figure.cells.len() > CELLS_MAX {
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
