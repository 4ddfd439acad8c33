//! `cargo xtask fuzz`: libFuzzer over the targets of `crates/fuzzing`, one after another.
//!
//! The fuzzer's instrumentation is a code generation option that a stable compiler has; the sanitizers are not, so they
//! stay off. Nothing of ours is unsafe, and what the fuzzer looks for are broken promises, panics, overflows, inputs
//! that take too long and memory that grows. Where cargo has no `fuzz` subcommand, the targets' own tests look for
//! something new for as long instead.

use crate::{
    junit::Tally,
    repository::{self, Outcome, cargo},
    step::{self, Ended},
    suite::{available, minutes, told},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

const FOLDER: &str = "fuzz";
const SECONDS_DEFAULT: u64 = 60;
/// How long the test command lets each target run, where cargo can fuzz.
pub(crate) const SMOKE_SECONDS: u64 = 3;
/// Everything below the targets is built once more, instrumented.
const BUILD_LIMIT: Duration = minutes(30);
/// Beyond the time of looking: starting, replaying the corpus.
const MARGIN: Duration = minutes(3);
/// libFuzzer's bounds: the longest input, the seconds one may take, the memory of a process.
const BOUNDS: [&str; 3] = ["-max_len=81920", "-timeout=20", "-rss_limit_mb=1536"];

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted<'a> {
    /// Look for something new.
    Run { seconds: u64, target: Option<&'a str> },
    /// Write the committed seeds anew.
    Seeds,
}

/// Reads the words after `fuzz`.
pub(crate) fn wanted<'a>(words: &[&'a str]) -> Option<Wanted<'a>> {
    let (seconds, rest) = match words {
        ["--seeds"] => return Some(Wanted::Seeds),
        ["--seconds", number, rest @ ..] => (number.parse().ok()?, rest),
        rest => (SECONDS_DEFAULT, rest),
    };
    match rest {
        [] => Some(Wanted::Run { seconds, target: None }),
        [target] if !target.starts_with('-') => Some(Wanted::Run { seconds, target: Some(target) }),
        _ => None,
    }
}

/// Does what was asked for. True when nothing was found.
pub(crate) fn run(wanted: &Wanted<'_>) -> Outcome<bool> {
    let root = repository::root()?;
    match wanted {
        Wanted::Seeds => {
            let mut command = tests(&root, "seeds");
            Ok(step::run(command.env("UPDATE_FORMATS", "1"), BUILD_LIMIT)?.succeeded())
        }
        Wanted::Run { seconds, target } => {
            let tally = look(&root, *seconds, *target)?;
            tally.failures.iter().for_each(|failure| println!("FAIL {failure}"));
            tally.skips.iter().for_each(|skip| println!("SKIP {skip}"));
            Ok(tally.failures.is_empty())
        }
    }
}

/// Lets every target, or one, look for something new.
pub(crate) fn look(root: &Path, seconds: u64, only: Option<&str>) -> Outcome<Tally> {
    let targets: Vec<String> = targets(root)?.into_iter().filter(|name| only.is_none_or(|only| name == only)).collect();
    if targets.is_empty() {
        return Ok(Tally::failed(format!("fuzz: no such target: {}", only.unwrap_or("none at all"))));
    }
    if !available("fuzz") {
        return replay(root, seconds, only);
    }
    let ended = step::run(fuzz(root, "build").args(["--release", "--debug-assertions"]), BUILD_LIMIT)?;
    if !ended.succeeded() {
        return Ok(Tally::failed(format!("fuzz: the targets do not build: {}", told(ended, BUILD_LIMIT))));
    }
    let mut tally = Tally::default();
    for target in &targets {
        tally.add(look_with(root, target, seconds)?);
    }
    Ok(tally)
}

fn look_with(root: &Path, target: &str, seconds: u64) -> Outcome<Tally> {
    let folder = root.join(FOLDER);
    let corpus = folder.join("corpus").join(target);
    std::fs::create_dir_all(&corpus)?;
    let mut command = fuzz(root, "run");
    command.args(["--release", "--debug-assertions", target]).arg(&corpus);
    // Only the first folder is written to.
    let known = ["seeds", "findings"].map(|kind| folder.join(kind).join(target));
    command.args(known.iter().filter(|folder| folder.exists())).arg("--").args(BOUNDS);
    command.args([format!("-max_total_time={seconds}"), "-print_final_stats=1".to_owned()]);
    let limit = Duration::from_secs(seconds) + MARGIN;
    let log = corpus.with_extension("log");
    let ended = step::run_into(&mut command, limit, &log)?;
    let said = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
    let executions = executions(&said);
    println!("fuzz: {target}: {} executions in {seconds} s", executions.unwrap_or("no"));
    if ended == Ended::Code(0) && executions.is_some() {
        return Ok(Tally::passed());
    }
    let lines: Vec<&str> = said.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(40)).for_each(|line| println!("  {line}"));
    Ok(Tally::failed(format!("fuzz: {target}: {}; the input stands in {FOLDER}/artifacts", told(ended, limit))))
}

/// The number that libFuzzer tells at its end.
fn executions(said: &str) -> Option<&str> {
    said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")).map(str::trim)
}

/// The same targets by their own tests.
fn replay(root: &Path, seconds: u64, only: Option<&str>) -> Outcome<Tally> {
    let mut command = tests(root, "replay");
    command.env("CHANCERY_FUZZ_MS", (seconds * 1_000).to_string());
    command
        .arg("--")
        .args(["--nocapture", "--test-threads", "1"])
        .args(only.map(|name| ["--exact", name]).iter().flatten());
    let limit = BUILD_LIMIT + Duration::from_secs(seconds * 20);
    let ended = step::run(&mut command, limit)?;
    let mut tally =
        Tally::skipped("fuzz: `cargo install --locked cargo-fuzz` looks further; replayed by tests instead");
    if !ended.succeeded() {
        tally.add(Tally::failed(format!("fuzz: {}", told(ended, limit))));
    }
    Ok(tally)
}

fn fuzz(root: &Path, what: &str) -> Command {
    let mut command = Command::new(cargo());
    command.current_dir(root).args(["fuzz", what, "--fuzz-dir", FOLDER, "--sanitizer", "none"]);
    command
}

fn tests(root: &Path, test: &str) -> Command {
    let mut command = Command::new(cargo());
    command.current_dir(root).args(["test", "--package", "chancery-fuzzing", "--test", test]);
    command
}

/// The names of the fuzzer's binaries.
fn targets(root: &Path) -> Outcome<Vec<String>> {
    let files = std::fs::read_dir(root.join(FOLDER).join("fuzz_targets"))?;
    let paths = files.map(|file| file.map(|file| file.path())).collect::<Result<Vec<PathBuf>, _>>()?;
    let mut names: Vec<String> = paths.iter().filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::{SECONDS_DEFAULT, Wanted, executions, wanted};

    #[test]
    fn the_command_line_is_read() {
        let check = |words: &[&str], expected: Option<Wanted<'_>>| assert_eq!(wanted(words), expected, "{words:?}");
        check(&[], Some(Wanted::Run { seconds: SECONDS_DEFAULT, target: None }));
        check(&["--seconds", "5"], Some(Wanted::Run { seconds: 5, target: None }));
        check(&["--seconds", "5", "receipt"], Some(Wanted::Run { seconds: 5, target: Some("receipt") }));
        check(&["--seeds"], Some(Wanted::Seeds));
        check(&["--seconds"], None);
        check(&["--minutes", "5"], None);
        check(&["receipt", "county"], None);
    }

    #[test]
    fn the_fuzzers_count_is_read() {
        assert_eq!(executions("x\nstat::number_of_executed_units: 1234\ny"), Some("1234"));
        assert_eq!(executions("x"), None);
    }
}
