//! A state of which only a part is loaded gives the same result as the whole, once what was missing has been loaded.

use super::toy::{Toy, WholeState, apply, context, execute, sign, toys};
use chancery_ledger::{Executed, Lookup, Mode, State, Stopped};
use chancery_types::ids::StateKey;
use proptest::prelude::*;
use std::collections::BTreeSet;

struct Partial<'a> {
    whole: &'a WholeState,
    loaded: BTreeSet<StateKey>,
}

impl State for Partial<'_> {
    fn lookup(&self, key: &StateKey) -> Lookup<'_> {
        if self.loaded.contains(key) { self.whole.lookup(key) } else { Lookup::Unknown }
    }
}

/// Runs until everything that is asked for is loaded; how many runs it took.
fn execute_loading(
    whole: &WholeState,
    height: u64,
    block: &[Vec<u8>],
    mode: Mode,
) -> (usize, Result<Executed, Stopped>) {
    let mut state = Partial { whole, loaded: BTreeSet::new() };
    let mut runs = 1;
    loop {
        match execute(&state, &context(height, 1), block, mode) {
            Err(Stopped::Unknown(missing)) => {
                assert!(!missing.is_empty() && missing.is_disjoint(&state.loaded), "every run asks for something new");
                state.loaded.extend(missing);
                runs += 1;
            }
            settled => return (runs, settled),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_input_gives_the_same_output_however_much_is_loaded(
        blocks in prop::collection::vec(prop::collection::vec(toys(), 0..12), 1..6)
    ) {
        let mut state = WholeState::new();
        for (height, toys) in (1u64..).zip(&blocks) {
            let block: Vec<_> = (height * 100..).zip(toys).map(|(salt, toy)| sign(toy, salt, &context(height, 1))).collect();
            let first = execute(&state, &context(height, 1), &block, Mode::Propose).unwrap();
            prop_assert_eq!(&execute(&state, &context(height, 1), &block, Mode::Propose).unwrap(), &first);
            prop_assert_eq!(&execute(&state, &context(height, 1), &block, Mode::Follow).unwrap(), &first);
            for mode in [Mode::Propose, Mode::Follow] {
                let (_, loaded) = execute_loading(&state, height, &block, mode);
                prop_assert_eq!(&loaded.unwrap(), &first);
            }
            apply(&mut state, &first);
        }
    }
}

#[test]
fn a_chain_of_reads_is_loaded_step_by_step() {
    let mut state = WholeState::new();
    let points: Vec<_> = (0..4).map(|at| sign(&Toy::Point(at, at + 1), u64::from(at), &context(1, 1))).collect();
    let pointed = execute(&state, &context(1, 1), &points, Mode::Follow).unwrap();
    apply(&mut state, &pointed);
    let chase = [sign(&Toy::Chase(0), 9, &context(2, 1))];
    let (runs, executed) = execute_loading(&state, 2, &chase, Mode::Follow);
    assert!(
        (5..=8).contains(&runs),
        "four pointers and the slot at their end, each known only after the one before: {runs}"
    );
    assert_eq!(executed.unwrap(), execute(&state, &context(2, 1), &chase, Mode::Follow).unwrap());
}

/// Each chase ends where the pointer before it in the block leads: with one run for each step a block of a new period took
/// twenty runs.
#[test]
fn what_transactions_of_a_block_ask_for_after_each_other_is_found_in_few_runs() {
    let state = WholeState::new();
    let steps = (1..=20).flat_map(|to| [Toy::Point(0, to), Toy::Chase(0), Toy::Later(to, 1)]);
    let block: Vec<_> = (1..).zip(steps).map(|(salt, toy)| sign(&toy, salt, &context(1, 1))).collect();
    let (runs, executed) = execute_loading(&state, 1, &block, Mode::Follow);
    assert!(runs <= 3, "{runs}");
    assert_eq!(executed.unwrap(), execute(&state, &context(1, 1), &block, Mode::Follow).unwrap());
}

#[test]
fn a_damaged_value_stops_the_node_and_is_not_blamed_on_the_block() {
    let mut state = WholeState::new();
    // `identify` reads this slot; a value that does not decode must not read as "the sender is unknown".
    let key = *super::toy::slot(255).raw();
    state.insert(key, vec![0xff]);
    let block = [sign(&Toy::Nothing, 1, &context(1, 1))];
    for mode in [Mode::Propose, Mode::Follow] {
        assert_eq!(execute(&state, &context(1, 1), &block, mode), Err(Stopped::Corrupt(key)));
    }
    let unknown = envelope_of_a_stranger();
    assert!(matches!(execute(&state, &context(1, 1), &[unknown], Mode::Follow), Err(Stopped::Corrupt(_))));
}

fn envelope_of_a_stranger() -> Vec<u8> {
    let mut body = super::toy::body(&Toy::Nothing, 1, context(2, 1).time);
    body.sender.0 = [9; 16];
    super::toy::envelope(body)
}
