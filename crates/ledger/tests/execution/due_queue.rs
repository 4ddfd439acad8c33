//! What falls due is worked off once, never early, in order, and what a block cannot work off carries over.

use super::toy::{BEGIN, QUEUE, Toy, WholeState, apply, context, execute, sign};
use chancery_ledger::{Changes, Mode, SEGMENT_ITEMS_MAX, View};
use chancery_types::encoding::from_bytes;
use chancery_types::time::{BlockTime, MINUTE_MS};
use proptest::prelude::*;

fn at(minute: u64) -> BlockTime {
    BEGIN.plus_ms(minute * MINUTE_MS)
}

fn write(state: &mut WholeState, changes: Changes) {
    for (key, value) in changes.into_parts().0 {
        match value {
            Some(value) => state.insert(key, value),
            None => state.remove(&key),
        };
    }
}

fn push(state: &mut WholeState, now: u64, due: u64, items: &[u32]) {
    let changes = View::query(state, |view| QUEUE.push(view, at(now), at(due), items)).unwrap();
    write(state, changes);
}

fn take(state: &mut WholeState, now: u64, limit_segments: usize) -> Vec<u32> {
    let (items, changes) = View::query(state, |view| QUEUE.take(view, at(now), limit_segments)).unwrap();
    write(state, changes);
    items
}

/// The rule restated: what is in the queue, as a list in the order in which it will be worked off.
#[derive(Default)]
struct Model {
    /// Minute from which it may be taken, segment, item.
    waiting: Vec<(u64, usize, u32)>,
    /// The first minute that is not yet worked off; later items never go before it.
    open_from: u64,
    /// How many segments each minute ever had.
    segments: std::collections::BTreeMap<u64, usize>,
}

impl Model {
    fn push(&mut self, now: u64, due: u64, items: &[u32]) {
        if self.segments.is_empty() && !items.is_empty() {
            self.open_from = now;
        }
        let minute = (due + 1).max(self.open_from);
        for item in items {
            let last = self.segments.entry(minute).or_insert(0);
            let open = self.waiting.iter().filter(|(m, s, _)| (*m, *s + 1) == (minute, *last)).count();
            if !(1..SEGMENT_ITEMS_MAX).contains(&open) {
                *last += 1;
            }
            self.waiting.push((minute, *last - 1, *item));
        }
        self.waiting.sort_by_key(|(minute, segment, _)| (*minute, *segment));
    }

    fn take(&mut self, now: u64, limit_segments: usize) -> Vec<u32> {
        let mut portions: Vec<(u64, usize)> =
            self.waiting.iter().filter(|(minute, ..)| *minute <= now).map(|(m, s, _)| (*m, *s)).collect();
        portions.dedup();
        let left = portions.split_off(limit_segments.min(portions.len()));
        let (taken, waiting) = self
            .waiting
            .drain(..)
            .partition::<Vec<_>, _>(|(minute, segment, _)| portions.contains(&(*minute, *segment)));
        self.waiting = waiting;
        if !self.segments.is_empty() {
            let worked_off = portions.last().map_or(self.open_from, |(minute, _)| minute + 1);
            let reached = if portions.len() < limit_segments { now + 1 } else { worked_off };
            self.open_from = left.first().map_or(reached, |(minute, _)| *minute).max(self.open_from);
        }
        taken.into_iter().map(|(.., item)| item).collect()
    }
}

#[derive(Clone, Debug)]
enum Step {
    Push { due_in: u64, count: usize },
    Take { limit_segments: usize },
    Wait { minutes: u64 },
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..5u64, 0..600usize).prop_map(|(due_in, count)| Step::Push { due_in, count }),
        (0..5u64, 0..4usize).prop_map(|(due_in, count)| Step::Push { due_in, count }),
        (1..5usize).prop_map(|limit_segments| Step::Take { limit_segments }),
        (1..4u64).prop_map(|minutes| Step::Wait { minutes }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_queue_behaves_like_its_model(steps in prop::collection::vec(steps(), 1..40)) {
        let (mut state, mut model) = (WholeState::new(), Model::default());
        let (mut now, mut next) = (0, 0u32);
        for step in steps {
            match step {
                Step::Wait { minutes } => now += minutes,
                Step::Push { due_in, count } => {
                    let items: Vec<u32> = (next..).take(count).collect();
                    next += u32::try_from(count).unwrap();
                    push(&mut state, now, now + due_in, &items);
                    model.push(now, now + due_in, &items);
                }
                Step::Take { limit_segments } => {
                    prop_assert_eq!(take(&mut state, now, limit_segments), model.take(now, limit_segments));
                }
            }
        }
        // In the end everything comes out, and only the cursor remains.
        let rest = take(&mut state, now + 10, usize::MAX);
        prop_assert_eq!(rest, model.take(now + 10, usize::MAX));
        prop_assert!(model.waiting.is_empty());
        prop_assert!(state.len() <= 1, "{} values left", state.len());
    }
}

/// The items that the end of a block worked off.
fn worked_off(executed: &chancery_ledger::Executed) -> Vec<u32> {
    executed.events.last().unwrap().iter().map(|event| from_bytes(&event.payload).unwrap()).collect()
}

#[test]
fn what_a_block_cannot_work_off_carries_over_before_what_falls_due_later() {
    let mut state = WholeState::new();
    let many = u32::try_from(2 * SEGMENT_ITEMS_MAX + 10).unwrap();
    // The toy's end of block takes one segment. All these fall due together, and one item a minute later.
    let mut block: Vec<_> = (0..many).map(|item| sign(&Toy::Later(0, item), u64::from(item), &context(1, 1))).collect();
    block.push(sign(&Toy::Later(1, 9_999), 9_999, &context(1, 1)));
    let executed = execute(&state, &context(1, 1), &block, Mode::Follow).unwrap();
    assert!(worked_off(&executed).is_empty(), "not before the minute is over");
    apply(&mut state, &executed);
    let mut seen = Vec::new();
    for height in 3..=6 {
        let executed = execute(&state, &context(height, 1), &[], Mode::Follow).unwrap();
        let portion = worked_off(&executed);
        assert!(portion.len() <= SEGMENT_ITEMS_MAX);
        seen.extend(portion);
        apply(&mut state, &executed);
    }
    let expected: Vec<u32> = (0..many).chain([9_999]).collect();
    assert_eq!(seen, expected);
}

#[test]
fn a_network_that_stood_still_catches_up_in_bounded_steps() {
    let mut state = WholeState::new();
    push(&mut state, 0, 0, &[1]);
    push(&mut state, 0, 100_000, &[2]);
    let mut blocks = 0;
    let mut seen = Vec::new();
    while seen.len() < 2 {
        seen.extend(take(&mut state, 200_000, 64));
        blocks += 1;
    }
    assert_eq!(seen, [1, 2]);
    assert!(blocks > 300, "each block passes over a bounded number of empty minutes: {blocks}");
}
