//! What goes wrong in a run, drawn from its seed.
//!
//! Every run has two crashes, one isolation and one or two power losses, each in an act of its own, so that never more
//! than f = 1 validators are faulty at once, but for the power, which goes for all.

use crate::draw::Draw;
use std::collections::BTreeMap;
use std::fmt;

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A validator is killed; its pool is gone. It starts again over its disk.
    Crash {
        /// Which.
        node: usize,
        /// For how long.
        lasts_ms: u64,
    },
    /// A validator and the others do not hear each other.
    Isolation {
        /// Which.
        node: usize,
        /// For how long.
        lasts_ms: u64,
    },
    /// All validators lose power at once: what no disk was told to keep is gone, and so are all pools.
    PowerLoss,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crash { node, lasts_ms } => write!(f, "node {node} is killed and away for {lasts_ms} ms"),
            Self::Isolation { node, lasts_ms } => write!(f, "node {node} is cut off for {lasts_ms} ms"),
            Self::PowerLoss => f.write_str("the whole cluster loses power"),
        }
    }
}

/// A fault and its moment: so long after the act's transactions were handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// When, in milliseconds. Blocks take some tens of them, so most faults strike while blocks are being agreed on.
    pub after_ms: u64,
    /// What.
    pub fault: Fault,
}

/// The faults of a run, by act.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule(BTreeMap<usize, Planned>);

impl Schedule {
    /// Draws the faults of a run with so many acts and nodes.
    pub fn draw(seed: u64, acts: usize, nodes: usize) -> Self {
        let mut draw = Draw::new(seed, "faults");
        let mut kinds = vec![
            Fault::Crash { node: draw.place(nodes), lasts_ms: draw.between(100, 6_000) },
            Fault::Crash { node: draw.place(nodes), lasts_ms: draw.between(100, 6_000) },
            Fault::Isolation { node: draw.place(nodes), lasts_ms: draw.between(300, 4_000) },
            Fault::PowerLoss,
        ];
        if draw.between(0, 1) == 1 {
            kinds.push(Fault::PowerLoss);
        }
        let mut free: Vec<usize> = (0..acts).collect();
        let mut schedule = BTreeMap::new();
        for fault in kinds {
            if !free.is_empty() {
                let act = free.swap_remove(draw.place(free.len()));
                schedule.insert(act, Planned { after_ms: draw.between(0, 250), fault });
            }
        }
        Self(schedule)
    }

    /// What goes wrong in an act.
    pub fn in_act(&self, act: usize) -> Option<Planned> {
        self.0.get(&act).copied()
    }

    /// All of it, in order.
    pub fn all(&self) -> impl Iterator<Item = (usize, Planned)> {
        self.0.iter().map(|(act, planned)| (*act, *planned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_has_crashes_an_isolation_and_a_power_loss_in_different_acts() {
        for seed in 0..200 {
            let faults: Vec<Fault> = Schedule::draw(seed, 12, 4).all().map(|(_, planned)| planned.fault).collect();
            let count = |wanted: fn(&Fault) -> bool| faults.iter().filter(|fault| wanted(fault)).count();
            assert_eq!(count(|fault| matches!(fault, Fault::Crash { node: 0..=3, .. })), 2);
            assert_eq!(count(|fault| matches!(fault, Fault::Isolation { node: 0..=3, .. })), 1);
            assert!((1..=2).contains(&count(|fault| *fault == Fault::PowerLoss)));
        }
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(Schedule::draw(5, 12, 4), Schedule::draw(5, 12, 4));
        assert_ne!(Schedule::draw(5, 12, 4), Schedule::draw(6, 12, 4));
    }
}
