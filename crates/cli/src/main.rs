//! The `chancery` command.
//!
//! One file per command under `command/`. What a command finds out goes to standard output, in words or with `--json`
//! as one JSON document; progress and errors go to standard error; the exit code says how it ended ([`exit`]).

mod bench;
mod command;
mod demo;
mod exit;
mod founding;
mod import;
mod keystore;
mod local;
mod logging;
mod number;
mod output;
mod passphrase;

use clap::Parser;
use exit::Exit;
use output::Output;
use std::process::ExitCode;

/// A ledger that a government can put its name to.
///
/// Start with `chancery demo`: it founds a network of four validators on this machine, loads a small country, and
/// says what to try. To check a receipt you only need `chancery verify`: it works offline.
///
/// Exit codes: 0 done; 1 failed or refused; 2 wrong usage; 3 no node could be reached; 4 not proven; 5 done in part; 6 a file
/// on disk is damaged.
#[derive(Parser)]
#[command(name = "chancery", version, propagate_version = true, max_term_width = 100)]
struct Arguments {
    /// Print one JSON document instead of words.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: command::Command,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; clap knows.
            let code = if error.use_stderr() { exit::USAGE } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let output = Output::new(arguments.json);
    match command::run(arguments.command, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.error(&error);
            ExitCode::from(error.code())
        }
    }
}

/// A generator seeded by the operating system.
fn random() -> Result<impl rand_core::CryptoRng, Exit> {
    Ok(chancery_client::randomness::generator()?)
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::CommandFactory as _;

    /// Names that clash are noticed by clap only when the command that has them is used.
    #[test]
    fn no_names_of_arguments_clash() {
        Arguments::command().debug_assert();
    }
}
