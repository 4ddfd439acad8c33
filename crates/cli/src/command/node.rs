//! `chancery node`: runs one validator.

use crate::exit::Exit;
use crate::keystore;
use crate::logging;
use crate::output::Output;
use crate::passphrase::PassphraseArguments;
use chancery_node::config::Config;
use chancery_node::folder::FolderError;
use chancery_node::keys::{VALIDATOR_KEY, from_secret};
use chancery_node::run::{NodeError, run as run_node};
use std::io::Read as _;
use std::path::PathBuf;

/// Runs one validator until it is asked to stop (Ctrl-C, or the signal TERM).
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  CHANCERY_PASSPHRASE=… chancery node --config network/node-1/node.toml\nThe variable \
                        CHANCERY_LOG, or [log] in the configuration, says what is logged: `info`, or \
                        `warn,transaction=debug` to follow transactions; CHANCERY_LOG_FORMAT=json makes each line a JSON object."
)]
pub(crate) struct Arguments {
    /// The node's configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Stop when standard input ends: for a program that starts validators.
    #[arg(long, hide = true)]
    stop_with_input: bool,
    #[command(flatten)]
    passphrase: PassphraseArguments,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    let config = Config::read(&arguments.config).map_err(|error| Exit::failed(error.to_string()))?;
    logging::start(&config.log)?;
    let secret = keystore::read(&config.key, VALIDATOR_KEY, &arguments.passphrase.obtain()?)?;
    let keys = from_secret(&secret)
        .ok_or_else(|| Exit::failed(format!("{} does not hold a validator's keys", config.key.display())))?;
    let api = config.api;
    let report = *output;
    let ready = move |services: &chancery_node::services::Services| {
        report.progress(format!("network {} · serving http://{api}", services.network));
    };
    let with_input = arguments.stop_with_input;
    let stop = async move {
        if with_input {
            tokio::select! {
                () = asked_to_stop() => {}
                () = input_ended() => {}
            }
        } else {
            asked_to_stop().await;
        }
    };
    run_node(&config, keys, ready, stop).map_err(|error| {
        if let NodeError::Folder(FolderError::Damaged { .. } | FolderError::Archive { .. }) = &error {
            return Exit::Damaged { cause: error.to_string(), remedy: DAMAGED.to_owned() };
        }
        let remedy = remedy(&error);
        Exit::Failed { cause: error.to_string(), remedy }
    })
}

/// Resolves on Ctrl-C or the signal TERM.
pub(crate) async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        // Without the signal's handler only Ctrl-C stops the node gracefully.
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Resolves when standard input ends. The thread that reads it is left behind; the process is about to end.
async fn input_ended() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let (mut buffer, mut input) = ([0; 64], std::io::stdin().lock());
        while !matches!(input.read(&mut buffer), Ok(0) | Err(_)) {}
        let _ = sender.send(());
    });
    let _ = receiver.await;
}

/// What to do when a file on disk is damaged.
const DAMAGED: &str = "The node does not serve from damaged data. Run `chancery doctor --scrub FILE` to see what else is \
                       damaged, then `chancery repair --config FILE`; delete nothing.";

fn remedy(error: &NodeError) -> Option<String> {
    use chancery_consensus::Error as Consensus;
    let text = match error {
        NodeError::Serve { .. } | NodeError::Consensus(Consensus::Listen { .. }) => {
            "Something else listens there: stop it, or change the address in the configuration."
        }
        NodeError::Consensus(Consensus::ForeignFolder { .. }) | NodeError::ReadModel(_) => {
            "Use the data folder of this network, or an empty one."
        }
        NodeError::Consensus(Consensus::FolderInUse(_)) => "Another node runs on this folder: stop it first.",
        // The engine does not say why it could not write; the operator's first look is the same.
        NodeError::Consensus(Consensus::Engine(_) | Consensus::Storage(_) | Consensus::Machine(_))
        | NodeError::Follow(_)
        | NodeError::Folder(_) => {
            "Most often the disk is full or fails: run `chancery doctor --config FILE`. Free space on the disk of its data \
             folder, then start it again; what it acknowledged is kept. If it does not start, run `chancery doctor --scrub FILE`."
        }
        NodeError::Archive(_) => "Run `chancery doctor`; do not delete anything before you know what failed.",
        _ => return None,
    };
    Some(text.to_owned())
}
