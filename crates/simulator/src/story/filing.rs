//! What filers sign: returns and corrections, and what must be refused.

use crate::Failure;
use crate::country::{Country, Filer, HandedOver, Hidden, PERIOD, Told};
use chancery_client::filing::{Desk, SealedReturn, open_return, sealed_digest};
use chancery_kernel::records::rejection::RecordsRejection;
use chancery_ledger::Refusal;
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::rejection::StatisticsRejection;
use chancery_statistics::transaction::{Correction, Filing, Return, StatisticsTransaction};
use chancery_types::amount::{CellValue, Quantity};
use chancery_types::code::RegisterId;
use chancery_types::ids::Version;
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;

/// Which of the filers to the confidential register seals openings that do not fit.
const MISTAKEN: usize = 1;

impl Country {
    pub(super) fn file_open(&mut self, now: BlockTime) -> Vec<Told> {
        let mut told = Vec::new();
        // Before anyone has filed: these would be refused for another reason afterwards.
        let [first, second, last] = [0, 1, self.filers.len().saturating_sub(1)].map(|at| self.filers.get(at).cloned());
        if let (Some(first), Some(second), Some(last)) = (first, second, last) {
            let broken = [700, 70, 771].map(Quantity);
            told.push(self.refused_open(&first, &first, &broken, StatisticsRejection::IdentityBroken.code(), now));
            let negative = [-5, 75, 70].map(Quantity);
            told.push(self.refused_open(&second, &second, &negative, StatisticsRejection::ValueNegative.code(), now));
            let sound = [700, 70, 770].map(Quantity);
            told.push(self.refused_open(&first, &last, &sound, StatisticsRejection::NotFiler.code(), now));
        }
        for at in 0..self.filers.len() {
            told.extend(self.file_values(at, now));
        }
        told
    }

    /// Some correct what they filed.
    pub(super) fn correct(&mut self, who: std::ops::Range<usize>, now: BlockTime) -> Vec<Told> {
        who.filter_map(|at| self.file_values(at, now)).collect()
    }

    /// What must be refused once everyone has filed.
    pub(super) fn file_wrongly(&mut self, now: BlockTime) -> Vec<Told> {
        let others = [6, 7].map(|at| self.filers.get(at).cloned());
        let [Some(twice), Some(short)] = others else { return Vec::new() };
        let sound = [700, 70, 770].map(Quantity);
        let again = self.refused_open(&twice, &twice, &sound, RecordsRejection::RecordKnown.code(), now);
        let two = sound.split_last().map(|(_, two)| two.to_vec()).unwrap_or_default();
        let missing = self.refused_open(&short, &short, &two, StatisticsRejection::CellCountUnfit.code(), now);
        vec![again, missing]
    }

    pub(super) fn file_sealed(&mut self, now: BlockTime) -> Result<Vec<Told>, Failure> {
        let mut told = Vec::new();
        let sealing: Vec<Filer> = self.filers.iter().filter(|filer| filer.is_sealed).cloned().collect();
        for (at, filer) in sealing.iter().enumerate() {
            let mut made = self.sealed_return(filer, None)?;
            if at == MISTAKEN {
                // The openings are those of other commitments.
                made.filed.cells = self.sealed_return(filer, None)?.filed.cells;
            }
            told.push(self.hand_over(filer, Version(1), made, now));
        }
        if let Some(careless) = self.filers.last().cloned() {
            let clear = open_return(careless.signer.member, &[700, 70, 770].map(Quantity), None);
            let message = filing(&self.confidential.register, clear);
            let refusal = Some(StatisticsRejection::CellNotCommitted.code());
            told.push(self.tell(&careless.signer, STATISTICS, &message, now, refusal));
        }
        Ok(told)
    }

    /// Whose return was refused files again, rightly.
    pub(super) fn file_sealed_anew(&mut self, now: BlockTime) -> Result<Vec<Told>, Failure> {
        let mistaken = self.filers.iter().filter(|filer| filer.is_sealed).nth(MISTAKEN).cloned();
        let filer = mistaken.ok_or_else(|| Failure::setup("nobody was mistaken"))?;
        let correction = Correction { replaces: Version(1), reason: "Openings belonged elsewhere".to_owned() };
        let made = self.sealed_return(&filer, Some(correction))?;
        Ok(vec![self.hand_over(&filer, Version(2), made, now)])
    }

    /// Files values to the open register: a first version, or a correction of the last.
    fn file_values(&mut self, at: usize, now: BlockTime) -> Option<Told> {
        let values = self.draw_values(90_000);
        let filer = self.filers.get_mut(at)?;
        let replaced = filer.filed.1;
        filer.filed = (values, Version(replaced.0.saturating_add(1)));
        let correction =
            (replaced > Version(0)).then(|| Correction { replaces: replaced, reason: "Counted again".to_owned() });
        let signer = filer.signer.clone();
        let message = filing(&self.open.register, open_return(signer.member, &values.map(Quantity), correction));
        Some(self.tell(&signer, STATISTICS, &message, now, None))
    }

    fn refused_open(
        &mut self,
        filer: &Filer,
        subject: &Filer,
        values: &[Quantity],
        refusal: RejectionCode,
        now: BlockTime,
    ) -> Told {
        let message = filing(&self.open.register, open_return(subject.signer.member, values, None));
        self.tell(&filer.signer, STATISTICS, &message, now, Some(refusal))
    }

    fn sealed_return(&mut self, filer: &Filer, correction: Option<Correction>) -> Result<SealedReturn, Failure> {
        let values = self.sealed_values.pop().ok_or_else(|| Failure::setup("more is sealed than was foreseen"))?;
        let desk = Desk {
            network: self.authority.network,
            register: &self.confidential.register,
            period: PERIOD,
            structure: &self.confidential,
            sealing_key: self.sealing_key.public_key(),
        };
        let member = filer.signer.member;
        let values_filed = values.map(Quantity);
        let made = desk.confidential_return(member, member, &values_filed, correction, self.draw.rng());
        let made = made.map_err(Failure::setup)?;
        let hidden = Hidden { record: made.record, values: values.to_vec() };
        self.truth.hidden.insert(sealed_digest(&made.sealed), hidden);
        Ok(made)
    }

    /// Signs a sealed return and lays its openings on the authority's desk.
    fn hand_over(&mut self, filer: &Filer, version: Version, made: SealedReturn, now: BlockTime) -> Told {
        self.desk.push(HandedOver {
            filer: filer.signer.member,
            region: filer.region.clone(),
            record: made.record,
            version,
            cells: made.filed.cells.clone(),
            sealed: made.sealed,
            judged: None,
        });
        let message = filing(&self.confidential.register, made.filed);
        self.tell(&filer.signer, STATISTICS, &message, now, None)
    }

    /// Two parts and their whole, none of them dominant among several.
    fn draw_values(&mut self, employed_max: u64) -> [i64; 3] {
        let employed = self.draw.between(employed_max / 2, employed_max).cast_signed();
        let unemployed = self.draw.between(employed_max / 20, employed_max / 10).cast_signed();
        [employed, unemployed, employed.saturating_add(unemployed)]
    }
}

fn filing(register: &RegisterId, one: Return) -> StatisticsTransaction {
    let returns = vec![one];
    StatisticsTransaction::File(Filing { register: register.clone(), period: PERIOD, returns, intake: Vec::new() })
}

/// Whether commitments hold these values under these blindings.
pub(super) fn fits(cells: &[CellValue], values: &[Quantity], blindings: &[chancery_crypto::amount::Blinding]) -> bool {
    let counted = cells.len() == values.len() && cells.len() == blindings.len();
    counted
        && cells.iter().zip(values).zip(blindings).all(|((cell, value), blinding)| {
            *cell == CellValue::Committed(chancery_crypto::amount::commit(value.0, blinding).encode())
        })
}
