//! How often one address may ask: a token bucket for each, in a table of bounded size.
//!
//! A bucket is one point in time, as in the generic cell rate algorithm (ITU-T I.371): the time at which it would be
//! full again. A request moves it one interval ahead and is refused where that lies further ahead than the burst
//! allows. A bucket that is full is forgotten; when the table has no room, the addresses that it does not know share
//! one bucket.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How far ahead a bucket may be full again at most, whatever was done at its cost.
const DEBT_MAX: Duration = Duration::from_secs(60);

/// What an answer costs its address beyond the request: so many requests more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost(pub(crate) u32);

/// Who asks: an IPv4 address, or the /64 network of an IPv6 address, which is what one party commonly has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address([u8; 8]);

impl Address {
    /// Whoever asks without a connection: a test.
    pub(crate) const NOBODY: Self = Self([0; 8]);

    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, d] = address.octets();
                // No IPv6 network begins with four bytes of ones followed by an address: ff… is multicast.
                Self([0xff, 0xff, 0xff, 0xff, a, b, c, d])
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self([a, b, c, d, e, f, g, h])
            }
        }
    }
}

/// The buckets of all addresses.
#[derive(Debug)]
pub(crate) struct RateLimit {
    interval: Duration,
    burst: Duration,
    addresses_max: usize,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    full_at: BTreeMap<Address, Instant>,
    others_full_at: Option<Instant>,
}

impl RateLimit {
    pub(crate) fn new(per_second: u32, burst: u32, addresses_max: usize) -> Self {
        let interval = Duration::from_secs(1).checked_div(per_second.max(1)).unwrap_or(Duration::from_secs(1));
        Self { interval, burst: interval.saturating_mul(burst.max(1)), addresses_max, table: Mutex::default() }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// How long to wait, where it is one too many. It is not counted then.
    pub(crate) fn take(&self, address: Address, now: Instant) -> Result<(), Duration> {
        // Every change is a single step, so the table is whole even if a thread ended in the middle of another.
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let known = table.full_at.contains_key(&address);
        if !known && table.full_at.len() >= self.addresses_max {
            table.full_at.retain(|_, full_at| *full_at > now);
        }
        let has_room = known || table.full_at.len() < self.addresses_max;
        let full_at = if has_room { table.full_at.get(&address).copied() } else { table.others_full_at };
        let next = full_at.map_or(now, |full_at| full_at.max(now)) + self.interval;
        let ahead = next.saturating_duration_since(now);
        if ahead > self.burst {
            return Err(ahead.saturating_sub(self.burst));
        }
        if has_room {
            table.full_at.insert(address, next);
        } else {
            table.others_full_at = Some(next);
        }
        Ok(())
    }

    /// Counts what turned out to be more work than a request, after it was done.
    pub(crate) fn charge(&self, address: Address, now: Instant, Cost(requests): Cost) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let Table { full_at, others_full_at } = &mut *table;
        let full_at = full_at.get_mut(&address).or(others_full_at.as_mut());
        if let Some(full_at) = full_at {
            let next = (*full_at).max(now) + self.interval.saturating_mul(requests);
            *full_at = next.min(now + DEBT_MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn v4(last: u8) -> Address {
        Address::of(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
    }

    #[test]
    fn a_burst_passes_then_the_rate_holds() {
        let limit = RateLimit::new(10, 3, 8);
        let start = Instant::now();
        for _ in 0..3 {
            limit.take(v4(1), start).unwrap();
        }
        assert_eq!(limit.take(v4(1), start), Err(Duration::from_millis(100)));
        assert_eq!(limit.take(v4(2), start), Ok(()), "another address has a bucket of its own");
        let later = start + Duration::from_millis(100);
        assert_eq!(limit.take(v4(1), later), Ok(()));
        assert!(limit.take(v4(1), later).is_err());
    }

    #[test]
    fn a_full_table_leaves_the_unknown_one_bucket_together() {
        let limit = RateLimit::new(1, 1, 2);
        let start = Instant::now();
        for address in [1, 2, 3] {
            limit.take(v4(address), start).unwrap();
        }
        assert!(limit.take(v4(4), start).is_err(), "3 and 4 share");
        // Once the known buckets are full they make room.
        assert_eq!(limit.take(v4(4), start + Duration::from_secs(2)), Ok(()));
        assert_eq!(limit.table.lock().unwrap().full_at.len(), 1);
    }

    #[test]
    fn what_cost_more_is_paid_afterwards_and_has_an_end() {
        let limit = RateLimit::new(10, 3, 8);
        let start = Instant::now();
        limit.take(v4(1), start).unwrap();
        limit.charge(v4(1), start, Cost(20));
        assert_eq!(limit.take(v4(1), start), Err(Duration::from_millis(1_900)));
        limit.charge(v4(1), start, Cost(u32::MAX));
        assert!(limit.take(v4(1), start).unwrap_err() <= DEBT_MAX);
        assert_eq!(limit.take(v4(2), start), Ok(()), "nobody else pays");
        assert_eq!(limit.take(v4(1), start + DEBT_MAX), Ok(()));
    }

    #[test]
    fn an_ipv6_party_has_one_bucket() {
        let of = |text: &str| Address::of(IpAddr::V6(text.parse::<Ipv6Addr>().unwrap()));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), v4(1));
    }
}
