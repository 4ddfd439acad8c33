//! Running totals: what each accepted return adds to its region and to every region around it.
//!
//! The totals that a transaction touches are read once, reckoned with in memory and written once, so a batch of
//! hundreds of returns costs one addition of points per cell and level, and one encoding per total.

use super::Survey;
use super::values::Amount;
use crate::ids::{HOLDINGS_MAX, PARTS_MAX};
use crate::record::{Aggregate, AggregateId, ChangedSince, Disclosure, Holdings, OwnerShare, RunningSum};
use crate::rejection::StatisticsRejection;
use crate::{query, state};
use chancery_crypto::amount::AmountPoint;
use chancery_ledger::{Changes, View};
use chancery_types::amount::Quantity;
use chancery_types::code::RegionCode;
use chancery_types::ids::{Height, MemberId};
use chancery_types::record::RegisterClass;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The totals of one period that a transaction touches.
pub(super) struct Totals<'a> {
    view: View<'a>,
    height: Height,
    class: RegisterClass,
    /// An id of this register and period; the region is replaced.
    id: AggregateId,
    additive: usize,
    regions: BTreeMap<RegionCode, Running>,
    owners: BTreeMap<MemberId, Owned>,
}

/// What an owner has, while it is reckoned with.
#[derive(Default)]
struct Owned {
    holdings: Holdings,
    /// Shares for which there is no room among the holdings.
    further: BTreeMap<RegionCode, OwnerShare>,
}

/// A total while it is reckoned with.
struct Running {
    aggregate: Aggregate,
    sums: Vec<Amount>,
    disclosure: Disclosure,
}

/// A return that begins to count, or a correction that takes the place of what counted.
pub(super) struct Movement<'a> {
    /// The return's region and those around it, from the inside out, up to the register's.
    pub(super) path: &'a [RegionCode],
    /// The respondent.
    pub(super) owner: MemberId,
    /// What counted before, if something did.
    pub(super) leaving: Option<Vec<Amount>>,
    /// What counts from now on.
    pub(super) entering: Vec<Amount>,
}

impl<'a> Totals<'a> {
    pub(super) fn new(view: &View<'a>, height: Height, survey: &Survey) -> Self {
        let (register, period) = (survey.register.id.clone(), survey.collection.period);
        Self {
            view: *view,
            height,
            class: survey.register.class,
            id: AggregateId { register, period, region: survey.register.region.clone() },
            additive: survey.structure.cells.iter().filter(|cell| cell.additive).count(),
            regions: BTreeMap::new(),
            owners: BTreeMap::new(),
        }
    }

    /// Lets a return count, at every level.
    ///
    /// # Errors
    /// [`StatisticsRejection::SumTooLarge`].
    pub(super) fn count(&mut self, movement: &Movement<'_>) -> Result<(), StatisticsRejection> {
        for (level, region) in movement.path.iter().enumerate() {
            let whole = movement.path.get(level.saturating_add(1));
            let publications_of_whole = match whole {
                Some(whole) => self.running(whole)?.aggregate.publications,
                None => 0,
            };
            let inner = level.checked_sub(1).and_then(|inner| movement.path.get(inner));
            let mut share = self.share(region, &movement.owner);
            let height = self.height;
            let running = self.running(region)?;
            running.add(movement, height)?;
            running.note_owner(&mut share, movement.leaving.is_none(), publications_of_whole);
            running.note_origin(inner, movement.leaving.is_none());
            self.owners.entry(movement.owner).or_default().set(region, share);
        }
        Ok(())
    }

    /// Counts a refused return, at every level.
    ///
    /// # Errors
    /// [`StatisticsRejection::PointUnsound`] never: the sums in the state are our own.
    pub(super) fn count_refused(&mut self, path: &[RegionCode]) -> Result<(), StatisticsRejection> {
        for region in path {
            let aggregate = &mut self.running(region)?.aggregate;
            aggregate.refused = aggregate.refused.saturating_add(1);
        }
        Ok(())
    }

    /// What has been reckoned, to be written.
    pub(super) fn into_changes(self) -> Changes {
        let mut changes = Changes::new();
        let Self { id, class, regions, owners, .. } = self;
        let at = |region: &RegionCode| AggregateId { region: region.clone(), ..id.clone() };
        for (region, running) in regions {
            let id = at(&region);
            let sums = running.sums.iter().map(|sum| sum.to_sum()).collect();
            changes.put(&state::aggregate(&id), &Aggregate { sums, ..running.aggregate });
            if class == RegisterClass::Confidential {
                changes.put(&state::disclosure(&id), &running.disclosure);
            }
        }
        for (owner, owned) in owners {
            changes.put(&state::holdings(&id.register, &id.period, &owner), &owned.holdings);
            for (region, share) in owned.further {
                changes.put(&state::share(&at(&region), &owner), &share);
            }
        }
        changes
    }

    fn running(&mut self, region: &RegionCode) -> Result<&mut Running, StatisticsRejection> {
        let id = AggregateId { region: region.clone(), ..self.id.clone() };
        match self.regions.entry(region.clone()) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let running = match query::aggregate(&self.view, &id) {
                    Some(aggregate) => Running {
                        sums: aggregate.sums.iter().map(Amount::from_sum).collect::<Result<_, _>>()?,
                        aggregate,
                        disclosure: query::disclosure(&self.view, &id),
                    },
                    None => Running::empty(self.class, self.additive),
                };
                Ok(entry.insert(running))
            }
        }
    }

    fn share(&mut self, region: &RegionCode, owner: &MemberId) -> OwnerShare {
        let (view, id) = (self.view, &self.id);
        let owned = self.owners.entry(*owner).or_insert_with(|| {
            let holdings = view.read(&state::holdings(&id.register, &id.period, owner)).unwrap_or_default();
            Owned { holdings, further: BTreeMap::new() }
        });
        owned.share(region).unwrap_or_else(|| {
            let id = AggregateId { region: region.clone(), ..id.clone() };
            view.read(&state::share(&id, owner)).unwrap_or_default()
        })
    }
}

impl Owned {
    /// The share in a region, unless it has to be looked up under its own key.
    fn share(&self, region: &RegionCode) -> Option<OwnerShare> {
        let Holdings(held) = &self.holdings;
        let held_here = held.iter().find(|(at, _)| at == region).map(|(_, share)| *share);
        // A region comes to a key of its own only when there is no room here, and room never comes back.
        let nowhere = (held.len() < HOLDINGS_MAX).then(OwnerShare::default);
        held_here.or_else(|| self.further.get(region).copied()).or(nowhere)
    }

    fn set(&mut self, region: &RegionCode, share: OwnerShare) {
        let Holdings(held) = &mut self.holdings;
        let has_room = held.len() < HOLDINGS_MAX;
        match held.iter_mut().find(|(at, _)| at == region) {
            Some((_, here)) => *here = share,
            None if has_room => held.push((region.clone(), share)),
            None => {
                self.further.insert(region.clone(), share);
            }
        }
    }
}

impl Running {
    fn empty(class: RegisterClass, additive: usize) -> Self {
        let nothing = match class {
            RegisterClass::Open => Amount::Clear(Quantity(0)),
            RegisterClass::Confidential => Amount::Hidden(AmountPoint::zero()),
        };
        let aggregate = Aggregate::nothing();
        Self { aggregate, sums: vec![nothing; additive], disclosure: Disclosure::default() }
    }

    fn add(&mut self, movement: &Movement<'_>, height: Height) -> Result<(), StatisticsRejection> {
        for (place, sum) in self.sums.iter_mut().enumerate() {
            let entering = movement.entering.get(place);
            let leaving = movement.leaving.as_ref().and_then(|amounts| amounts.get(place));
            *sum = sum.moved(entering, leaving).ok_or(StatisticsRejection::SumTooLarge)?;
        }
        if movement.leaving.is_none() {
            self.aggregate.returns = self.aggregate.returns.saturating_add(1);
        }
        self.aggregate.last_changed = height;
        Ok(())
    }

    fn note_owner(&mut self, share: &mut OwnerShare, is_new: bool, publications_of_whole: u32) {
        if share.returns == 0 {
            self.aggregate.respondents = self.aggregate.respondents.saturating_add(1);
        }
        if is_new {
            share.returns = share.returns.saturating_add(1);
        }
        if share.changed_after != Some(self.aggregate.publications) {
            share.changed_after = Some(self.aggregate.publications);
            self.aggregate.changed = self.aggregate.changed.saturating_add(1);
        }
        if share.changed_after_whole != Some(publications_of_whole) {
            share.changed_after_whole = Some(publications_of_whole);
            let owners = self.disclosure.changed_in_whole.since(publications_of_whole).saturating_add(1);
            self.disclosure.changed_in_whole = ChangedSince { publication: publications_of_whole, owners };
        }
    }

    /// Notes from which part the return comes, or that it is the region's own.
    fn note_origin(&mut self, part: Option<&RegionCode>, is_new: bool) {
        let disclosure = &mut self.disclosure;
        match part {
            Some(part) if disclosure.parts.contains(part) => {}
            Some(_) if disclosure.parts.len() >= PARTS_MAX => disclosure.parts_overflow = true,
            Some(part) => disclosure.parts.push(part.clone()),
            None => {
                disclosure.direct_changes = disclosure.direct_changes.saturating_add(1);
                if is_new {
                    disclosure.direct_returns = disclosure.direct_returns.saturating_add(1);
                }
            }
        }
    }
}

impl Amount {
    fn from_sum(sum: &RunningSum) -> Result<Self, StatisticsRejection> {
        match sum {
            RunningSum::Clear(total) => Ok(Self::Clear(*total)),
            RunningSum::Committed(commitment) => {
                AmountPoint::decode(commitment).map(Self::Hidden).map_err(|_| StatisticsRejection::PointUnsound)
            }
        }
    }

    fn to_sum(self) -> RunningSum {
        match self {
            Self::Clear(total) => RunningSum::Clear(total),
            Self::Hidden(point) => RunningSum::Committed(point.encode()),
        }
    }

    /// This sum with one amount more and one less; `None` if it leaves the range, or clear and hidden would mix.
    fn moved(self, entering: Option<&Self>, leaving: Option<&Self>) -> Option<Self> {
        let with = match (self, entering) {
            (sum, None) => sum,
            (Self::Clear(sum), Some(Self::Clear(amount))) => Self::Clear(sum.checked_add(*amount)?),
            (Self::Hidden(sum), Some(Self::Hidden(amount))) => Self::Hidden(sum + *amount),
            _ => return None,
        };
        let leaving = leaving.filter(|_| !chancery_planted::is("correction-adds"));
        match (with, leaving) {
            (sum, None) => Some(sum),
            (Self::Clear(sum), Some(Self::Clear(amount))) => Some(Self::Clear(sum.checked_sub(*amount)?)),
            (Self::Hidden(sum), Some(Self::Hidden(amount))) => Some(Self::Hidden(sum - *amount)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_with_many_regions_keeps_every_share_apart() {
        let region = |number: u32| format!("R{number}").parse::<RegionCode>().unwrap();
        let share = |returns| OwnerShare { returns, ..OwnerShare::default() };
        let mut owned = Owned::default();
        for number in 0..20 {
            let known = owned.share(&region(number));
            let expected = (usize::try_from(number).unwrap() < HOLDINGS_MAX).then(OwnerShare::default);
            assert_eq!(known, expected, "looked up under its own key only when there is no room");
            owned.set(&region(number), share(number + 1));
        }
        owned.set(&region(3), share(50));
        owned.set(&region(15), share(60));
        let all: Vec<u32> = (0..20).map(|number| owned.share(&region(number)).unwrap().returns).collect();
        assert_eq!(all, [1, 2, 3, 50, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 60, 17, 18, 19, 20]);
        assert_eq!((owned.holdings.0.len(), owned.further.len()), (HOLDINGS_MAX, 12));
    }
}
