//! A transaction's way through this node: taken in, gossiped, proposed, executed, final, folded.
//!
//! Each step is one line of the log under the target `transaction` at the level `debug`, with the transaction's id and
//! nothing from inside it. `CHANCERY_LOG=warn,transaction=debug` shows them; switched off, a step costs one comparison.
//! For what members handed in here, the time from intake to finality is measured as well.

use super::Source;
use chancery_types::ids::{Height, TransactionId};
use chancery_types::outcome::{Outcome, OutcomeEntry};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// The target under which the steps are logged.
pub const TARGET: &str = "transaction";

/// How many transactions are timed at once: twice what the pool holds. Beyond it the oldest are no longer timed.
const JOURNEYS_MAX: usize = 131_072;

/// When members' transactions were taken in.
///
/// INVARIANT: every id in `begun` is in `order`. `order` may also hold ids whose journey has ended.
#[derive(Debug, Default)]
pub(super) struct Journeys {
    begun: BTreeMap<TransactionId, Instant>,
    order: VecDeque<TransactionId>,
}

impl Journeys {
    pub(super) fn begin(&mut self, id: TransactionId, now: Instant) {
        if let Entry::Vacant(journey) = self.begun.entry(id) {
            journey.insert(now);
            self.order.push_back(id);
        }
        while let Some(oldest) = self.order.front() {
            if self.begun.contains_key(oldest) && self.order.len() <= JOURNEYS_MAX {
                break;
            }
            self.begun.remove(oldest);
            self.order.pop_front();
        }
    }

    pub(super) fn end(&mut self, id: &TransactionId) -> Option<Instant> {
        self.begun.remove(id)
    }

    pub(super) fn len(&self) -> usize {
        self.begun.len()
    }
}

/// Whether anybody reads the steps; asked once for a whole block.
pub fn is_followed() -> bool {
    tracing::enabled!(target: TARGET, tracing::Level::DEBUG)
}

pub(super) fn taken_in(id: &TransactionId, source: Source) {
    tracing::debug!(target: TARGET, transaction = %id, from = source.name(), "taken in");
}

pub(super) fn gossiped(id: &TransactionId, passed_on: bool) {
    tracing::debug!(target: TARGET, transaction = %id, passed_on, "gossiped");
}

/// A block was executed: proposed first, if this node built it.
pub fn executed(height: Height, proposing: bool, entries: &[OutcomeEntry]) {
    if !is_followed() {
        return;
    }
    for entry in entries {
        let Some(id) = entry.transaction else { continue };
        if proposing {
            tracing::debug!(target: TARGET, transaction = %id, height = height.0, "proposed");
        }
        match entry.outcome {
            Outcome::Accepted { count, .. } => {
                tracing::debug!(target: TARGET, transaction = %id, height = height.0, events = count, "executed");
            }
            Outcome::Rejected { code } => {
                tracing::debug!(target: TARGET, transaction = %id, height = height.0, refused = %code, "executed");
            }
        }
    }
}

pub(super) fn became_final(id: &TransactionId, height: Height, took: Option<Duration>) {
    match took.and_then(|took| u64::try_from(took.as_micros()).ok()) {
        Some(took_us) => {
            tracing::debug!(target: TARGET, transaction = %id, height = height.0, took_us, "final");
        }
        None => tracing::debug!(target: TARGET, transaction = %id, height = height.0, "final"),
    }
}

/// A block was folded into the tables.
pub fn folded(height: Height, entries: &[OutcomeEntry]) {
    if !is_followed() {
        return;
    }
    for id in entries.iter().filter_map(|entry| entry.transaction) {
        tracing::debug!(target: TARGET, transaction = %id, height = height.0, "folded");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> TransactionId {
        let mut bytes = [0; TransactionId::SIZE];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        TransactionId(bytes)
    }

    #[test]
    fn a_journey_is_timed_from_its_first_beginning_to_its_end() {
        let mut journeys = Journeys::default();
        let now = Instant::now();
        journeys.begin(id(1), now);
        journeys.begin(id(1), now + Duration::from_secs(1));
        assert_eq!(journeys.end(&id(1)), Some(now));
        assert_eq!(journeys.end(&id(1)), None, "it ends once");
        assert_eq!(journeys.end(&id(2)), None, "others' transactions are not timed");
    }

    #[test]
    fn journeys_that_never_end_do_not_fill_the_memory() {
        let mut journeys = Journeys::default();
        let now = Instant::now();
        for number in 0..JOURNEYS_MAX + 100 {
            journeys.begin(id(number), now);
        }
        assert_eq!((journeys.len(), journeys.order.len()), (JOURNEYS_MAX, JOURNEYS_MAX));
        assert_eq!(journeys.end(&id(0)), None, "the oldest is given up first");
        assert!(journeys.end(&id(JOURNEYS_MAX)).is_some());
    }

    #[test]
    fn journeys_that_end_leave_nothing_behind() {
        let mut journeys = Journeys::default();
        for number in 0..1_000 {
            journeys.begin(id(number), Instant::now());
            journeys.end(&id(number));
        }
        assert!(journeys.begun.is_empty() && journeys.order.len() <= 1, "{}", journeys.order.len());
    }
}
