//! A few seeds in every test run; `CHANCERY_SEEDS=N` tries N more, which `cargo test -p chancery-simulator --test seeds
//! -- --nocapture` tells about.
#![allow(clippy::panic, reason = "a test that goes wrong should stop where it goes wrong")]

use chancery_simulator::{Report, run};

/// The first seed of those that are tried on request; the fixed ones lie below.
const MORE_FROM: u64 = 1_000;

fn sound(seed: u64) -> Report {
    // Printed before the run too, so that a seed that hangs or stops the process is known.
    println!("seed {seed} begins");
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
    let numbers = ["16-003", "16-004", "16-026", "16-028", "16-031", "16-033", "16-058", "16-060", "2-006"];
    assert!(report.refused.keys().eq(numbers), "seed {}: {:?}", report.seed, report.refused);
    assert!((4..=5).contains(&report.faults.len()), "seed {}: {:?}", report.seed, report.faults);
}

#[test]
fn a_country_survives_crashes_and_power_losses() {
    for seed in 1..=3 {
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

#[test]
fn more_seeds_on_request() {
    let more = std::env::var("CHANCERY_SEEDS").ok().and_then(|count| count.parse::<u64>().ok()).unwrap_or_default();
    if more == 0 {
        println!("skipped: CHANCERY_SEEDS names no number of further seeds");
    }
    for seed in MORE_FROM..MORE_FROM.saturating_add(more) {
        is_whole(&sound(seed));
    }
}
