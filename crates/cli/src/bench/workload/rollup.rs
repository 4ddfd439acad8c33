//! Totals over three levels: every county's, every province's and the country's figure of one period; with its proof,
//! where the register is confidential.

use super::Workload;
use crate::bench::register::Asked;
use crate::bench::world::World;
use crate::exit::Exit;
use chancery_client::signing::SignedTransaction;
use chancery_crypto::amount::{AmountPoint, Blinding, TotalContext, prove_total};
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::query::total_id;
use chancery_statistics::record::{Aggregate, AggregateId, RunningSum};
use chancery_statistics::transaction::{Publication, StatisticsTransaction, Total};
use chancery_types::amount::{AmountCommitment, Quantity};
use chancery_types::code::CellId;
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

/// A region's totals as the ledger keeps them, and what the authority knows about them.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) id: AggregateId,
    pub(crate) aggregate: Aggregate,
    /// For a confidential register.
    pub(crate) known: Option<Known>,
}

/// The authority publishes figures, each in one transaction.
pub(crate) struct Publications<'a> {
    pub(crate) world: &'a World,
    pub(crate) asked: Asked,
    pub(crate) figures: Vec<Figure>,
}

impl Publications<'_> {
    /// One total for each cell, as the ledger keeps it.
    fn totals(&self, figure: &Figure, rng: &mut ChaCha20Rng) -> Result<Vec<Total>, Exit> {
        let cells = self.asked.structure()?.cells.into_iter().map(|cell| cell.id);
        let totals = cells.zip(&figure.aggregate.sums).map(|(cell, sum)| match (sum, &figure.known) {
            (RunningSum::Clear(total), _) => Ok(Total { cell, total: *total, proof: None }),
            (RunningSum::Committed(value), Some(known)) => self.proved(figure, cell, value, known, rng),
            (RunningSum::Committed(_), None) => Err(Exit::failed("a figure cannot be opened")),
        });
        totals.collect()
    }

    fn proved(
        &self,
        figure: &Figure,
        cell: CellId,
        value: &AmountCommitment,
        known: &Known,
        rng: &mut ChaCha20Rng,
    ) -> Result<Total, Exit> {
        let Figure { id, aggregate, .. } = figure;
        let publication = total_id(id, aggregate.publications.saturating_add(1), &cell);
        let network = &self.world.authority.network;
        let context = TotalContext { network, publication: &publication, cutoff: aggregate.last_changed };
        let unsound = |error: chancery_crypto::CryptoError| Exit::failed(format!("a total cannot be proved: {error}"));
        let sum = AmountPoint::decode(value).map_err(unsound)?;
        let proof = prove_total(&context, &sum, known.total, &known.blinding, rng).map_err(unsound)?;
        let total = i64::try_from(known.total).map_err(|_| Exit::failed("a total is too large"))?;
        Ok(Total { cell, total: Quantity(total), proof: Some(proof.to_vec()) })
    }
}

impl Workload for Publications<'_> {
    fn records(&self, _: usize) -> u32 {
        0
    }

    fn sign(&self, place: usize, expires: BlockTime, rng: &mut ChaCha20Rng) -> Result<SignedTransaction, Exit> {
        let figure = self.figures.get(place).ok_or_else(|| Exit::failed("a figure is missing"))?;
        let Figure { id, aggregate, known } = figure;
        let message = StatisticsTransaction::Publish(Publication {
            register: id.register.clone(),
            period: id.period,
            region: id.region.clone(),
            sequence: aggregate.publications.saturating_add(1),
            cutoff: aggregate.last_changed,
            totals: self.totals(figure, rng)?,
            // Values are drawn evenly and a county has 200 members: none of them comes near the bound.
            dominance_statement: known.is_some(),
        });
        Ok(self.world.authority.sign_until(STATISTICS, &message, expires, rng))
    }
}
