//! What it costs to carry returns out, without network, disk or signatures: microseconds of one core per record.
//!
//! `cargo bench -p chancery-statistics --bench cost`
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a measurement looks at the clock and fails by panicking"
)]

#[allow(dead_code, reason = "the stories use more of the country")]
#[path = "../tests/statistics/world.rs"]
mod world;

use chancery_crypto::amount::{Blinding, commit};
use chancery_ledger::admission::open;
use chancery_ledger::testing::{NETWORK, Party};
use chancery_ledger::{BlockContext, Execution, Lookup, Mode, State, Stopped};
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::transaction::{Return, StatisticsTransaction};
use chancery_types::amount::CellValue;
use chancery_types::hash::Digest;
use chancery_types::ids::StateKey;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;
use world::{CONFIDENTIAL, Installed, OPEN, World, file, open_return};

#[derive(Default)]
struct Part(HashMap<StateKey, Option<Vec<u8>>>);

impl State for Part {
    fn lookup(&self, key: &StateKey) -> Lookup<'_> {
        match self.0.get(key) {
            Some(Some(value)) => Lookup::Present(value),
            Some(None) => Lookup::Absent,
            None => Lookup::Unknown,
        }
    }
}

fn measure(
    name: &str,
    records: usize,
    whole: &BTreeMap<StateKey, Vec<u8>>,
    context: &BlockContext,
    block: &[Vec<u8>],
    familiar: &mut BTreeSet<StateKey>,
) {
    let mut part = Part::default();
    let (mut runs, mut spent) = (0, Vec::new());
    let begun = Instant::now();
    let opened = block.iter().map(|bytes| open(bytes, NETWORK).map(Arc::new)).collect();
    let mut execution = Execution::new(*context, Digest::ZERO, Mode::Follow, opened);
    let foreseen = execution.foreseen(&Installed);
    part.0.extend(foreseen.into_iter().chain(familiar.iter().copied()).map(|key| (key, whole.get(&key).cloned())));
    spent.push(begun.elapsed());
    let executed = loop {
        let begun = Instant::now();
        runs += 1;
        let stopped = execution.run(&Installed, &part);
        spent.push(begun.elapsed());
        match stopped {
            Ok(executed) => break executed,
            Err(Stopped::Unknown(keys)) => part.0.extend(keys.into_iter().map(|key| (key, whole.get(&key).cloned()))),
            Err(other) => panic!("{other}"),
        }
    };
    familiar.extend(execution.missed());
    let bytes: usize = block.iter().map(Vec::len).sum();
    let chunks: usize =
        executed.writes.values().flatten().map(|value| 1 + value.len().saturating_sub(126).div_ceil(128)).sum();
    let events: usize = executed.events.iter().flatten().map(|event| event.payload.len()).sum();
    let each = |total: f64| total / records as f64;
    let micros: f64 = spent.iter().map(|time| time.as_secs_f64() * 1e6).sum();
    println!(
        "{name}: {:.1} µs a record in {runs} runs ({}), {:.0} bytes signed, {:.1} keys read, {:.2} written, {:.2} chunks, {:.0} bytes of events; all accepted: {}",
        each(micros),
        spent.iter().map(|time| format!("{:.1}", each(time.as_secs_f64() * 1e6))).collect::<Vec<_>>().join(" + "),
        each(bytes as f64),
        each(part.0.len() as f64),
        each(executed.writes.len() as f64),
        each(chunks as f64),
        each(events as f64),
        executed.entries.iter().all(|entry| matches!(entry.outcome, chancery_types::outcome::Outcome::Accepted { .. })),
    );
}

/// Three committed amounts, the third the sum of the others.
fn hidden(subject: &Party) -> Return {
    let hidden = |value: i64, blinding: u8| {
        let mut bytes = [0; 32];
        bytes[0] = blinding;
        CellValue::Committed(commit(value, &Blinding::from_bytes(&bytes).unwrap()).encode())
    };
    let cells = vec![hidden(40, 1), hidden(2, 2), hidden(42, 3), CellValue::Missing];
    Return { subject: subject.member, cells, sealed: Some(Digest([1; 32])), correction: None }
}

fn main() {
    let mut world = World::new();
    let office = world.office.clone();
    let mut filers = Vec::new();
    for batch in 0..20 {
        let names: Vec<String> = (0..100).map(|one| format!("company {batch} {one}")).collect();
        filers.extend(world.companies("01001", &names.iter().map(String::as_str).collect::<Vec<_>>()));
    }
    world.make_filer(&office, "XX");
    let context = world.chain.context();
    assert_eq!(context.network, NETWORK);
    let sign =
        |world: &mut World, party: &Party, what: &StatisticsTransaction| world.chain.sign(party, STATISTICS, what);

    let mut familiar = BTreeSet::new();
    let single: Vec<_> =
        filers.iter().map(|one| sign(&mut world, one, &file(OPEN, vec![open_return(one, 40, 2)]))).collect();
    measure("single, open, 4 cells", filers.len(), world.chain.state(), &context, &single, &mut familiar);
    measure("the same, familiar", filers.len(), world.chain.state(), &context, &single, &mut familiar);
    let batches: Vec<_> = filers
        .chunks(100)
        .map(|some| file(OPEN, some.iter().map(|one| open_return(one, 40, 2)).collect()))
        .map(|filing| sign(&mut world, &office, &filing))
        .collect();
    measure("batches of 100, open, 4 cells", filers.len(), world.chain.state(), &context, &batches, &mut familiar);
    measure("the same, familiar", filers.len(), world.chain.state(), &context, &batches, &mut familiar);
    let hidden: Vec<_> = filers
        .chunks(100)
        .map(|some| file(CONFIDENTIAL, some.iter().map(hidden).collect()))
        .map(|filing| sign(&mut world, &office, &filing))
        .collect();
    measure(
        "batches of 100, three committed amounts",
        filers.len(),
        world.chain.state(),
        &context,
        &hidden,
        &mut familiar,
    );
    measure("the same, familiar", filers.len(), world.chain.state(), &context, &hidden, &mut familiar);
}
