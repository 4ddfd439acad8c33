//! The authority's work: opening what was sealed to it, deciding, publishing.

use super::Totals;
use super::filing::fits;
use super::founding::DOMINANCE_MAX_PERCENT;
use crate::Failure;
use crate::country::{Country, HandedOver, PERIOD, Told};
use chancery_client::office::{Contribution, Opened, Sums, dominant_share};
use chancery_crypto::amount::{AmountPoint, Blinding, prove_total};
use chancery_crypto::seal::{SealContext, open};
use chancery_ledger::Refusal;
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::query::{total_context, total_id};
use chancery_statistics::record::{Aggregate, AggregateId, RunningSum};
use chancery_statistics::rejection::StatisticsRejection;
use chancery_statistics::transaction::{Decisions, Publication, StatisticsTransaction, Total, Verdict};
use chancery_types::amount::Quantity;
use chancery_types::code::{CellId, RegionCode, RegisterId};
use chancery_types::encoding::from_bytes;
use chancery_types::opening::Opening;
use chancery_types::time::BlockTime;

impl Country {
    /// Looks through everything on the desk that has not been decided on, and decides.
    pub(super) fn decide(&mut self, now: BlockTime) -> Result<Vec<Told>, Failure> {
        let mut verdicts = Vec::new();
        for at in 0..self.desk.len() {
            let Some(handed) = self.desk.get(at).filter(|handed| handed.judged.is_none()) else { continue };
            let judged = self.look_at(handed)?;
            let refusal = judged.is_none().then(|| StatisticsRejection::OpeningMismatch.code().number);
            verdicts.push(Verdict { record: handed.record, version: handed.version, refusal });
            if let Some(handed) = self.desk.get_mut(at) {
                handed.judged = Some(judged);
            }
        }
        let decisions = Decisions { register: self.confidential.register.clone(), verdicts };
        let authority = self.authority.clone();
        Ok(vec![self.tell(&authority, STATISTICS, &StatisticsTransaction::Decide(decisions), now, None)])
    }

    /// What openings say, if they are those of their commitments.
    fn look_at(&self, handed: &HandedOver) -> Result<Option<Opened>, Failure> {
        let context = SealContext {
            network: &self.authority.network,
            register: &self.confidential.register,
            filer: &handed.filer,
            record: &handed.record,
        };
        let plain = open(&self.sealing_key, &context, &handed.sealed).map_err(Failure::setup)?;
        let opening: Opening = from_bytes(&plain).map_err(Failure::setup)?;
        let blindings = opening.blindings.iter().map(|bytes| Blinding::from_bytes(&bytes.0));
        let blindings: Vec<Blinding> = blindings.collect::<Result<_, _>>().map_err(Failure::setup)?;
        let matches = fits(&handed.cells, &opening.values, &blindings);
        Ok(matches.then(|| Opened { values: opening.values.clone(), blindings }))
    }

    /// The figures of the open register, for the country and its provinces.
    pub(super) fn publish_open(&mut self, now: BlockTime, totals: &Totals) -> Result<Vec<Told>, Failure> {
        let authority = self.authority.clone();
        let mut told = Vec::new();
        for region in [vec![self.whole.clone()], self.provinces.clone()].concat() {
            let (id, aggregate) = aggregate(&self.open.register, &region, totals)?;
            let message = publication(&id, aggregate, clear_totals(&self.cells(), aggregate), false);
            told.push(self.tell(&authority, STATISTICS, &message, now, None));
        }
        Ok(told)
    }

    /// A total that is one too large; and the right one, by somebody who does not supervise the register.
    pub(super) fn publish_wrongly(&mut self, now: BlockTime, totals: &Totals) -> Result<Vec<Told>, Failure> {
        let (id, aggregate) = aggregate(&self.open.register, &self.whole, totals)?;
        let right = clear_totals(&self.cells(), aggregate);
        let mut wrong = right.clone();
        for total in wrong.iter_mut().take(1) {
            total.total.0 = total.total.0.saturating_add(1);
        }
        let (wrong, right) = (publication(&id, aggregate, wrong, false), publication(&id, aggregate, right, false));
        let authority = self.authority.clone();
        let refusal = Some(StatisticsRejection::TotalWrong.code());
        let mut told = vec![self.tell(&authority, STATISTICS, &wrong, now, refusal)];
        if let Some(usurper) = self.filers.first().map(|filer| filer.signer.clone()) {
            let refusal = Some(StatisticsRejection::NotSupervisor.code());
            told.push(self.tell(&usurper, STATISTICS, &right, now, refusal));
        }
        Ok(told)
    }

    /// The hidden totals of the provinces, proved; and the country's with a proof of another total.
    pub(super) fn publish_parts(&mut self, now: BlockTime, totals: &Totals) -> Result<Vec<Told>, Failure> {
        let whole = self.whole.clone();
        let mut told = vec![self.publish_hidden(&whole, now, totals, true)?];
        for region in self.provinces.clone() {
            told.push(self.publish_hidden(&region, now, totals, false)?);
        }
        Ok(told)
    }

    /// The hidden total of the country, proved.
    pub(super) fn publish_whole(&mut self, now: BlockTime, totals: &Totals) -> Result<Vec<Told>, Failure> {
        let whole = self.whole.clone();
        Ok(vec![self.publish_hidden(&whole, now, totals, false)?])
    }

    fn publish_hidden(
        &mut self,
        region: &RegionCode,
        now: BlockTime,
        totals: &Totals,
        is_forged: bool,
    ) -> Result<Told, Failure> {
        let (id, aggregate) = aggregate(&self.confidential.register, region, totals)?;
        let cells = self.cells();
        let sums = Sums::of(cells.len(), &self.counted_within(region));
        let mut proven = Vec::new();
        for (((cell, sum), total), blinding) in cells.iter().zip(&aggregate.sums).zip(&sums.totals).zip(&sums.blindings)
        {
            let RunningSum::Committed(sum) = sum else { return Err(Failure::setup("the ledger sums in clear")) };
            let point = AmountPoint::decode(sum).map_err(Failure::setup)?;
            let which = total_id(&id, aggregate.publications.saturating_add(1), cell);
            let context = total_context(&self.authority.network, &which, aggregate.last_changed);
            let proof = prove_total(&context, &point, *total, blinding, self.draw.rng()).map_err(Failure::setup)?;
            let total = i64::try_from(*total).map_err(Failure::setup)?.saturating_add(i64::from(is_forged));
            proven.push(Total { cell: cell.clone(), total: Quantity(total), proof: Some(proof.to_vec()) });
        }
        let none_dominates = dominant_share(&sums, &vec![true; cells.len()]) <= DOMINANCE_MAX_PERCENT;
        let message = publication(&id, aggregate, proven, none_dominates);
        let authority = self.authority.clone();
        let refusal = is_forged.then(|| StatisticsRejection::ProofUnsound.code());
        Ok(self.tell(&authority, STATISTICS, &message, now, refusal))
    }

    /// What was opened and accepted of a region and of those within it.
    fn counted_within(&self, region: &RegionCode) -> Vec<Contribution> {
        let within = self.desk.iter().filter(|handed| handed.region == *region || self.whole == *region);
        let opened = within.filter_map(|handed| Some((handed.filer, handed.judged.clone()??)));
        opened.map(|(owner, opened)| Contribution { owner, opened }).collect()
    }

    fn cells(&self) -> Vec<CellId> {
        self.open.cells.iter().map(|cell| cell.id.clone()).collect()
    }
}

fn aggregate<'a>(
    register: &RegisterId,
    region: &RegionCode,
    totals: &'a Totals,
) -> Result<(AggregateId, &'a Aggregate), Failure> {
    let found = totals.get(&(register.clone(), region.clone()));
    let found = found.ok_or_else(|| Failure::setup(format!("register {register} keeps no totals of {region}")))?;
    Ok((AggregateId { register: register.clone(), period: PERIOD, region: region.clone() }, found))
}

fn clear_totals(cells: &[CellId], aggregate: &Aggregate) -> Vec<Total> {
    let sums = cells.iter().zip(&aggregate.sums);
    let clear = sums.filter_map(|(cell, sum)| match sum {
        RunningSum::Clear(total) => Some(Total { cell: cell.clone(), total: *total, proof: None }),
        RunningSum::Committed(_) => None,
    });
    clear.collect()
}

fn publication(
    id: &AggregateId,
    aggregate: &Aggregate,
    totals: Vec<Total>,
    dominance_statement: bool,
) -> StatisticsTransaction {
    StatisticsTransaction::Publish(Publication {
        register: id.register.clone(),
        period: id.period,
        region: id.region.clone(),
        sequence: aggregate.publications.saturating_add(1),
        // Nothing has changed since, so the sums at this height are the sums now.
        cutoff: aggregate.last_changed,
        totals,
        dominance_statement,
    })
}
