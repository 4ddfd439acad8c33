//! Publishing figures with their proofs.

use super::suppression::{Guard, KeptBack, plan};
use super::{Contribution, Office, Sums, dominant_share};
use crate::error::ClientError;
use crate::http::{Client, Finalised};
use crate::randomness::generator;
use crate::signing::Signer;
use chancery_api::view;
use chancery_crypto::amount::{AmountPoint, Blinding, TotalContext, prove_total};
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::transaction::{Publication, StatisticsTransaction, Total};
use chancery_types::amount::{AmountCommitment, Quantity};
use chancery_types::code::{CellId, RegionCode, RegisterId};
use chancery_types::encoding::to_bytes;
use chancery_types::figure::TotalId;
use chancery_types::period::Period;
use rand_core::CryptoRng;
use std::collections::BTreeMap;

/// The deepest tree of regions.
const DEPTH_MAX: usize = 8;

/// Publishes a figure of an open register: the totals that the ledger itself keeps, which everyone sees. Gives `None`
/// if the latest publication says the same already.
///
/// # Errors
/// As every request.
pub async fn publish_open(
    client: &Client,
    signer: &Signer,
    register: &RegisterId,
    period: Period,
    region: &RegionCode,
) -> Result<Option<Finalised>, ClientError> {
    let aggregate = client.aggregate(None, register, period, region).await?;
    let totals = aggregate.cells.iter().map(|cell| match &cell.sum {
        view::RunningSum::Clear { value } => Ok(Total { cell: cell.id.clone(), total: *value, proof: None }),
        view::RunningSum::Committed { .. } => Err(ClientError::Statistics(format!(
            "register {register} is confidential; its authority must prove totals"
        ))),
    });
    let totals = totals.collect::<Result<Vec<_>, _>>()?;
    if is_published(client, &aggregate).await? {
        return Ok(None);
    }
    let message = StatisticsTransaction::Publish(publication(&aggregate, totals, false));
    let signed = signer.sign(STATISTICS, &message, client.now(), &mut generator()?);
    client.carry_out(&signed).await.map(Some)
}

/// Whether the latest publication has every return that the aggregate has.
async fn is_published(client: &Client, aggregate: &view::Aggregate) -> Result<bool, ClientError> {
    if aggregate.publications == 0 {
        return Ok(false);
    }
    let published = client.figure(&aggregate.register, aggregate.period, &aggregate.region).await?;
    Ok(published.first().is_some_and(|latest| latest.cutoff >= aggregate.last_changed))
}

fn publication(aggregate: &view::Aggregate, totals: Vec<Total>, dominance_statement: bool) -> Publication {
    Publication {
        register: aggregate.register.clone(),
        period: aggregate.period,
        region: aggregate.region.clone(),
        sequence: aggregate.publications.saturating_add(1),
        // Nothing has changed since, so the sums at this height are the sums now.
        cutoff: aggregate.last_changed,
        totals,
        dominance_statement,
    }
}

/// The counted returns of the period, by the region that they are about.
#[derive(Clone, Debug)]
pub struct Counted {
    parents: BTreeMap<RegionCode, Option<RegionCode>>,
    contributions: BTreeMap<RegionCode, Vec<Contribution>>,
}

impl Counted {
    /// Those of a region and of all regions within it.
    pub fn within(&self, region: &RegionCode) -> Vec<Contribution> {
        let inside = self.contributions.iter().filter(|(code, _)| self.path(code).any(|around| around == region));
        inside.flat_map(|(_, contributions)| contributions).cloned().collect()
    }

    /// A region and those around it, from the inside out.
    fn path<'a>(&'a self, region: &'a RegionCode) -> impl Iterator<Item = &'a RegionCode> {
        let outwards = |code: &&'a RegionCode| self.parents.get(*code).and_then(Option::as_ref);
        std::iter::successors(Some(region), outwards).take(DEPTH_MAX)
    }

    fn parts_of(&self, whole: &RegionCode) -> BTreeMap<RegionCode, Vec<Contribution>> {
        let parts = self.parents.iter().filter(|(_, parent)| parent.as_ref() == Some(whole));
        parts.map(|(code, _)| (code.clone(), self.within(code))).collect()
    }
}

impl Office<'_> {
    /// Opens every counted return of the period.
    ///
    /// # Errors
    /// As every request; also if the openings of a return that was accepted cannot be had any more.
    pub async fn counted(&mut self) -> Result<Counted, ClientError> {
        let parents = self.client.regions().await?.into_iter().map(|region| (region.code, region.parent)).collect();
        let mut counted = Counted { parents, contributions: BTreeMap::new() };
        for record in self.client.records(&self.register, self.collection.period, None).await? {
            let Some(version) = record.counted else { continue };
            self.look_at(record.id, version).await?.map_err(|flaw| {
                ClientError::Statistics(format!("record {} was accepted, but {flaw}; restore the vault", record.id))
            })?;
            let owner = self.owner(record.subject).await?;
            if let Some(opened) = self.opened.get(&(record.id, version)) {
                let contribution = Contribution { owner, opened: opened.clone() };
                counted.contributions.entry(record.region).or_default().push(contribution);
            }
        }
        Ok(counted)
    }

    /// Which parts of a region may be published beside it.
    pub fn plan(&self, counted: &Counted, whole: &RegionCode) -> BTreeMap<RegionCode, Result<(), KeptBack>> {
        plan(&self.guard(), &counted.parts_of(whole))
    }

    /// What the period's figures must satisfy.
    pub fn guard(&self) -> Guard {
        Guard {
            respondents_min: usize::from(self.collection.respondents_min),
            dominance_max_percent: self.collection.dominance_max_percent,
            additive: self.structure.cells.iter().map(|cell| cell.additive).collect(),
        }
    }

    /// Publishes a region's figure with its proofs. Gives `None` if the latest publication says the same already.
    ///
    /// The office's own guard is not asked here, so that consensus can be seen to refuse; but the dominance statement
    /// is only made if it is true.
    ///
    /// # Errors
    /// As every request; [`ClientError::Rejected`] if consensus refuses the figure.
    pub async fn publish(&mut self, counted: &Counted, region: &RegionCode) -> Result<Option<Finalised>, ClientError> {
        let (session, period) = (Some(&self.session), self.collection.period);
        let aggregate = self.client.aggregate(session, &self.register, period, region).await?;
        if is_published(self.client, &aggregate).await? {
            return Ok(None);
        }
        let sums = Sums::of(self.structure.cells.len(), &counted.within(region));
        let mut rng = generator()?;
        let totals = self.totals(&aggregate, &sums, &mut rng)?;
        let guard = self.guard();
        let none_dominates = dominant_share(&sums, &guard.additive) <= guard.dominance_max_percent;
        let message = StatisticsTransaction::Publish(publication(&aggregate, totals, none_dominates));
        let signed = self.signer.sign(STATISTICS, &message, self.client.now(), &mut rng);
        self.client.carry_out(&signed).await.map(Some)
    }

    /// The total of every additive cell with its proof.
    fn totals(
        &self,
        aggregate: &view::Aggregate,
        sums: &Sums,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Total>, ClientError> {
        let cells = self.structure.cells.iter().zip(&sums.totals).zip(&sums.blindings);
        let additive = cells.filter(|((cell, _), _)| cell.additive).map(|((cell, total), sum)| (&cell.id, *total, sum));
        let mut totals = Vec::new();
        for (cell, total, blinding) in additive {
            let proof = self.proof(aggregate, cell, total, blinding, rng)?;
            let total = i64::try_from(total).map_err(|_| ClientError::Statistics(format!("{cell} is too large")))?;
            totals.push(Total { cell: cell.clone(), total: Quantity(total), proof: Some(proof) });
        }
        Ok(totals)
    }

    fn proof(
        &self,
        aggregate: &view::Aggregate,
        cell: &CellId,
        total: i128,
        blinding: &Blinding,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, ClientError> {
        let publication = to_bytes(&TotalId {
            register: aggregate.register.clone(),
            period: aggregate.period,
            region: aggregate.region.clone(),
            sequence: aggregate.publications.saturating_add(1),
            cell: cell.clone(),
        });
        let context =
            TotalContext { network: &self.signer.network, publication: &publication, cutoff: aggregate.last_changed };
        let sum = AmountPoint::decode(&running(aggregate, cell)?)?;
        let proof = prove_total(&context, &sum, total, blinding, rng).map_err(|_| {
            ClientError::Statistics(format!(
                "the openings of {cell} in region {} do not sum up to what the ledger keeps; a return was accepted \
                 meanwhile: try again",
                aggregate.region
            ))
        })?;
        Ok(proof.to_vec())
    }
}

/// The ledger's running sum of a cell.
fn running(aggregate: &view::Aggregate, cell: &CellId) -> Result<AmountCommitment, ClientError> {
    let sum = aggregate.cells.iter().find(|sum| sum.id == *cell).map(|found| &found.sum);
    match sum {
        Some(view::RunningSum::Committed { value }) => Ok(*value),
        _ => Err(ClientError::Statistics(format!("the ledger keeps no hidden sum of {cell}"))),
    }
}
