//! A sealed return, opened and judged.

use crate::filing::sealed_digest;
use chancery_api::view;
use chancery_crypto::amount::{AmountPoint, Blinding};
use chancery_crypto::seal::{SealContext, SealingKey, open};
use chancery_ledger::Refusal;
use chancery_statistics::rejection::StatisticsRejection;
use chancery_statistics::transaction::NewStructure;
use chancery_types::amount::Quantity;
use chancery_types::code::CellId;
use chancery_types::encoding::from_bytes;
use chancery_types::ids::NetworkId;
use chancery_types::opening::Opening;

/// Why an authority does not accept a return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The openings are not in the vault (yet).
    NotHandedOver,
    /// What was handed over does not open with the authority's key, or is no opening.
    CannotBeOpened,
    /// The openings are of another record or version, or do not fit a commitment.
    DoesNotMatch,
    /// A value is below zero.
    Negative {
        /// The cell.
        cell: CellId,
    },
    /// A value lies outside its declared range.
    OutOfRange {
        /// The cell.
        cell: CellId,
    },
}

impl Flaw {
    /// The number under which the authority refuses. Openings that are missing are refused only once the authority's
    /// term is over.
    pub fn number(&self) -> u16 {
        let reason = match self {
            Self::NotHandedOver => StatisticsRejection::OpeningMissing,
            Self::CannotBeOpened => StatisticsRejection::OpeningUnreadable,
            Self::DoesNotMatch => StatisticsRejection::OpeningMismatch,
            Self::Negative { .. } => StatisticsRejection::OpeningNegative,
            Self::OutOfRange { .. } => StatisticsRejection::OpeningOutOfRange,
        };
        reason.code().number
    }
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotHandedOver => f.write_str("the openings have not been handed over"),
            Self::CannotBeOpened => f.write_str("what was handed over cannot be opened"),
            Self::DoesNotMatch => f.write_str("the openings do not match the commitments"),
            Self::Negative { cell } => write!(f, "the value of {cell} is negative"),
            Self::OutOfRange { cell } => write!(f, "the value of {cell} lies outside its declared range"),
        }
    }
}

/// An opened version: values and blindings in the structure's order.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The values.
    pub values: Vec<Quantity>,
    /// The blindings.
    pub blindings: Vec<Blinding>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opened(secret)")
    }
}

/// Opens a version and judges it: the sealed bytes are those of the return, the openings are of this very version,
/// fit every commitment, and lie in the declared ranges.
///
/// # Errors
/// The flaw, if there is one.
pub fn judge(
    key: &SealingKey,
    network: &NetworkId,
    structure: &NewStructure,
    summary: &view::RecordSummary,
    version: &view::RecordVersion,
    sealed: &[u8],
) -> Result<Opened, Flaw> {
    if version.sealed != Some(sealed_digest(sealed)) {
        return Err(Flaw::CannotBeOpened);
    }
    let context = SealContext { network, register: &summary.register, filer: &version.filer, record: &summary.id };
    let plain = open(key, &context, sealed).map_err(|_| Flaw::CannotBeOpened)?;
    let opening: Opening = from_bytes(&plain).map_err(|_| Flaw::CannotBeOpened)?;
    let cells = structure.cells.len();
    let counts = [version.cells.len(), opening.values.len(), opening.blindings.len()];
    let fits = opening.record == summary.id && opening.version == version.version;
    if !fits || counts.iter().any(|count| *count != cells) {
        return Err(Flaw::DoesNotMatch);
    }
    let blindings = opening.blindings.iter().map(|bytes| Blinding::from_bytes(&bytes.0));
    let blindings: Vec<Blinding> = blindings.collect::<Result<_, _>>().map_err(|_| Flaw::DoesNotMatch)?;
    for ((cell, value), blinding) in version.cells.iter().zip(&opening.values).zip(&blindings) {
        let view::CellContent::Committed { value: commitment } = &cell.value else { return Err(Flaw::DoesNotMatch) };
        let point = AmountPoint::decode(commitment).map_err(|_| Flaw::DoesNotMatch)?;
        if !point.opens_to(value.0, blinding) {
            return Err(Flaw::DoesNotMatch);
        }
    }
    let outside = structure.cells.iter().zip(&opening.values);
    let mut outside = outside.filter(|(cell, value)| **value < cell.low || **value > cell.high);
    match outside.next() {
        Some((cell, value)) if value.0 < 0 => Err(Flaw::Negative { cell: cell.id.clone() }),
        Some((cell, _)) => Err(Flaw::OutOfRange { cell: cell.id.clone() }),
        None => Ok(Opened { values: opening.values, blindings }),
    }
}
