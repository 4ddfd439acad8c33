//! The validators' processes.
//!
//! Each child holds the reading end of a pipe from here: when this process ends, however it ends, the pipe closes and
//! the child stops cleanly. Children stand in process groups of their own, so that Ctrl-C at the terminal reaches this
//! process only, which then stops them in order.

use super::Site;
use crate::exit::Exit;
use crate::output::Output;
use chancery_client::Client;
use std::fs::OpenOptions;
use std::future::Future;
use std::os::unix::process::CommandExt as _;
use std::pin::Pin;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long validators may take to be ready.
const READY_WITHIN: Duration = Duration::from_secs(90);
/// How long validators may take to stop before they are killed.
const STOP_WITHIN: Duration = Duration::from_secs(20);
/// After how long a validator that ended is started again.
const RESTART_AFTER: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(200);
/// How much of a log is shown when its validator fails.
const LOG_LINES_SHOWN: usize = 12;

/// The running validators.
#[derive(Debug)]
pub(crate) struct Children {
    seats: Vec<Seat>,
}

#[derive(Debug)]
struct Seat {
    validator: usize,
    child: Child,
    /// When it was seen to have ended.
    ended: Option<Instant>,
}

impl Children {
    pub(crate) fn start(site: &Site) -> Result<Self, Exit> {
        let mut children = Self { seats: Vec::new() };
        for validator in site.numbers() {
            children.seats.push(Seat { validator, child: spawn(site, validator)?, ended: None });
        }
        Ok(children)
    }

    /// Process ids with the validators' numbers.
    pub(crate) fn processes(&self) -> impl Iterator<Item = (usize, u32)> {
        self.seats.iter().map(|seat| (seat.validator, seat.child.id()))
    }

    /// Asks one validator to stop, and waits for it.
    pub(crate) async fn stop_one(&mut self, validator: usize, output: &Output) {
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.validator == validator) else { return };
        drop(seat.child.stdin.take());
        let asked = Instant::now();
        while ended(&mut seat.child).is_none() && asked.elapsed() < STOP_WITHIN {
            tokio::time::sleep(POLL).await;
        }
        seat.wait(asked, output);
    }

    /// Starts a validator that was stopped.
    pub(crate) fn start_one(&mut self, site: &Site, validator: usize) -> Result<(), Exit> {
        let child = spawn(site, validator)?;
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.validator == validator) {
            *seat = Seat { validator, child, ended: None };
        }
        Ok(())
    }

    /// Waits until every validator serves.
    pub(crate) async fn wait_until_ready(&mut self, site: &Site, output: &Output) -> Result<Client, Exit> {
        output.progress("Waiting until the validators agree on blocks …");
        let begun = Instant::now();
        for validator in site.numbers() {
            loop {
                self.check_alive(site)?;
                let one = vec![site.api(validator)];
                if let Ok(client) = Client::connect(&one).await
                    && client.readiness().await.is_ok_and(|readiness| readiness.ready)
                {
                    break;
                }
                if begun.elapsed() > READY_WITHIN {
                    let cause = format!("validator {validator} is not ready after {} s", READY_WITHIN.as_secs());
                    return Err(Exit::remedied(cause, log_tail(site, validator)));
                }
                tokio::time::sleep(POLL).await;
            }
        }
        Ok(Client::connect(&site.addresses()).await?)
    }

    fn check_alive(&mut self, site: &Site) -> Result<(), Exit> {
        for seat in &mut self.seats {
            if let Some(status) = ended(&mut seat.child) {
                let cause = format!("validator {} did not start ({status})", seat.validator);
                return Err(Exit::remedied(cause, log_tail(site, seat.validator)));
            }
        }
        Ok(())
    }

    /// Keeps the network running until `stopped`: a validator that ends is started again, so that it can be seen to
    /// catch up.
    pub(crate) async fn watch(
        &mut self,
        site: &Site,
        output: &Output,
        mut stopped: Pin<&mut impl Future<Output = ()>>,
    ) {
        loop {
            tokio::select! {
                () = &mut stopped => return,
                () = tokio::time::sleep(POLL) => {}
            }
            for seat in &mut self.seats {
                let validator = seat.validator;
                match (ended(&mut seat.child), seat.ended) {
                    (Some(status), None) => {
                        seat.ended = Some(Instant::now());
                        let seconds = RESTART_AFTER.as_secs();
                        output.progress(format!(
                            "Validator {validator} ended ({status}). The others go on; it is started again in {seconds} s."
                        ));
                    }
                    (Some(_), Some(since)) if since.elapsed() > RESTART_AFTER => match spawn(site, validator) {
                        Ok(child) => {
                            let id = child.id();
                            *seat = Seat { validator, child, ended: None };
                            output.progress(format!("Validator {validator} is back (process {id}) and catches up."));
                        }
                        Err(failure) => {
                            seat.ended = Some(Instant::now());
                            output.error(&failure);
                        }
                    },
                    _ => {}
                }
            }
        }
    }

    /// Asks all to stop, waits, and kills what does not.
    pub(crate) fn stop(&mut self, output: &Output) {
        for seat in &mut self.seats {
            // The child reads until the end of this pipe.
            drop(seat.child.stdin.take());
        }
        let begun = Instant::now();
        for seat in &mut self.seats {
            seat.wait(begun, output);
        }
    }
}

impl Seat {
    /// Waits until a validator that was asked to stop has done so, and kills it if that takes too long.
    fn wait(&mut self, asked: Instant, output: &Output) {
        while ended(&mut self.child).is_none() {
            if asked.elapsed() > STOP_WITHIN {
                output.progress(format!("Validator {} does not stop; it is killed.", self.validator));
                let _ = self.child.kill();
                let _ = self.child.wait();
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn ended(child: &mut Child) -> Option<ExitStatus> {
    child.try_wait().ok().flatten()
}

fn spawn(site: &Site, validator: usize) -> Result<Child, Exit> {
    let program = std::env::current_exe()
        .map_err(|error| Exit::remedied(format!("this program cannot find itself: {error}"), "Reinstall it."))?;
    let log = site.log(validator);
    let failed = |error: std::io::Error| Exit::file(&log, &error);
    let file = OpenOptions::new().create(true).append(true).open(&log).map_err(failed)?;
    let errors = file.try_clone().map_err(failed)?;
    Command::new(program)
        .arg("node")
        .arg("--config")
        .arg(site.config(validator))
        .arg("--passphrase-file")
        .arg(site.passphrase_file())
        .arg("--stop-with-input")
        .stdin(Stdio::piped())
        .stdout(file)
        .stderr(errors)
        .process_group(0)
        .spawn()
        .map_err(|error| {
            Exit::remedied(format!("a validator cannot be started: {error}"), "Check this session's limits.")
        })
}

fn log_tail(site: &Site, validator: usize) -> String {
    let path = site.log(validator);
    let text = std::fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let shown = lines.get(lines.len().saturating_sub(LOG_LINES_SHOWN)..).unwrap_or_default().join("\n         ");
    format!("{} ends with:\n         {shown}", path.display())
}
