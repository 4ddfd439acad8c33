//! A hundred returns in one transaction under one signature: an office files for the members of its county.

use super::Workload;
use crate::bench::register::{Asked, VALUE_MAX, period};
use crate::bench::world::{COUNTY_MEMBERS, Size, World};
use crate::exit::Exit;
use chancery_client::randomness::generator;
use chancery_client::signing::SignedTransaction;
use chancery_crypto::amount::{Blinding, commit};
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::transaction::{Filing, Return, StatisticsTransaction};
use chancery_types::amount::{AmountCommitment, CellValue, Quantity};
use chancery_types::code::RegisterId;
use chancery_types::hash::Digest;
use chancery_types::period::Period;
use chancery_types::time::BlockTime;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng as _;
use std::ops::Range;

/// How many returns stand under one signature.
pub(crate) const BATCH_RECORDS: usize = 100;
pub(crate) const BATCHES_PER_COUNTY: usize = COUNTY_MEMBERS / BATCH_RECORDS;
/// How many different commitments are made before the clock starts. Returns take them in turn: for who checks one, a
/// commitment that was seen before is as much work as a new one.
const COMMITMENTS: usize = 16_384;

/// A commitment with what opens it.
struct Commitment {
    value: i64,
    blinding: Blinding,
    encoded: AmountCommitment,
}

/// Returns to one of the turnover registers.
pub(crate) struct Batches<'a> {
    world: &'a World,
    register: RegisterId,
    /// The first place of the register that is used: a place is half of a county in one period.
    first: u64,
    /// For a confidential register.
    commitments: Option<Vec<Commitment>>,
}

/// How many periods are needed for so many places.
pub(crate) fn periods(size: Size, places: u64) -> u64 {
    places.div_ceil((size.counties() * BATCHES_PER_COUNTY) as u64)
}

/// The county, the first member, and the period of a place. Neighbours in time are of different counties.
pub(crate) fn county(size: Size, place: u64) -> (usize, usize, u64) {
    let (counties, all) = (size.counties() as u64, (size.counties() * BATCHES_PER_COUNTY) as u64);
    let within = place % all;
    let county = usize::try_from(within % counties).unwrap_or(usize::MAX);
    let part = usize::try_from(within / counties).unwrap_or(usize::MAX);
    (county, county * COUNTY_MEMBERS + part * BATCH_RECORDS, place / all)
}

impl<'a> Batches<'a> {
    /// Batches from a place of the register on.
    pub(crate) fn new(world: &'a World, asked: Asked, first: u64) -> Result<Self, Exit> {
        let commitments = match asked {
            Asked::SealedTurnover => {
                let mut rng = generator()?;
                let made = (0..COMMITMENTS).map(|_| {
                    let (value, blinding) = (i64::from(rng.next_u32()) % VALUE_MAX, Blinding::generate(&mut rng));
                    Commitment { value, encoded: commit(value, &blinding).encode(), blinding }
                });
                Some(made.collect())
            }
            Asked::LabourForce | Asked::ClearTurnover => None,
        };
        Ok(Self { world, register: asked.id()?, first, commitments })
    }

    /// Where the returns go.
    pub(crate) const fn register(&self) -> &RegisterId {
        &self.register
    }

    /// The members that the transaction at a place is about, and the period.
    pub(crate) fn subjects(&self, place: usize) -> Result<(Range<usize>, Period), Exit> {
        let (_, first, number) = county(self.world.size, self.first.saturating_add(place as u64));
        Ok((first..first + BATCH_RECORDS, period(number)?))
    }

    /// What opens the returns of a place; nothing for values in clear.
    pub(crate) fn openings(&self, place: usize) -> impl Iterator<Item = (i64, &Blinding)> {
        let made = self.commitments.as_deref().unwrap_or_default();
        let which = (0..BATCH_RECORDS).map(move |at| (place * BATCH_RECORDS + at) % made.len().max(1));
        which.filter_map(|at| made.get(at).map(|one| (one.value, &one.blinding)))
    }

    fn value(&self, at: usize, rng: &mut ChaCha20Rng) -> (CellValue, Option<Digest>) {
        let made = self.commitments.as_ref();
        match made.and_then(|made| made.get(at % made.len().max(1))) {
            Some(commitment) => {
                let mut sealed = [0; 32];
                rng.fill_bytes(&mut sealed);
                (CellValue::Committed(commitment.encoded), Some(Digest(sealed)))
            }
            None => (CellValue::Clear(Quantity(i64::from(rng.next_u32()) % VALUE_MAX)), None),
        }
    }
}

impl Workload for Batches<'_> {
    fn records(&self, _: usize) -> u32 {
        BATCH_RECORDS as u32
    }

    fn amounts(&self, _: usize) -> u32 {
        if self.commitments.is_some() { BATCH_RECORDS as u32 } else { 0 }
    }

    fn sign(&self, place: usize, expires: BlockTime, rng: &mut ChaCha20Rng) -> Result<SignedTransaction, Exit> {
        let (county, first, number) = county(self.world.size, self.first.saturating_add(place as u64));
        let office = self.world.office(county)?;
        let returns = (first..first + BATCH_RECORDS).enumerate().map(|(at, member)| {
            let (value, sealed) = self.value(place * BATCH_RECORDS + at, rng);
            Ok(Return { subject: self.world.filer(member)?.member, cells: vec![value], sealed, correction: None })
        });
        let message = StatisticsTransaction::File(Filing {
            register: self.register.clone(),
            period: period(number)?,
            returns: returns.collect::<Result<_, Exit>>()?,
            intake: Vec::new(),
        });
        Ok(office.sign_until(STATISTICS, &message, expires, rng))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_member_is_filed_for_once_in_a_period_by_its_own_county() {
        let size = Size::of(600);
        let mut filed = BTreeSet::new();
        for place in 0..12 {
            let (of, first, number) = county(size, place);
            for member in first..first + BATCH_RECORDS {
                assert_eq!(member / COUNTY_MEMBERS, of);
                assert!(member < 600 && filed.insert((member, number)));
            }
        }
        assert_eq!(filed.len(), 1_200);
        assert_eq!((periods(size, 6), periods(size, 7)), (1, 2));
    }
}
