//! The system tests: every executable `tests/system/NN-name.{sh,py}`, in order, against the command as built.
//!
//! What a script is given: `CHANCERY_BIN`, the binary; `CHANCERY_WORK`, an empty folder of its own; a `PATH` on which
//! `python3` has the packages of `tests/system/requirements.txt`. What it gives back: a line `PASS what`,
//! `FAIL what: why` or `SKIP what: why` for each thing it checked, and the exit code 0, or 77 when it could check
//! nothing. A script that prints no such line counts as one check. Processes that it leaves behind are ended.

use crate::{
    junit::Tally,
    repository::Outcome,
    step::{self, Ended},
    suite::{Suite, minutes, told},
};
use std::{
    io::IsTerminal,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

const FOLDER: &str = "tests/system";
const SCRIPT_LIMIT: Duration = minutes(10);
const PROVIDE_LIMIT: Duration = minutes(10);
const SKIPPED: i32 = 77;

/// How much of a failed script's output is shown.
const SHOWN_LINES_MAX: usize = 200;

/// A script and its name without the extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) name: String,
    path: PathBuf,
}

/// The scripts in order of their names. One without the executable bit is an error: it would be left out silently.
pub(crate) fn scripts(root: &Path) -> Outcome<Vec<Script>> {
    let mut scripts = Vec::new();
    let folder = root.join(FOLDER);
    if !folder.exists() {
        return Ok(scripts);
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let numbered =
            name.split_once('-').is_some_and(|(digits, _)| digits.len() == 2 && digits.parse::<u8>().is_ok());
        let Some((stem, "sh" | "py")) = name.rsplit_once('.') else { continue };
        if numbered {
            if path.metadata()?.permissions().mode() & 0o111 == 0 {
                return Err(format!("{FOLDER}/{name} is not executable: chmod +x").into());
            }
            scripts.push(Script { name: stem.to_owned(), path });
        }
    }
    scripts.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(scripts)
}

/// Provides what the scripts need and this machine lacks: Python packages, a browser, promtool and iproute2 where we may.
pub(crate) fn provide(suite: &Suite) -> Outcome<Tally> {
    let mut tally = python_packages(suite)?;
    tally.add(browser(suite)?);
    tally.add(promtool(suite)?);
    tally.add(iproute(suite)?);
    Ok(tally)
}

/// What makes hosts of their own for validators.
fn iproute(suite: &Suite) -> Outcome<Tally> {
    if on_path("ip") {
        return Ok(Tally::passed());
    }
    if !on_path("apt-get") || !is_root() {
        return Ok(Tally::skipped("network namespaces: no `ip` here, and no right to install it (Debian's iproute2)"));
    }
    let limit = suite.limit(PROVIDE_LIMIT);
    let script = "apt-get update -qq && apt-get install -y -qq --no-install-recommends iproute2";
    let mut command = Command::new("sh");
    command.args(["-c", script]).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    let ended = step::run(&mut command, limit)?;
    Ok(if ended.succeeded() { Tally::passed() } else { Tally::failed(format!("iproute2: {}", told(ended, limit))) })
}

/// Where tools are put that are only unpacked and not installed.
const TOOLS: &str = "tools";

/// Prometheus' own checker of alert rules. The package is unpacked and not installed: installing it would start a
/// monitoring system on this machine.
fn promtool(suite: &Suite) -> Outcome<Tally> {
    let tools = suite.target.join(TOOLS);
    if on_path("promtool") || tools.join("usr/bin/promtool").is_file() {
        return Ok(Tally::passed());
    }
    if !on_path("apt-get") || !is_root() {
        return Ok(Tally::skipped("promtool: not here, and no right to fetch it (Debian's package prometheus)"));
    }
    std::fs::create_dir_all(&tools)?;
    let limit = suite.limit(PROVIDE_LIMIT);
    let script = "apt-get update -qq && apt-get download -qq prometheus && dpkg -x prometheus_*.deb . && rm *.deb";
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(&tools).stdout(Stdio::null());
    let ended = step::run(&mut command, limit)?;
    Ok(if ended.succeeded() { Tally::passed() } else { Tally::failed(format!("promtool: {}", told(ended, limit))) })
}

fn python_packages(suite: &Suite) -> Outcome<Tally> {
    let requirements = suite.root.join(FOLDER).join("requirements.txt");
    let environment = suite.target.join("venv");
    let stamp = environment.join("requirements.txt");
    let Ok(wanted) = std::fs::read_to_string(&requirements) else {
        return Ok(Tally::skipped("Python packages: there is no tests/system/requirements.txt"));
    };
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(Tally::passed());
    }
    let python = ["python3.11", "python3"].into_iter().find(|python| on_path(python)).unwrap_or("python3");
    let limit = suite.limit(PROVIDE_LIMIT);
    let mut create = Command::new(python);
    create.args(["-m", "venv", "--clear"]).arg(&environment);
    let mut install = Command::new(environment.join("bin/python3"));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&requirements);
    for command in [&mut create, &mut install] {
        let ended = step::run(command, limit)?;
        if !ended.succeeded() {
            return Ok(Tally::failed(format!("Python packages: {}", told(ended, limit))));
        }
    }
    std::fs::write(stamp, wanted)?;
    Ok(Tally::passed())
}

fn browser(suite: &Suite) -> Outcome<Tally> {
    if on_path("chromium") || on_path("chromium-browser") || on_path("google-chrome") {
        return Ok(Tally::passed());
    }
    if !on_path("apt-get") || !is_root() {
        return Ok(Tally::skipped("browser: no chromium here, and no right to install it"));
    }
    let limit = suite.limit(PROVIDE_LIMIT);
    let script = "apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk";
    let mut command = Command::new("sh");
    command.args(["-c", script]).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    let ended = step::run(&mut command, limit)?;
    Ok(if ended.succeeded() { Tally::passed() } else { Tally::failed(format!("browser: {}", told(ended, limit))) })
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// Runs one script in a fresh folder and counts what it checked.
pub(crate) fn run(suite: &Suite, script: &Script) -> Outcome<Tally> {
    let results = suite.target.join("system");
    let work = results.join(&script.name);
    if work.exists() {
        std::fs::remove_dir_all(&work)?;
    }
    std::fs::create_dir_all(&work)?;
    let log = results.join(format!("{}.log", script.name));
    let limit = suite.limit(SCRIPT_LIMIT);
    let ended = step::run_script(&mut command(suite, script, &work)?, limit, &log, leads_group())?;
    let output = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
    let tally = count(&script.name, &output, ended, limit);
    show(&output, tally.failures.is_empty());
    Ok(tally)
}

fn command(suite: &Suite, script: &Script, work: &Path) -> Outcome<Command> {
    let mut folders = vec![suite.target.join("venv/bin"), suite.target.join(TOOLS).join("usr/bin")];
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut command = Command::new(&script.path);
    command
        .current_dir(&suite.root)
        .env("CHANCERY_BIN", suite.target.join("debug/chancery"))
        .env("CHANCERY_WORK", work)
        .env("PATH", std::env::join_paths(folders)?)
        .env("PYTHONUNBUFFERED", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    if leads_group() {
        command.process_group(0);
    }
    Ok(command)
}

/// At a terminal a script stays in our process group, so that Ctrl-C reaches it; elsewhere it leads its own, so that
/// everything it started can be ended.
fn leads_group() -> bool {
    !std::io::stdin().is_terminal()
}

fn count(name: &str, output: &str, ended: Ended, limit: Duration) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines() {
        if line.starts_with("PASS ") {
            tally.passed += 1;
        } else if let Some(what) = line.strip_prefix("FAIL ") {
            tally.failures.push(format!("{name}: {what}"));
        } else if let Some(what) = line.strip_prefix("SKIP ") {
            tally.skips.push(format!("{name}: {what}"));
        }
    }
    let said_nothing = tally == Tally::default();
    match ended {
        Ended::Code(0) if said_nothing => tally.add(Tally::passed()),
        Ended::Code(SKIPPED) if said_nothing => {
            let reason = output.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no reason given");
            tally.add(Tally::skipped(format!("{name}: {reason}")));
        }
        Ended::Code(0 | SKIPPED) => {}
        ended if tally.failures.is_empty() => tally.add(Tally::failed(format!("{name}: {}", told(ended, limit)))),
        _ => {}
    }
    tally
}

fn show(output: &str, passed: bool) {
    let lines: Vec<&str> = output.lines().collect();
    let hidden = if passed { 0 } else { lines.len().saturating_sub(SHOWN_LINES_MAX) };
    if hidden > 0 {
        println!("({hidden} earlier lines are in the log)");
    }
    for line in lines.into_iter().skip(hidden) {
        let verdict = ["PASS ", "FAIL ", "SKIP "].iter().any(|word| line.starts_with(word));
        if verdict || !passed {
            println!("{line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{count, scripts};
    use crate::{step::Ended, suite::minutes};
    use std::path::Path;

    fn counted(output: &str, ended: Ended) -> (usize, usize, usize) {
        let tally = count("01-x", output, ended, minutes(1));
        (tally.passed, tally.failures.len(), tally.skips.len())
    }

    #[test]
    fn verdict_lines_are_counted() {
        assert_eq!(counted("PASS a\nnoise\nPASS b\nSKIP c: no browser\n", Ended::Code(0)), (2, 0, 1));
        assert_eq!(counted("PASS a\nFAIL b: 1 != 2\n", Ended::Code(1)), (1, 1, 0));
    }

    #[test]
    fn a_script_without_verdicts_is_judged_by_its_exit_code() {
        assert_eq!(counted("fine\n", Ended::Code(0)), (1, 0, 0));
        assert_eq!(counted("no data\n", Ended::Code(77)), (0, 0, 1));
        assert_eq!(counted("", Ended::Code(1)), (0, 1, 0));
    }

    #[test]
    fn a_script_that_dies_or_hangs_has_failed_whatever_it_said() {
        assert_eq!(counted("PASS a\n", Ended::Code(1)), (1, 1, 0));
        assert_eq!(counted("PASS a\n", Ended::Signal), (1, 1, 0));
        assert_eq!(counted("PASS a\n", Ended::TimedOut), (1, 1, 0));
        assert_eq!(counted("FAIL a: b\n", Ended::Code(0)), (0, 1, 0));
    }

    #[test]
    fn no_folder_means_no_scripts() {
        assert!(scripts(Path::new("no-such-folder")).unwrap().is_empty());
    }
}
