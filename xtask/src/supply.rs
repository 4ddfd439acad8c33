//! `cargo xtask supply`: what the packages of strangers bring in, by cargo-deny and the rules of `deny.toml`.
//!
//! Licences, sources, duplicates and forbidden packages need nothing but the lockfile. Advisories need the RustSec
//! database: it is fetched, or the copy of the last time is used, and what was done is said. A check that could not be made
//! is a skip with a reason, never a pass.

use crate::{
    junit::Tally,
    repository::{Outcome, cargo},
    step,
    suite::{available, minutes, told},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

const LIMIT: Duration = minutes(3);
/// A copy of the database that is older than this tells nothing about today.
const ADVISORY_AGE_MAX_DAYS: u64 = 30;
const DAY_S: u64 = 86_400;

/// Runs all that can be run here.
pub(crate) fn check(root: &Path, target: &Path, limit: impl Fn(Duration) -> Duration) -> Outcome<Tally> {
    if !available("deny") {
        return Ok(Tally::skipped("supply chain: cargo-deny is not here (cargo install cargo-deny --locked)"));
    }
    let deny = |arguments: &[&str]| -> Outcome<Run> {
        let (log, limit) = (target.join("supply.log"), limit(LIMIT));
        let mut command = Command::new(cargo());
        command.args(["deny", "--locked", "--color", "never"]).args(arguments).current_dir(root);
        let ended = step::run_into(&mut command, limit, &log)?;
        let output = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
        Ok(Run { passed: ended.succeeded(), told: told(ended, limit), output })
    };
    let rules = deny(&["check", "--hide-inclusion-graph", "licenses", "bans", "sources"])?;
    println!("{}", rules.output.trim());
    let mut tally = if rules.passed {
        Tally::passed()
    } else {
        Tally::failed(format!("supply chain: licences, duplicates or sources: {}", rules.told))
    };
    tally.add(advisories(deny, copy)?);
    Ok(tally)
}

struct Run {
    passed: bool,
    told: String,
    output: String,
}

fn advisories(deny: impl Fn(&[&str]) -> Outcome<Run>, copy: impl Fn() -> Option<Copy>) -> Outcome<Tally> {
    let mut run = deny(&["check", "advisories"])?;
    let fetched = !fetch_failed(&run.output);
    if !fetched {
        if copy().is_none() {
            return Ok(Tally::skipped("advisories: their database cannot be reached, and there is no copy of it here"));
        }
        println!("the advisory database cannot be reached; its copy of the last time is used");
        run = deny(&["--offline", "check", "advisories"])?;
    }
    println!("{}", run.output.trim());
    if !run.passed {
        return Ok(Tally::failed(format!("supply chain: advisories: {}", run.told)));
    }
    // The database changes every week: one that is old came from a mirror that nobody renews, fetched or not.
    Ok(match copy() {
        Some(Copy { date, age_days }) if age_days > ADVISORY_AGE_MAX_DAYS => Tally::skipped(format!(
            "advisories: the newest database to be had here is of {date}, {age_days} days old; it has nothing against \
             this lockfile, which says little about today"
        )),
        Some(Copy { date, .. }) => {
            println!("nothing in the database of {date}");
            Tally::passed()
        }
        None => Tally::skipped("advisories: how old their database is cannot be told"),
    })
}

/// What cargo-deny says when it has no network; nothing was checked then.
fn fetch_failed(output: &str) -> bool {
    output.contains("failed to fetch advisory database")
}

/// The copy of the database that cargo-deny keeps.
struct Copy {
    /// Of its latest advisory, as `2026-11-22`.
    date: String,
    age_days: u64,
}

fn copy() -> Option<Copy> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))?;
    let mut folders = std::fs::read_dir(home.join("advisory-dbs")).ok()?.flatten().map(|entry| entry.path());
    let folder = folders.find(|path| path.join(".git").exists())?;
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(["log", "-1", "--date=short", "--format=%cd %ct"]);
    let output = git.output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (date, seconds) = text.trim().split_once(' ')?;
    let committed = Duration::from_secs(seconds.parse().ok()?);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Copy { date: date.to_owned(), age_days: now.saturating_sub(committed).as_secs() / DAY_S })
}

#[cfg(test)]
mod tests {
    use super::{Copy, Run, advisories};

    const NO_NETWORK: &str =
        "[ERROR] failed to fetch advisory database https://example.org/db with cli: failed to clone";

    fn run(passed: bool, output: &str) -> Run {
        Run { passed, told: "exit code 1".to_owned(), output: output.to_owned() }
    }

    fn check(run: impl Fn(&[&str]) -> Run, age_days: Option<u64>) -> (usize, usize, usize) {
        let copy = || age_days.map(|age_days| Copy { date: "2026-11-22".to_owned(), age_days });
        let tally = advisories(|arguments| Ok(run(arguments)), copy).unwrap();
        (tally.passed, tally.failures.len(), tally.skips.len())
    }

    #[test]
    fn only_a_check_against_a_database_of_today_is_a_pass() {
        let clean = |_: &[&str]| run(true, "advisories ok");
        assert_eq!(check(clean, Some(1)), (1, 0, 0));
        assert_eq!(check(clean, Some(600)), (0, 0, 1));
        assert_eq!(check(clean, None), (0, 0, 1));
    }

    #[test]
    fn a_finding_fails_whatever_the_database_and_a_missing_network_does_not() {
        let found = |_: &[&str]| run(false, "error[vulnerability]: something");
        assert_eq!(check(found, Some(600)), (0, 1, 0));
        let offline_clean = |arguments: &[&str]| match arguments.first() {
            Some(&"--offline") => run(true, "advisories ok"),
            _ => run(false, NO_NETWORK),
        };
        assert_eq!(check(offline_clean, Some(1)), (1, 0, 0));
        assert_eq!(check(offline_clean, None), (0, 0, 1), "there is no copy to fall back on");
        let offline_found = |arguments: &[&str]| match arguments.first() {
            Some(&"--offline") => run(false, "error[vulnerability]: something"),
            _ => run(false, NO_NETWORK),
        };
        assert_eq!(check(offline_found, Some(1)), (0, 1, 0));
    }
}
