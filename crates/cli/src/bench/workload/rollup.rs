//! Totals over three levels: every county's, every province's and the country's figure of one period, with its proof.

use super::Workload;
use crate::bench::register::Asked;
use crate::bench::world::World;
use crate::exit::Exit;
use chancery_api::view;
use chancery_client::signing::SignedTransaction;
use chancery_crypto::amount::{AmountPoint, Blinding, TotalContext, prove_total};
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::transaction::{Publication, StatisticsTransaction, Total};
use chancery_types::amount::Quantity;
use chancery_types::encoding::to_bytes;
use chancery_types::figure::TotalId;
use chancery_types::time::BlockTime;
use rand_chacha::ChaCha20Rng;

/// What an authority knows about a region: the total and the sum of the blindings of all its returns.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) total: i128,
    pub(crate) blinding: Blinding,
}

impl Known {
    /// Nothing yet.
    pub(crate) const fn zero() -> Self {
        Self { total: 0, blinding: Blinding::ZERO }
    }

    /// Adds what another region, or another return, has.
    pub(crate) fn add(&mut self, total: i128, blinding: &Blinding) {
        self.total += total;
        self.blinding += blinding;
    }
}

/// The authority publishes figures, each in one transaction.
pub(crate) struct Publications<'a> {
    pub(crate) world: &'a World,
    /// The ledger's running sums with what the authority knows about them.
    pub(crate) figures: Vec<(view::Aggregate, Known)>,
}

impl Workload for Publications<'_> {
    fn records(&self, _: usize) -> u32 {
        0
    }

    fn sign(&self, place: usize, expires: BlockTime, rng: &mut ChaCha20Rng) -> Result<SignedTransaction, Exit> {
        let missing = || Exit::failed("a figure is missing");
        let (aggregate, known) = self.figures.get(place).ok_or_else(missing)?;
        let cell = aggregate.cells.first().ok_or_else(missing)?;
        let view::RunningSum::Committed { value } = &cell.sum else { return Err(missing()) };
        let sequence = aggregate.publications.saturating_add(1);
        let publication = to_bytes(&TotalId {
            register: Asked::SealedTurnover.id()?,
            period: aggregate.period,
            region: aggregate.region.clone(),
            sequence,
            cell: cell.id.clone(),
        });
        let authority = &self.world.authority;
        let context =
            TotalContext { network: &authority.network, publication: &publication, cutoff: aggregate.last_changed };
        let unsound = |error: chancery_crypto::CryptoError| Exit::failed(format!("a total cannot be proved: {error}"));
        let sum = AmountPoint::decode(value).map_err(unsound)?;
        let proof = prove_total(&context, &sum, known.total, &known.blinding, rng).map_err(unsound)?;
        let total = i64::try_from(known.total).map_err(|_| Exit::failed("a total is too large"))?;
        let message = StatisticsTransaction::Publish(Publication {
            register: aggregate.register.clone(),
            period: aggregate.period,
            region: aggregate.region.clone(),
            sequence,
            cutoff: aggregate.last_changed,
            totals: vec![Total { cell: cell.id.clone(), total: Quantity(total), proof: Some(proof.to_vec()) }],
            // Values are drawn evenly and a county has 200 members: none of them comes near the bound.
            dominance_statement: true,
        });
        Ok(authority.sign_until(STATISTICS, &message, expires, rng))
    }
}
