//! A run over a state that is not loaded is thrown away and repeated with the keys that it lacked. How often must not
//! depend on how many returns a batch holds.

use super::sealed::{Desk, Secret};
use super::world::{CONFIDENTIAL, Installed, OPEN, World, file, open_return, record_of};
use chancery_ledger::testing::Party;
use chancery_ledger::{Lookup, Mode, State, Stopped, execute_block};
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::transaction::{Decisions, StatisticsTransaction, Verdict};
use chancery_types::hash::Digest;
use chancery_types::ids::{StateKey, Version};
use chancery_types::outcome::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// The runs that the largest batch may need: as many as one return needs, whose keys follow from one another (record,
/// subject, its regions, roles, totals).
const RUNS_MAX: usize = 16;

/// A state of which little is loaded.
struct Partly<'a> {
    whole: &'a BTreeMap<StateKey, Vec<u8>>,
    loaded: BTreeSet<StateKey>,
}

impl State for Partly<'_> {
    fn lookup(&self, key: &StateKey) -> Lookup<'_> {
        if self.loaded.contains(key) { self.whole.lookup(key) } else { Lookup::Unknown }
    }
}

/// How many runs a transaction needs over a state of which nothing is loaded.
fn runs(world: &mut World, by: &Party, what: &StatisticsTransaction) -> usize {
    let bytes = world.chain.sign(by, STATISTICS, what);
    let context = world.chain.context();
    let mut state = Partly { whole: world.chain.state(), loaded: BTreeSet::new() };
    for run in 1.. {
        match execute_block(&Installed, &state, &context, &Digest::ZERO, std::slice::from_ref(&bytes), Mode::Follow) {
            Err(Stopped::Unknown(keys)) => state.loaded.extend(keys),
            Ok(executed) => {
                assert!(matches!(executed.entries[0].outcome, Outcome::Accepted { .. }));
                return run;
            }
            Err(stopped) => panic!("{stopped}"),
        }
    }
    panic!("no end")
}

/// Runs for one and for a hundred.
#[track_caller]
fn check(world: &mut World, by: &Party, what: impl Fn(usize) -> StatisticsTransaction) {
    let [one, many] = [1, 100].map(|count| runs(world, by, &what(count)));
    assert!(many <= one + 1 && many <= RUNS_MAX, "{one} runs for one return, {many} for a hundred");
}

fn hundred(world: &mut World) -> (Party, Vec<Party>) {
    let names: Vec<String> = (0..100).map(|number| format!("company {number}")).collect();
    let companies = world.companies("01001", &names.iter().map(String::as_str).collect::<Vec<_>>());
    (world.company("01", "bureau"), companies)
}

#[test]
fn a_batch_of_open_returns_is_loaded_as_fast_as_one() {
    let mut world = World::new();
    let (bureau, companies) = hundred(&mut world);
    check(&mut world, &bureau, |count| {
        file(OPEN, companies.iter().take(count).map(|company| open_return(company, 3, 1)).collect())
    });
}

#[test]
fn a_batch_of_confidential_returns_and_of_decisions_is_loaded_as_fast_as_one() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let (bureau, companies) = hundred(&mut world);
    let returns: Vec<_> = companies.iter().map(|company| Secret::new(desk.rng(), 3, 1).to_return(company)).collect();
    let filing = |count: usize| file(CONFIDENTIAL, returns.iter().take(count).cloned().collect());
    check(&mut world, &bureau, filing);
    world.accepts(&bureau, &filing(100));
    let office = world.office.clone();
    check(&mut world, &office, |count| {
        let verdicts = companies.iter().take(count).map(|company| Verdict {
            record: record_of(CONFIDENTIAL, company),
            version: Version(1),
            refusal: None,
        });
        let register = CONFIDENTIAL.parse().unwrap();
        StatisticsTransaction::Decide(Decisions { register, verdicts: verdicts.collect() })
    });
}
