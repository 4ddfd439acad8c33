//! A few seeds in every test run: fixed ones, so that a change that breaks them is seen at once, and fresh ones, so that every
//! run of the tests looks where nobody has looked before. `cargo xtask simulate` runs more.
#![allow(clippy::panic, reason = "a test that goes wrong should stop where it goes wrong")]

use chancery_simulator::{Report, run};
use std::time::{SystemTime, UNIX_EPOCH};

/// How many fresh seeds a test run tries.
const FRESH: u64 = 2;

fn sound(seed: u64) -> Report {
    // Printed before the run too, so that a seed that hangs or stops the process is known.
    println!("seed {seed} begins; again: cargo xtask simulate --seed {seed}");
    match run(seed) {
        Ok(report) => {
            println!("{report}");
            report
        }
        Err(failed) => panic!("{failed}"),
    }
}

fn is_whole(report: &Report) {
    // Three open figures, each of them revised once, and three hidden ones.
    assert_eq!(report.figures, 9, "seed {}", report.seed);
    // An adversary may be refused more; the story's own refusals are there in any case.
    let numbers = ["16-003", "16-004", "16-026", "16-028", "16-031", "16-033", "16-058", "16-060", "2-006"];
    assert!(
        numbers.iter().all(|number| report.refused.contains_key(*number)),
        "seed {}: {:?}",
        report.seed,
        report.refused
    );
}

#[test]
fn a_country_survives_whatever_its_seed_holds() {
    for seed in 1..=3 {
        is_whole(&sound(seed));
    }
}

#[test]
fn fresh_seeds() {
    let from = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    for seed in from..from + FRESH {
        is_whole(&sound(seed));
    }
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let (first, again, other) = (sound(7), sound(7), sound(8));
    assert_eq!(first.auditors, again.auditors, "the runtime saw the same, to the last message");
    assert_eq!(first.state_root, again.state_root);
    assert_eq!(first, again);
    assert_ne!(first.auditors, other.auditors);
    assert_ne!(first.state_root, other.state_root);
}
