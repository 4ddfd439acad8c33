//! Places that are shared fairly: when all are taken, whoever holds the most gives one up to somebody who holds fewer.
//!
//! Without it some dozens of addresses that open connections, or streams, and then do nothing could hold every place
//! for ever, each of them within its own bound. With it they crowd out one another. Against more addresses than there
//! are places there is no fairness to be had, and newcomers are turned away.

use crate::rate::Address;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Who holds places.
#[derive(Debug)]
pub(crate) struct Crowd {
    places_max: usize,
    per_address_max: usize,
    guests: Mutex<Guests>,
}

/// INVARIANT: `crowding` has each address of `of` with the places that it holds, none of them with no guest; `taken` is
/// the sum of all.
#[derive(Debug, Default)]
struct Guests {
    of: BTreeMap<Address, Holding>,
    crowding: BTreeSet<(usize, Address)>,
    taken: usize,
    next: u64,
}

/// What one address holds.
#[derive(Debug, Default)]
struct Holding {
    places: usize,
    /// By arrival, so the oldest come first: how many places, and how to tell the guest to leave.
    guests: BTreeMap<u64, (usize, Arc<Notify>)>,
}

/// One or several places; they are free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Guest {
    crowd: Arc<Crowd>,
    address: Address,
    number: u64,
}

impl Crowd {
    pub(crate) fn new(places_max: usize, per_address_max: usize) -> Self {
        Self { places_max, per_address_max, guests: Mutex::default() }
    }

    /// Gives an address some places. Where that takes another's, those who came first of the address that holds the
    /// most are told to leave and count as gone; `leave` is how the newcomer is told one day. Nothing if that is more
    /// than the address' share, or if nobody would still hold more than it.
    pub(crate) fn admit(crowd: &Arc<Self>, address: Address, places: usize, leave: &Arc<Notify>) -> Option<Guest> {
        let mut guests = crowd.guests();
        let held = guests.of.get(&address).map_or(0, |holding| holding.places);
        let wanted = held.saturating_add(places);
        if wanted > crowd.per_address_max {
            return None;
        }
        while guests.taken.saturating_add(places) > crowd.places_max {
            let (_, crowding) = guests.crowding.last().copied().filter(|(most, _)| *most > wanted)?;
            let oldest = guests.of.get(&crowding).and_then(|holding| holding.guests.keys().next().copied())?;
            guests.remove(crowding, oldest)?.notify_one();
        }
        let number = guests.insert(address, places, Arc::clone(leave));
        Some(Guest { crowd: Arc::clone(crowd), address, number })
    }

    /// How many places are taken.
    pub(crate) fn taken(&self) -> usize {
        self.guests().taken
    }

    fn guests(&self) -> MutexGuard<'_, Guests> {
        // Nothing between two changes of a table can panic, so the tables agree whatever a thread did before it ended.
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guests {
    fn insert(&mut self, address: Address, places: usize, leave: Arc<Notify>) -> u64 {
        let number = self.next;
        self.next = self.next.saturating_add(1);
        self.taken = self.taken.saturating_add(places);
        let holding = self.of.entry(address).or_default();
        self.crowding.remove(&(holding.places, address));
        holding.places = holding.places.saturating_add(places);
        holding.guests.insert(number, (places, leave));
        self.crowding.insert((holding.places, address));
        number
    }

    /// Takes places back; nothing if that was done before.
    fn remove(&mut self, address: Address, number: u64) -> Option<Arc<Notify>> {
        let holding = self.of.get_mut(&address)?;
        let (places, gone) = holding.guests.remove(&number)?;
        self.crowding.remove(&(holding.places, address));
        holding.places = holding.places.saturating_sub(places);
        if holding.guests.is_empty() {
            self.of.remove(&address);
        } else {
            self.crowding.insert((holding.places, address));
        }
        self.taken = self.taken.saturating_sub(places);
        Some(gone)
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.crowd.guests().remove(self.address, self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::{Crowd, Guest};
    use crate::rate::Address;
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::Arc;
    use tokio::sync::Notify;

    /// A guest and how it is told to leave.
    type Told = (Guest, Arc<Notify>);

    fn crowd(places_max: usize, per_address_max: usize) -> Arc<Crowd> {
        Arc::new(Crowd::new(places_max, per_address_max))
    }

    fn come(crowd: &Arc<Crowd>, last: u8, places: usize) -> Option<Told> {
        let leave = Arc::new(Notify::new());
        let address = Address::of(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)));
        Some((Crowd::admit(crowd, address, places, &leave)?, leave))
    }

    async fn is_told_to_leave((_, leave): &Told) -> bool {
        tokio::time::timeout(std::time::Duration::from_millis(1), leave.notified()).await.is_ok()
    }

    #[test]
    fn an_address_has_its_share_and_no_more() {
        let crowd = crowd(8, 2);
        let held = [1, 1].map(|last| come(&crowd, last, 1).unwrap());
        assert!(come(&crowd, 1, 1).is_none());
        assert!(come(&crowd, 2, 3).is_none());
        assert!(come(&crowd, 2, 2).is_some(), "and leaves at once");
        assert_eq!(crowd.taken(), 2);
        drop(held);
        assert_eq!(crowd.taken(), 0);
        assert!(crowd.guests().of.is_empty() && crowd.guests().crowding.is_empty());
    }

    #[tokio::test]
    async fn whoever_holds_the_most_gives_up_its_oldest_place() {
        let crowd = crowd(4, 3);
        let many = [1, 1, 1].map(|last| come(&crowd, last, 1).unwrap());
        let (few, newcomer) = (come(&crowd, 2, 1).unwrap(), come(&crowd, 3, 1).unwrap());
        assert!(is_told_to_leave(&many[0]).await);
        assert!(!is_told_to_leave(&many[1]).await && !is_told_to_leave(&few).await);
        assert_eq!(crowd.taken(), 4);
        drop(many);
        assert_eq!(crowd.taken(), 2, "who was told to leave is not counted twice");
        drop((few, newcomer));
        assert_eq!(crowd.taken(), 0);
    }

    #[test]
    fn nobody_is_told_to_leave_for_one_who_would_then_hold_as_many() {
        let crowd = crowd(3, 3);
        let held = [1, 1, 2].map(|last| come(&crowd, last, 1).unwrap());
        assert!(come(&crowd, 2, 1).is_none(), "one place each way helps nobody");
        assert!(come(&crowd, 3, 1).is_some());
        drop(held);
    }

    #[tokio::test]
    async fn several_places_come_from_as_many_as_it_takes() {
        let crowd = crowd(10, 8);
        let many = [1, 1, 1, 1].map(|last| come(&crowd, last, 2).unwrap());
        let newcomer = come(&crowd, 2, 5).unwrap();
        assert!(is_told_to_leave(&many[0]).await && is_told_to_leave(&many[1]).await);
        assert!(!is_told_to_leave(&many[2]).await && !is_told_to_leave(&newcomer).await);
        assert_eq!(crowd.taken(), 9);
    }

    #[test]
    fn a_crowd_of_single_guests_turns_newcomers_away() {
        let crowd = crowd(2, 2);
        let held = [1, 2].map(|last| come(&crowd, last, 1).unwrap());
        assert!(come(&crowd, 3, 1).is_none());
        drop(held);
        assert!(come(&crowd, 3, 1).is_some());
    }
}
