//! Sealed parts and proved totals.

use super::network::Network;
use chancery_crypto::amount::{AmountPoint, Blinding, TotalContext, commit, prove_total};
use chancery_crypto::hash::{Tag, hash};
use chancery_types::amount::{AmountCommitment, Quantity};
use chancery_types::encoding::to_bytes;
use chancery_types::figure::{Figure, FigureCell, TotalId};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

/// One owner's value with its blinding.
#[derive(Clone, Debug)]
pub struct Part {
    /// The value.
    pub value: i64,
    /// The blinding.
    pub blinding: Blinding,
}

impl Part {
    /// A value with a blinding that follows from a name.
    pub fn new(value: i64, name: &str) -> Self {
        let mut seed = ChaCha20Rng::from_seed(hash(Tag::Derivation, &[b"testing blinding", name.as_bytes()]).0);
        Self { value, blinding: Blinding::generate(&mut seed) }
    }

    /// What stands on the ledger.
    pub fn commitment(&self) -> AmountCommitment {
        commit(self.value, &self.blinding).encode()
    }
}

/// The total of parts, not yet proved: the cell of a confidential figure, and the sum of the blindings.
pub fn add_up(id: &str, parts: &[Part]) -> (FigureCell, Blinding) {
    let sum: AmountPoint = parts.iter().map(|part| commit(part.value, &part.blinding)).sum();
    let total = Quantity(parts.iter().map(|part| part.value).sum());
    let cell = FigureCell { id: id.parse().unwrap(), total, sum: Some(sum.encode()), proof: None };
    (cell, parts.iter().map(|part| &part.blinding).sum())
}

/// Proves every total of a confidential figure, whose cells have these blindings.
pub fn prove_totals(network: &Network, figure: &mut Figure, blindings: &[Blinding]) {
    let (register, period, region) = (figure.register.clone(), figure.period, figure.region.clone());
    for (cell, blinding) in figure.cells.iter_mut().zip(blindings) {
        let publication = to_bytes(&TotalId {
            register: register.clone(),
            period,
            region: region.clone(),
            sequence: figure.sequence,
            cell: cell.id.clone(),
        });
        let context = TotalContext { network: &network.id, publication: &publication, cutoff: figure.cutoff };
        let sum = AmountPoint::decode(&cell.sum.unwrap()).unwrap();
        let mut rng = ChaCha20Rng::from_seed([9; 32]);
        let proof = prove_total(&context, &sum, i128::from(cell.total.0), blinding, &mut rng).unwrap();
        cell.proof = Some(proof.to_vec());
    }
}
