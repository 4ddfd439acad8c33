//! Whether a node is ready to serve, and what stands in the way if not.
//!
//! Ready means that what it answers is as new as the network and that what it takes in can become final. A validator that
//! hears fewer than a quorum, or to which no block has become final for a while, promises neither.

use crate::services::Services;
use chancery_types::ids::Height;
use chancery_types::network::faults_max;
use std::time::Duration;

/// A node that is further behind than this is not ready.
pub const LAG_BLOCKS_MAX: u64 = 64;
/// A validator that was not heard for this long counts as away; they greet each other every second.
pub const SILENT: Duration = Duration::from_secs(10);
/// After how many idle intervals without a final block a node is not ready.
pub const SILENCE_FACTOR: u32 = 10;
/// And after how long at the least: a leader that is away costs the others some seconds, however short the interval.
pub const SILENCE_MIN: Duration = Duration::from_secs(20);

/// How long a network may be without a final block before its nodes are not ready. An idle network makes one every idle
/// interval.
pub fn silence_max(idle_interval: Duration) -> Duration {
    idle_interval.saturating_mul(SILENCE_FACTOR).max(SILENCE_MIN)
}

/// The highest final block of which more validators than may lie said that they have it.
fn ahead(services: &Services) -> Height {
    let said = services.engine.peers().iter().map(|peer| peer.height).collect();
    believed(said, faults_max(services.validators.len()))
}

/// The highest of which more than `faults` said so.
fn believed(mut said: Vec<Height>, faults: usize) -> Height {
    said.sort_unstable_by(|one, other| other.cmp(one));
    said.get(faults).copied().unwrap_or_default()
}

/// Whether the others are so far ahead that this node leads nothing soon: what it takes in would wait until it is level.
pub fn is_behind(services: &Services) -> bool {
    let height = services.machine.tip().borrow().height;
    ahead(services).0.saturating_sub(height.0) > LAG_BLOCKS_MAX
}

/// What readiness is judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The latest final block here.
    pub height: Height,
    /// The latest block in the tables.
    pub folded: Height,
    /// The highest final block of which more validators than may lie said that they have it.
    pub ahead: Height,
    /// For how long no block became final here.
    pub silence: Duration,
    /// How long the network waits before it makes an empty block.
    pub idle_interval: Duration,
    /// Validators in all.
    pub validators: usize,
    /// How many of them must work together.
    pub needed: usize,
    /// How many of them were heard lately, this one included.
    pub heard: usize,
}

impl Facts {
    /// As they are now.
    pub fn of(services: &Services) -> Self {
        let now = services.now();
        let peers = services.engine.peers();
        let is_heard = |key| {
            let heard = peers.iter().find(|peer| peer.key == key).map(|peer| peer.heard);
            heard.is_some_and(|heard| Duration::from_millis(now.0.saturating_sub(heard.0)) < SILENT)
        };
        let (others, validators) = (services.others(), services.validators.len());
        let me = validators.saturating_sub(others.clone().count());
        Self {
            height: services.machine.tip().borrow().height,
            folded: *services.folded.borrow(),
            ahead: ahead(services),
            silence: services.machine.metrics().silence(),
            idle_interval: services.idle_interval,
            validators,
            needed: validators.saturating_sub(faults_max(validators)),
            heard: others.filter(|validator| is_heard(validator.key)).count().saturating_add(me),
        }
    }

    /// What stands in the way, each in a sentence.
    pub fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.heard < self.needed {
            reasons.push(format!(
                "Only {} of {} validators are heard, and {} are needed for a block to become final.",
                self.heard, self.validators, self.needed
            ));
        }
        if self.silence > silence_max(self.idle_interval) {
            reasons.push(format!("No block has become final here for {} s.", self.silence.as_secs()));
        }
        let behind = self.ahead.0.saturating_sub(self.height.0);
        if behind > LAG_BLOCKS_MAX {
            reasons.push(format!("This node is {behind} blocks behind the others."));
        }
        let lag = self.height.0.saturating_sub(self.folded.0);
        if lag > LAG_BLOCKS_MAX {
            reasons.push(format!("The read model is {lag} blocks behind."));
        }
        reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Facts {
        Facts {
            height: Height(1_000),
            folded: Height(1_000),
            ahead: Height(1_000),
            silence: Duration::from_secs(1),
            idle_interval: Duration::from_secs(1),
            validators: 4,
            needed: 3,
            heard: 4,
        }
    }

    fn check(facts: Facts, expected: &[&str]) {
        assert_eq!(facts.reasons(), expected, "{facts:?}");
    }

    #[test]
    fn a_liar_does_not_make_a_node_think_itself_behind() {
        let said = |heights: &[u64]| heights.iter().copied().map(Height).collect::<Vec<_>>();
        assert_eq!(believed(said(&[7, u64::MAX, 9]), 1), Height(9));
        assert_eq!(believed(said(&[7, 8, 9]), 0), Height(9));
        assert_eq!(believed(said(&[u64::MAX]), 1), Height(0), "nobody else has spoken yet");
        assert_eq!(believed(said(&[]), 0), Height(0));
    }

    #[test]
    fn a_node_is_ready_until_something_stands_in_the_way() {
        check(good(), &[]);
        check(Facts { heard: 3, ..good() }, &[]);
        check(Facts { ahead: Height(1_064), folded: Height(936), ..good() }, &[]);
        check(
            Facts { heard: 2, ..good() },
            &["Only 2 of 4 validators are heard, and 3 are needed for a block to become final."],
        );
        check(Facts { silence: Duration::from_secs(21), ..good() }, &["No block has become final here for 21 s."]);
        check(Facts { ahead: Height(1_065), ..good() }, &["This node is 65 blocks behind the others."]);
        check(Facts { folded: Height(935), ..good() }, &["The read model is 65 blocks behind."]);
    }

    #[test]
    fn a_network_that_idles_long_may_be_silent_long() {
        let idle_interval = Duration::from_secs(60);
        check(Facts { idle_interval, silence: Duration::from_secs(600), ..good() }, &[]);
        check(
            Facts { idle_interval, silence: Duration::from_secs(601), ..good() },
            &["No block has become final here for 601 s."],
        );
        assert_eq!(silence_max(Duration::from_millis(50)), SILENCE_MIN);
    }

    #[test]
    fn everything_that_stands_in_the_way_is_said() {
        let facts = Facts { heard: 1, silence: Duration::from_secs(60), folded: Height(0), ..good() };
        assert_eq!(facts.reasons().len(), 3);
    }
}
