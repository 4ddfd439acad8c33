//! Which figures may stand beside each other.
//!
//! A reader who is given a region's total and the totals of all but one of its parts knows the part that was kept
//! back. So the returns that are in the whole and in no published part must be as safe, taken together, as a figure
//! that is published: enough owners, none dominant. Where they are not, a further part is kept back.

use super::{Contribution, Sums, dominant_share};
use chancery_types::code::RegionCode;
use std::collections::{BTreeMap, BTreeSet};

/// What a figure must satisfy.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The fewest different owners.
    pub respondents_min: usize,
    /// The largest share of one owner, in per cent.
    pub dominance_max_percent: u8,
    /// Which cells are published.
    pub additive: Vec<bool>,
}

impl Guard {
    /// Whether these returns, summed, give nobody away.
    pub fn is_safe(&self, sums: &Sums) -> bool {
        sums.respondents() >= self.respondents_min && dominant_share(sums, &self.additive) <= self.dominance_max_percent
    }
}

/// Why a part's figure is kept back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptBack {
    /// Too few owners, or one that dominates.
    Itself,
    /// It would give away, by subtraction, a part that is kept back.
    ForAnother,
}

/// Which parts of a region to publish beside its total, and which to keep back.
///
/// Of the parts that are safe themselves, the smallest (by respondents, then by code) are kept back for others, as few
/// as needed.
pub fn plan(
    guard: &Guard,
    parts: &BTreeMap<RegionCode, Vec<Contribution>>,
) -> BTreeMap<RegionCode, Result<(), KeptBack>> {
    let cells = guard.additive.len();
    let mut plan = BTreeMap::new();
    let mut by_size = BTreeSet::new();
    for (region, contributions) in parts {
        let sums = Sums::of(cells, contributions);
        let safe = guard.is_safe(&sums);
        if safe {
            by_size.insert((sums.respondents(), region));
        }
        plan.insert(region.clone(), if safe { Ok(()) } else { Err(KeptBack::Itself) });
    }
    for (_, region) in by_size {
        let hidden = parts.iter().filter(|(region, _)| plan.get(*region).is_some_and(Result::is_err));
        let hidden: Vec<&Contribution> = hidden.flat_map(|(_, contributions)| contributions).collect();
        // Parts without returns hide nothing.
        if hidden.is_empty() || guard.is_safe(&Sums::of(cells, hidden)) {
            break;
        }
        plan.insert(region.clone(), Err(KeptBack::ForAnother));
    }
    plan
}
