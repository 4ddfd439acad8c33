//! `cargo xtask test`: what continuous integration runs, in the same order, on any machine.
//!
//! Each step has a limit of its own, and under `CI` all of them together have one too, so that a step that hangs is
//! a failure with a name. The last line is `N passed, N failed, N skipped`: every test, every conformance check and
//! every other step counts as one.

use crate::{
    fuzz,
    junit::{self, Tally},
    repository::{self, Outcome, Repository, cargo},
    step::{self, Ended},
    supply, system, tidy,
};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How much of the suite to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Everything,
    /// Without the system tests.
    Quick,
}

const FORMAT_LIMIT: Duration = minutes(2);
const LINT_LIMIT: Duration = minutes(20);
const TEST_LIMIT: Duration = minutes(30);
const DOC_TEST_LIMIT: Duration = minutes(10);
const BINARY_LIMIT: Duration = minutes(25);
/// Continuous integration ends a run after 90 minutes; a run of two cores to itself takes about half of that.
const CI_LIMIT: Duration = minutes(84);

pub(crate) const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// The run so far.
pub(crate) struct Suite {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    deadline: Option<Instant>,
    tally: Tally,
}

/// Runs the suite and prints the summary. True when nothing failed.
pub(crate) fn run(extent: Extent) -> Outcome<bool> {
    let root = repository::root()?;
    let target = target_folder(&root)?;
    let deadline = std::env::var_os("CI").map(|_| Instant::now() + CI_LIMIT);
    let mut suite = Suite { root, target, deadline, tally: Tally::default() };
    suite.step("format", |suite| suite.cargo(&["fmt", "--all", "--check"], FORMAT_LIMIT));
    suite.step("tidy", |_| Ok(if tidy::run()? { Tally::passed() } else { Tally::failed("tidy") }));
    suite.step("supply chain", |suite| supply::check(&suite.root, &suite.target, |own| suite.limit(own)));
    suite.step("lints", |suite| {
        suite.cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], LINT_LIMIT)
    });
    suite.step("tests", Suite::tests);
    suite.step("documentation tests", Suite::doc_tests);
    if extent == Extent::Everything {
        suite.step("hostile input", |suite| suite.fuzz());
        let binary = suite.step("the command", Suite::command);
        if binary {
            suite.step("what the system tests need", system::provide);
            for script in system::scripts(&suite.root)? {
                suite.step(&script.name.clone(), |suite| system::run(suite, &script));
            }
        }
    }
    Ok(suite.summary())
}

/// Runs the step about the supply chain alone. True when nothing in it failed.
pub(crate) fn supply() -> Outcome<bool> {
    let root = repository::root()?;
    let target = target_folder(&root)?;
    std::fs::create_dir_all(&target)?;
    let mut suite = Suite { root, target, deadline: None, tally: Tally::default() };
    suite.step("supply chain", |suite| supply::check(&suite.root, &suite.target, |own| own));
    Ok(suite.summary())
}

impl Suite {
    /// Runs one step under a heading, with its time. True when nothing in it failed. An error in running it is a
    /// failure of this step, and the next one still gets its turn.
    fn step(&mut self, name: &str, work: impl FnOnce(&Self) -> Outcome<Tally>) -> bool {
        println!("\n== {name}");
        let began = Instant::now();
        let tally = work(self).unwrap_or_else(|error| Tally::failed(format!("{name}: {error}")));
        let failed = tally.failures.len();
        let seconds = began.elapsed().as_secs();
        println!("-- {name}: {} passed, {failed} failed, {} skipped in {seconds} s", tally.passed, tally.skips.len());
        self.tally.add(tally);
        failed == 0
    }

    /// The step's own limit, or what is left of the whole run's if that is less.
    pub(crate) fn limit(&self, own: Duration) -> Duration {
        match self.deadline {
            Some(deadline) => own.min(deadline.saturating_duration_since(Instant::now())),
            None => own,
        }
    }

    fn cargo(&self, arguments: &[&str], limit: Duration) -> Outcome<Tally> {
        let limit = self.limit(limit);
        let ended = step::run(Command::new(cargo()).args(arguments).current_dir(&self.root), limit)?;
        Ok(match ended {
            Ended::Code(0) => Tally::passed(),
            ended => Tally::failed(format!("cargo {}: {}", arguments.join(" "), told(ended, limit))),
        })
    }

    /// The tests of `cli` have built the command, as the tests are built, so that the engine is not compiled a second time
    /// for a second profile.
    fn command(&self) -> Outcome<Tally> {
        if self.target.join("debug/chancery").is_file() {
            return Ok(Tally::passed());
        }
        self.cargo(&["build", "--workspace", "--bins", "--locked"], BINARY_LIMIT)
    }

    /// The tests run in the development profile: overflow checks and debug assertions are on and one edited crate
    /// rebuilds fast, while dependencies are optimised (see the workspace manifest).
    fn tests(&self) -> Outcome<Tally> {
        if !available("nextest") {
            return self.libtest("tests", &["test", "--workspace", "--locked", "--no-fail-fast", "--all-targets"]);
        }
        // The runner's own folder is below the root even when cargo's target folder is elsewhere.
        let report = self.root.join("target/nextest/default/junit.xml");
        if report.exists() {
            std::fs::remove_file(&report)?;
        }
        let limit = self.limit(TEST_LIMIT);
        let arguments = ["nextest", "run", "--workspace", "--locked", "--no-fail-fast", "--status-level", "slow"];
        let ended = step::run(Command::new(cargo()).args(arguments).current_dir(&self.root), limit)?;
        let mut tally = std::fs::read_to_string(&report).map_or_else(|_| Tally::default(), |text| junit::read(&text));
        if !ended.succeeded() && tally.failures.is_empty() {
            tally.add(Tally::failed(format!("cargo nextest: {}", told(ended, limit))));
        }
        if ended.succeeded() && tally == Tally::default() {
            tally.add(Tally::failed("cargo nextest left no report: is .config/nextest.toml there?"));
        }
        Ok(tally)
    }

    fn doc_tests(&self) -> Outcome<Tally> {
        let packages = packages_with_doc_tests(&Repository::load()?);
        if packages.is_empty() {
            println!("no example in the documentation is meant to run");
            return Ok(Tally::default());
        }
        let mut arguments = vec!["test", "--doc", "--locked", "--no-fail-fast"];
        for package in &packages {
            arguments.extend(["--package", package]);
        }
        self.libtest("documentation-tests", &arguments)
    }

    /// The tests have replayed what is known about every target; where cargo can fuzz, each looks for more for a moment.
    fn fuzz(&self) -> Outcome<Tally> {
        if available("fuzz") {
            return fuzz::look(&self.root, fuzz::SMOKE_SECONDS, None);
        }
        Ok(Tally::skipped("fuzzing: cargo has no `fuzz` here; the targets' seeds and findings were replayed by tests"))
    }

    fn libtest(&self, name: &str, arguments: &[&str]) -> Outcome<Tally> {
        let log = self.target.join(format!("{name}.log"));
        let limit = self.limit(if name == "tests" { TEST_LIMIT } else { DOC_TEST_LIMIT });
        let ended = step::run_into(Command::new(cargo()).args(arguments).current_dir(&self.root), limit, &log)?;
        let output = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
        let mut tally = junit::read_libtest(&output);
        if !ended.succeeded() {
            println!("{output}");
            if tally.failures.is_empty() {
                tally.add(Tally::failed(format!("cargo {}: {}", arguments.join(" "), told(ended, limit))));
            }
        }
        Ok(tally)
    }

    fn summary(&self) -> bool {
        println!("\n== summary");
        for skip in &self.tally.skips {
            println!("SKIP {skip}");
        }
        for failure in &self.tally.failures {
            println!("FAIL {failure}");
        }
        let (failed, skipped) = (self.tally.failures.len(), self.tally.skips.len());
        println!("{} passed, {failed} failed, {skipped} skipped", self.tally.passed);
        failed == 0
    }
}

pub(crate) fn told(ended: Ended, limit: Duration) -> String {
    match ended {
        Ended::Code(code) => format!("exit code {code}"),
        Ended::Signal => "ended by a signal".to_owned(),
        Ended::TimedOut => format!("not done after {} s", limit.as_secs()),
    }
}

/// Whether cargo has this subcommand.
pub(crate) fn available(subcommand: &str) -> bool {
    let mut command = Command::new(cargo());
    let asked = command.args([subcommand, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

fn target_folder(root: &Path) -> Outcome<PathBuf> {
    let output =
        Command::new(cargo()).args(["metadata", "--format-version", "1", "--no-deps"]).current_dir(root).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let folder = metadata.get("target_directory").and_then(serde_json::Value::as_str);
    Ok(PathBuf::from(folder.ok_or("cargo metadata names no target directory")?))
}

/// Names of the packages whose documentation has an example that compiles, or must not compile.
fn packages_with_doc_tests(repository: &Repository) -> Vec<String> {
    let has_some = |folder: &str| {
        let files = repository.rust_files().filter(|file| file.path.starts_with(&format!("{folder}/src/")));
        files.into_iter().any(|file| has_doc_test(&file.text))
    };
    let packages = repository.packages.iter().filter(|package| {
        repository.file(&format!("{}/src/lib.rs", package.folder)).is_some() && has_some(&package.folder)
    });
    packages.map(|package| package.name.clone()).collect()
}

fn has_doc_test(text: &str) -> bool {
    let comments = text
        .lines()
        .map(str::trim_start)
        .filter_map(|line| line.strip_prefix("///").or_else(|| line.strip_prefix("//!")));
    let fences = comments.filter_map(|line| line.trim_start().strip_prefix("```"));
    fences.step_by(2).any(|language| {
        language.split(',').map(str::trim).all(|word| {
            // An error's number says why an example must not compile.
            let is_error_number = word.strip_prefix('E').is_some_and(|number| number.parse::<u16>().is_ok());
            is_error_number || matches!(word, "" | "rust" | "should_panic" | "no_run" | "compile_fail")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::has_doc_test;

    #[test]
    fn examples_that_run_are_told_from_pictures() {
        let check = |text: &str, expected| assert_eq!(has_doc_test(text), expected, "{text}");
        check("/// ```\n/// let a = 1;\n/// ```\n", true);
        check("//! ```text\n//! a -> b\n//! ```\n", false);
        check("//! ```text\n//! a -> b\n//! ```\n//! ```compile_fail\n//! a\n//! ```\n", true);
        check("/// ```compile_fail,E0451\n/// a\n/// ```\n", true);
        check("// ```\nfn a() {}\n", false);
    }
}
