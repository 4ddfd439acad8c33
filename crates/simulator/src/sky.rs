//! What every link is like at the moment: the weather of the run, the faults of the moment, and what an adversary does to
//! the messages that it sends.

use crate::adversary::Adversary;
use chancery_consensus::deterministic::Cluster;
use chancery_consensus::links::{Link, Weather};
use std::collections::BTreeSet;

/// What every link is like at the moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sky {
    pub(crate) weather: Option<Weather>,
    pub(crate) adversary: Option<Adversary>,
    pub(crate) storm: Option<Weather>,
    pub(crate) isolated: BTreeSet<usize>,
    pub(crate) partition: Option<u8>,
    pub(crate) one_way: BTreeSet<(usize, usize)>,
    pub(crate) slow: BTreeSet<(usize, u64)>,
}

impl Sky {
    /// Everything that only lasts for a while is over.
    pub(crate) fn clear(&mut self) {
        *self = Self { weather: self.weather, adversary: self.adversary, ..Self::default() };
    }

    /// Sets all links of a cluster.
    pub(crate) fn apply(&self, cluster: &Cluster) {
        for from in 0..cluster.len() {
            for to in (0..cluster.len()).filter(|to| *to != from) {
                cluster.link_one_way(from, to, self.link(from, to));
            }
        }
    }

    fn link(&self, from: usize, to: usize) -> Link {
        let side = |node: usize| self.partition.is_some_and(|bits| bits.checked_shr(bit(node)).unwrap_or(0) & 1 == 1);
        let is_cut = self.isolated.contains(&from)
            || self.isolated.contains(&to)
            || side(from) != side(to)
            || self.one_way.contains(&(from, to));
        if is_cut {
            return Link::Cut;
        }
        let slow = self.slow.iter().filter(|(node, _)| *node == from || *node == to);
        let slow = slow.map(|(_, ms)| Weather { delay_min_ms: ms / 2, delay_max_ms: *ms, ..Weather::default() });
        let evil = self.adversary.and_then(|adversary| adversary.link(from, to));
        let all = slow.chain(self.weather).chain(self.storm).chain(evil).reduce(worse);
        all.map_or(Link::Open, Link::Bad)
    }
}

fn bit(node: usize) -> u32 {
    u32::try_from(node).unwrap_or(u32::MAX)
}

fn worse(one: Weather, other: Weather) -> Weather {
    Weather {
        lost: one.lost.max(other.lost),
        doubled: one.doubled.max(other.doubled),
        delay_min_ms: one.delay_min_ms.max(other.delay_min_ms),
        delay_max_ms: one.delay_max_ms.max(other.delay_max_ms).max(one.delay_min_ms).max(other.delay_min_ms),
        replayed: one.replayed.max(other.replayed),
        garbled: one.garbled.max(other.garbled),
        withheld: one.withheld | other.withheld,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_goes_before_everything_and_the_worst_of_the_rest_counts() {
        let calm = Weather { lost: 5, delay_max_ms: 20, ..Weather::default() };
        let mut sky = Sky { weather: Some(calm), ..Sky::default() };
        assert_eq!(sky.link(0, 1), Link::Bad(calm));
        sky.slow.insert((1, 200));
        let slow = Weather { lost: 5, delay_min_ms: 100, delay_max_ms: 200, ..Weather::default() };
        assert_eq!((sky.link(0, 1), sky.link(0, 2)), (Link::Bad(slow), Link::Bad(calm)));
        sky.partition = Some(0b0011);
        assert_eq!((sky.link(0, 2), sky.link(2, 3)), (Link::Cut, Link::Bad(calm)));
        sky.one_way.insert((2, 3));
        assert_eq!((sky.link(2, 3), sky.link(3, 2)), (Link::Cut, Link::Bad(calm)));
        sky.clear();
        assert_eq!(sky.link(0, 2), Link::Bad(calm));
    }
}
