//! Validators: who sits, since when, and whether they say that they are ready.

use crate::governance::params::{Parameter, Parameters};
use chancery_types::ids::{Epoch, Height, MemberId};
use chancery_types::key::PublicKey;
use chancery_types::network::faults_max;
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// A validator's place in a committee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Seat {
    /// The key with which it votes and proposes. First, so that seats are ordered as the engine orders them.
    #[n(0)]
    pub key: PublicKey,
    /// The member: a node.
    #[n(1)]
    pub member: MemberId,
}

/// A committee of validators. Committees are numbered from 0, the founding one, and never changed once decided.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Committee {
    /// Its number.
    #[n(0)]
    pub number: u32,
    /// Its first epoch.
    #[n(1)]
    pub from: Epoch,
    /// The boundary at which it was decided.
    #[n(2)]
    pub decided: Height,
    /// Its seats, in ascending order of keys.
    #[n(3)]
    pub seats: Vec<Seat>,
}

impl Committee {
    /// How many of them may fail or lie without harm.
    pub fn faults_max(&self) -> usize {
        faults_max(self.seats.len())
    }

    /// How many of them must agree.
    pub fn quorum(&self) -> usize {
        quorum(self.seats.len())
    }

    /// Whether a member has a seat.
    pub fn seats_member(&self, member: &MemberId) -> bool {
        self.seats.iter().any(|seat| seat.member == *member)
    }
}

/// How many of a committee of `count` must agree.
pub(in crate::governance) const fn quorum(count: usize) -> usize {
    count.saturating_sub(faults_max(count))
}

/// Which committees stand. One short value: it is read at every block's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Standing {
    /// The length of an epoch, in heights. It is part of the genesis: no vote changes it, since epochs are counted by it.
    #[n(0)]
    pub epoch_blocks: u64,
    /// The committee whose epoch has come.
    #[n(1)]
    pub effective: u32,
    /// The committee that was decided last.
    #[n(2)]
    pub decided: u32,
}

impl Standing {
    /// The epoch of a height: epoch e has the heights from e × length to (e + 1) × length − 1.
    pub const fn epoch(&self, height: Height) -> Epoch {
        Epoch(match height.0.checked_div(self.epoch_blocks) {
            Some(epoch) => epoch,
            None => 0,
        })
    }

    /// Whether a height is the last of its epoch: a boundary.
    pub const fn is_boundary(&self, height: Height) -> bool {
        self.epoch(height).0 != self.epoch(height.next()).0
    }

    /// The first boundary at or after a height.
    pub const fn boundary_from(&self, height: Height) -> Height {
        let after = self.epoch(height).0.saturating_add(1).saturating_mul(self.epoch_blocks);
        Height(after.saturating_sub(1))
    }
}

/// What is known of a member that is or was a validator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Tenure {
    /// The committee in which it first had its latest seat.
    #[n(0)]
    pub since: u32,
    /// The first committee without it, if it has left.
    #[n(1)]
    pub until: Option<u32>,
    /// The hearing after which it was suspended, unless the suspension was lifted.
    #[n(2)]
    pub suspended: Option<u64>,
}

/// What a node said about itself, signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Readiness {
    /// The block in which it said so.
    #[n(0)]
    pub announced: Height,
    /// That block's time.
    #[n(1)]
    pub time: BlockTime,
    /// The last block that it had carried out.
    #[n(2)]
    pub height: Height,
    /// The newest rules that it knows.
    #[n(3)]
    pub version: u32,
    /// Its free disk space, in MiB.
    #[n(4)]
    pub disk_free_mib: u64,
    /// How far its clock is ahead of the network's, in milliseconds; negative if behind.
    #[n(5)]
    pub clock_difference_ms: i64,
}

impl Readiness {
    /// Whether it is a ready node's, at a time, under these parameters, where these rules are followed.
    pub fn is_good(&self, now: BlockTime, parameters: &Parameters, version: u32) -> bool {
        let lag = self.announced.0.saturating_sub(self.height.0);
        self.age_ms(now) <= parameters.get(Parameter::ReadinessAgeMaxMs)
            && lag <= parameters.get(Parameter::ReadinessLagBlocksMax)
            && self.disk_free_mib >= parameters.get(Parameter::DiskFreeMinMib)
            && self.clock_difference_ms.unsigned_abs() <= parameters.get(Parameter::ClockDifferenceMaxMs)
            && self.version >= version
    }

    /// Its age, in milliseconds.
    pub const fn age_ms(&self, now: BlockTime) -> u64 {
        now.0.saturating_sub(self.time.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_are_ranges_of_heights_and_their_last_block_is_the_boundary() {
        let standing = Standing { epoch_blocks: 10, effective: 0, decided: 0 };
        for (height, epoch, boundary, next) in [
            (0, 0, false, 9),
            (8, 0, false, 9),
            (9, 0, true, 9),
            (10, 1, false, 19),
            (19, 1, true, 19),
            (20, 2, false, 29),
        ] {
            let height = Height(height);
            assert_eq!(standing.epoch(height), Epoch(epoch));
            assert_eq!(standing.is_boundary(height), boundary);
            assert_eq!(standing.boundary_from(height), Height(next));
        }
    }

    #[test]
    fn the_quorum_is_all_but_those_who_may_fail() {
        for (count, needed) in [(1, 1), (4, 3), (5, 4), (6, 5), (7, 5), (10, 7), (64, 43)] {
            assert_eq!(quorum(count), needed);
        }
    }
}
