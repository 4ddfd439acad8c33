//! `cargo xtask simulate`: builds the simulator and runs it.
//!
//! The development profile is meant: its overflow checks and debug assertions look for faults too, and the engine is
//! optimised in it. With `--planted` the simulator is built with the planted faults, which costs a build of its own.

use crate::repository::{self, Outcome, cargo};
use std::process::Command;

/// Runs the simulator with these options. True when every run was sound.
pub(crate) fn run(options: &[&str]) -> Outcome<bool> {
    let root = repository::root()?;
    let mut command = Command::new(cargo());
    command.args(["run", "--locked", "--quiet", "--package", "chancery-simulator"]);
    if options.contains(&"--planted") {
        command.args(["--features", "planted"]);
    }
    let status = command.arg("--").args(options).current_dir(root).status()?;
    Ok(status.success())
}
