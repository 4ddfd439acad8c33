//! One return in one transaction under one signature, each by the member that it is about.

use super::Workload;
use crate::bench::register::{Asked, period};
use crate::bench::world::{COUNTY_MEMBERS, Size, World};
use crate::exit::Exit;
use chancery_client::filing::open_return;
use chancery_client::signing::SignedTransaction;
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::transaction::{Correction, Filing, StatisticsTransaction};
use chancery_types::amount::Quantity;
use chancery_types::code::RegisterId;
use chancery_types::time::BlockTime;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng as _;

/// Returns to the labour force register.
pub(crate) struct Singles<'a> {
    world: &'a World,
    register: RegisterId,
    /// The first place of the register that is used: a place is one member's return for one period.
    first: u64,
}

/// How many periods are needed for so many places.
pub(crate) fn periods(size: Size, places: u64) -> u64 {
    places.div_ceil(size.members() as u64)
}

/// Who files at a place, and for which period. Neighbours in time are of different counties.
pub(crate) fn filer(size: Size, place: u64) -> (usize, u64) {
    let (members, counties) = (size.members() as u64, size.counties() as u64);
    let within = place % members;
    let member = within % counties * COUNTY_MEMBERS as u64 + within / counties;
    (usize::try_from(member).unwrap_or(usize::MAX), place / members)
}

impl<'a> Singles<'a> {
    /// Returns from a place of the register on.
    pub(crate) fn new(world: &'a World, first: u64) -> Result<Self, Exit> {
        Ok(Self { world, register: Asked::LabourForce.id()?, first })
    }

    /// The return of one place, or its correction.
    pub(crate) fn filing(
        &self,
        place: usize,
        correction: Option<Correction>,
        expires: BlockTime,
        rng: &mut ChaCha20Rng,
    ) -> Result<SignedTransaction, Exit> {
        let (member, number) = filer(self.world.size, self.first.saturating_add(place as u64));
        let signer = self.world.filer(member)?;
        let (employed, unemployed) = (i64::from(rng.next_u32() >> 4), i64::from(rng.next_u32() >> 8));
        let values = [employed + unemployed, employed, unemployed].map(Quantity);
        let message = StatisticsTransaction::File(Filing {
            register: self.register.clone(),
            period: period(number)?,
            returns: vec![open_return(signer.member, &values, correction)],
            intake: Vec::new(),
        });
        Ok(signer.sign_until(STATISTICS, &message, expires, rng))
    }
}

impl Workload for Singles<'_> {
    fn records(&self, _: usize) -> u32 {
        1
    }

    fn sign(&self, place: usize, expires: BlockTime, rng: &mut ChaCha20Rng) -> Result<SignedTransaction, Exit> {
        self.filing(place, None, expires, rng)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_member_files_once_in_a_period_and_counties_take_turns() {
        let size = Size::of(600);
        let places: BTreeSet<_> = (0..1_200).map(|place| filer(size, place)).collect();
        assert_eq!(places.len(), 1_200);
        assert!(places.iter().all(|(member, period)| *member < 600 && *period < 2));
        let counties: Vec<_> = (0..4).map(|place| filer(size, place).0 / COUNTY_MEMBERS).collect();
        assert_eq!(counties, [0, 1, 2, 0]);
        assert_eq!((periods(size, 600), periods(size, 601)), (1, 2));
    }
}
