//! Running a child process that may not hang.

use crate::repository::Outcome;
use std::{
    fs::File,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// Between asking a process to end and ending it.
const GRACE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(50);

/// How a process came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// With this exit code.
    Code(i32),
    /// By a signal that we did not send.
    Signal,
    /// We stopped it when its time was over.
    TimedOut,
}

impl Ended {
    pub(crate) fn succeeded(self) -> bool {
        self == Self::Code(0)
    }
}

/// Runs to the end or to the limit; the output goes to the screen.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Outcome<Ended> {
    wait(command.stdin(Stdio::null()).spawn()?, limit)
}

/// Runs to the end or to the limit; the output goes to a file, so that a process left behind by the child cannot
/// keep us waiting for the end of a pipe.
pub(crate) fn run_into(command: &mut Command, limit: Duration, log: &Path) -> Outcome<Ended> {
    run_script(command, limit, log, false)
}

/// Like [`run_into`], and ends what the child leaves behind if it leads a process group.
pub(crate) fn run_script(command: &mut Command, limit: Duration, log: &Path, leads_group: bool) -> Outcome<Ended> {
    let file = File::create(log)?;
    let errors = file.try_clone()?;
    let child = command.stdin(Stdio::null()).stdout(file).stderr(errors).spawn()?;
    let leader = child.id();
    let ended = wait(child, limit);
    if leads_group {
        end_group(leader);
    }
    ended
}

fn wait(mut child: Child, limit: Duration) -> Outcome<Ended> {
    if let Some(status) = wait_until(&mut child, Instant::now() + limit)? {
        return Ok(status.code().map_or(Ended::Signal, Ended::Code));
    }
    signal("TERM", &child.id().to_string());
    if wait_until(&mut child, Instant::now() + GRACE)?.is_none() {
        child.kill()?;
        child.wait()?;
    }
    Ok(Ended::TimedOut)
}

fn wait_until(child: &mut Child, deadline: Instant) -> Outcome<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        std::thread::sleep(POLL);
    }
}

/// Ends whatever a finished child left behind in the process group that it led.
fn end_group(leader: u32) {
    let group = format!("-{leader}");
    if signal("TERM", &group) {
        let deadline = Instant::now() + GRACE;
        while signal("0", &group) && Instant::now() < deadline {
            std::thread::sleep(POLL);
        }
        signal("KILL", &group);
    }
}

/// Sends a signal with the system's `kill`; false when there was nobody to receive it.
fn signal(name: &str, target: &str) -> bool {
    let sent =
        Command::new("kill").args(["-s", name, "--", target]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    sent.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::{Ended, run};
    use std::{
        process::Command,
        time::{Duration, Instant},
    };

    fn shell(script: &str, limit: Duration) -> Ended {
        run(Command::new("sh").args(["-c", script]), limit).unwrap()
    }

    #[test]
    fn the_exit_code_is_reported() {
        assert_eq!(shell("exit 0", Duration::from_secs(20)), Ended::Code(0));
        assert_eq!(shell("exit 77", Duration::from_secs(20)), Ended::Code(77));
        assert_eq!(shell("kill -9 $$", Duration::from_secs(20)), Ended::Signal);
    }

    #[test]
    fn a_process_that_hangs_is_stopped() {
        let began = Instant::now();
        assert_eq!(shell("exec sleep 60", Duration::from_millis(100)), Ended::TimedOut);
        assert!(began.elapsed() < Duration::from_secs(30));
    }
}
