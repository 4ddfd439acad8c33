//! Every target with its committed seeds and findings, with fixed changes of them, and with fresh ones for a while.
//!
//! A failure prints the input in hexadecimal. Commit it as `fuzz/findings/TARGET/what-it-was`, and it is replayed from
//! then on. `CHANCERY_FUZZ_MS` says how long each target looks for something new; what it looks at follows from
//! `CHANCERY_FUZZ_SEED`, or from the clock.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use chancery_fuzzing::dice::Dice;
use chancery_fuzzing::mutate::mutate;
use chancery_fuzzing::{TARGETS, Target, target};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

const FIXED_ROUNDS: u64 = 2;
const FRESH_MS_DEFAULT: u64 = 1_500;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// The inputs of one folder, by name.
fn inputs(kind: &str, target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(kind).join(target);
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| (path.display().to_string(), std::fs::read(path).unwrap())).collect()
}

fn run(target: &Target, name: &str, input: &[u8]) {
    if catch_unwind(AssertUnwindSafe(|| (target.run)(input))).is_err() {
        let hex: String = input.iter().map(|byte| format!("{byte:02x}")).collect();
        panic!("{} does not survive {name}: {hex}", target.name);
    }
}

fn replay(name: &str) {
    let target = target(name).unwrap();
    let known = [inputs("seeds", name), inputs("findings", name)].concat();
    assert!(!known.is_empty(), "there are no seeds for {name}");
    for (path, input) in &known {
        run(target, path, input);
    }
    run(target, "nothing", &[]);
    for (path, input) in &known {
        for round in 0..FIXED_ROUNDS {
            let changed = mutate(input, target.prefix, target.bytes_max, &mut Dice::new(round));
            run(target, &format!("change {round} of {path}"), &changed);
        }
    }
    let clock =
        || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.subsec_nanos().into());
    let seed = number("CHANCERY_FUZZ_SEED").unwrap_or_else(clock);
    let time = Duration::from_millis(number("CHANCERY_FUZZ_MS").unwrap_or(FRESH_MS_DEFAULT));
    let executions = fresh(target, &known, seed, time);
    println!("{name}: {} known inputs, {executions} fresh ones from seed {seed}", known.len());
}

/// Changes of known inputs, and changes of those changes.
fn fresh(target: &Target, known: &[(String, Vec<u8>)], seed: u64, time: Duration) -> u64 {
    let (mut dice, begun, mut executions) = (Dice::new(seed), Instant::now(), 0);
    let mut last: Option<Vec<u8>> = None;
    while begun.elapsed() < time {
        let before = last.take().filter(|_| dice.once_in(3));
        let input = before.or_else(|| dice.one(known).map(|(_, input)| input.clone())).unwrap_or_default();
        let changed = mutate(&input, target.prefix, target.bytes_max, &mut dice);
        run(target, &format!("execution {executions} of seed {seed}"), &changed);
        last = Some(changed);
        executions += 1;
    }
    executions
}

macro_rules! replayed {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            replay(stringify!($name));
        })+

        #[test]
        fn every_target_is_replayed() {
            assert_eq!(TARGETS.map(|target| target.name), [$(stringify!($name)),+]);
        }
    };
}

replayed! { formats texts transaction execution receipt crypto keyfile opening genesis county request pages }
