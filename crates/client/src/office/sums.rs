//! Totals of what was opened, with what is needed to prove them and to see whether they give someone away.

use super::Opened;
use chancery_crypto::amount::Blinding;
use chancery_types::ids::MemberId;
use std::collections::BTreeMap;

/// One counted return.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// Who stands behind it.
    pub owner: MemberId,
    /// What it says.
    pub opened: Opened,
}

/// Sums over counted returns, one per cell of the structure.
#[derive(Clone, Debug)]
pub struct Sums {
    /// Values.
    pub totals: Vec<i128>,
    /// Blindings.
    pub blindings: Vec<Blinding>,
    /// Values of each owner.
    pub shares: BTreeMap<MemberId, Vec<i128>>,
}

impl Sums {
    /// Nothing, for so many cells.
    pub fn zero(cells: usize) -> Self {
        Self { totals: vec![0; cells], blindings: vec![Blinding::ZERO; cells], shares: BTreeMap::new() }
    }

    /// Sums up.
    pub fn of<'a>(cells: usize, contributions: impl IntoIterator<Item = &'a Contribution>) -> Self {
        let mut sums = Self::zero(cells);
        for contribution in contributions {
            sums.add(contribution);
        }
        sums
    }

    /// How many different owners there are.
    pub fn respondents(&self) -> usize {
        self.shares.len()
    }

    fn add(&mut self, contribution: &Contribution) {
        let cells = self.totals.len();
        let share = self.shares.entry(contribution.owner).or_insert_with(|| vec![0; cells]);
        for ((total, share), value) in self.totals.iter_mut().zip(share).zip(&contribution.opened.values) {
            // Cells are at most 2^42 and returns far fewer than 2^80.
            *total += i128::from(value.0);
            *share += i128::from(value.0);
        }
        for (sum, blinding) in self.blindings.iter_mut().zip(&contribution.opened.blindings) {
            *sum += blinding;
        }
    }
}
