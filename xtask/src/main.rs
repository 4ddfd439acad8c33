//! The repository's own commands: `cargo xtask test | tidy | formats | fuzz | simulate | supply | reproduce | help`.
//!
//! - [`suite`]: everything that continuous integration runs, in order, each step with a time limit
//! - [`tidy`]: the rules of the house that a machine can check
//! - [`formats`]: the golden files under `formats/`
//! - [`fuzz`]: hostile input, looked for by libFuzzer
//! - [`supply`]: what the packages of strangers bring in; [`reproduce`]: two release builds, compared
//! - [`simulate`]: seeded clusters under faults, and faults planted to be found
//! - [`system`]: the scripts under `tests/system/`, run against the command as built
//! - [`step`]: running a child process that may not hang
//! - [`junit`]: counting what the test runner did
//! - [`repository`]: the files and packages that the rules are about

mod formats;
mod fuzz;
mod junit;
mod repository;
mod reproduce;
mod simulate;
mod step;
mod suite;
mod supply;
mod system;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  test [--quick]       format, lints, tidy, all tests, then the command and the system tests;
                       --quick leaves out the system tests
  tidy                 the rules of the house: layers, the shape of an application, names, invariants
  formats              compare the golden files under formats/ with the code
  formats --update [CRATE | rejections]
                       write them anew, all or one crate's; the difference is yours to approve before you commit
  fuzz [--seconds N] [TARGET]
                       look for input that breaks a promise, 60 s for each target or one; what is found stands in
                       fuzz/artifacts: give it a name in fuzz/findings/TARGET and it is replayed by every test run
  fuzz --seeds         write the committed seeds anew; the difference is yours to approve before you commit
  supply               licences, sources and duplicates of all packages, and known advisories, by cargo-deny
  reproduce            two release builds of the last commit in different folders, compared byte for byte
  simulate [OPTIONS]   clusters under faults, from seeds: `cargo xtask simulate --help` tells the options
  help                 this text

The exit code is 0 when everything passed, 1 when something failed, 2 for a command line like none of these.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => suite::run(suite::Extent::Everything),
        ["test", "--quick"] => suite::run(suite::Extent::Quick),
        ["tidy"] => tidy::run(),
        ["formats"] => formats::run(formats::Mode::Compare, None),
        ["formats", "--update"] => formats::run(formats::Mode::Update, None),
        ["formats", "--update", only] => formats::run(formats::Mode::Update, Some(only)),
        ["fuzz", words @ ..] => match fuzz::wanted(words) {
            Some(wanted) => fuzz::run(&wanted),
            None => {
                eprintln!("{HELP}");
                return ExitCode::from(2);
            }
        },
        ["supply"] => suite::supply(),
        ["reproduce"] => reproduce::run(),
        ["simulate", options @ ..] => simulate::run(options),
        ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(true)
        }
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask could not do its work: {error}");
            ExitCode::FAILURE
        }
    }
}
