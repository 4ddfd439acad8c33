//! `chancery repair`: sets what is damaged aside.

use super::folder::{Node, failed};
use super::scrub::in_words as scrub_in_words;
use crate::exit::Exit;
use crate::output::Output;
use chancery_node::folder::inspect::{Report, scrub};
use chancery_node::folder::repair::{Repaired, repair};
use serde::Serialize;
use std::path::PathBuf;

/// Sets the damaged parts of a stopped node's data aside, so that the node fetches them from its peers anew.
///
/// Reads everything first, as `chancery doctor --scrub` does. Nothing is deleted: what is damaged is moved into a dated
/// folder beside the data. A vote journal is never made anew: without it the node follows and does not vote. Where the
/// peers no longer keep the blocks that are needed, give it a snapshot of another node.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  chancery repair --config network/node-1/node.toml\n  chancery repair --config \
                        network/node-1/node.toml --from /snapshots/2026-11-22")]
pub(crate) struct Arguments {
    /// The node's configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// A snapshot (`chancery backup --snapshot` on another node) to fill the gap with.
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
}

#[derive(Serialize)]
struct Outcome {
    found: Report,
    repaired: Repaired,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    let node = Node::read(&arguments.config)?;
    let found = scrub(&node.config.data, &node.genesis).map_err(failed)?;
    let stamp = chancery_node::run::now().to_string().replace(':', "-");
    let repaired =
        repair(&node.config.data, &node.genesis, &found, arguments.from.as_deref(), &stamp).map_err(failed)?;
    output.result(&Outcome { found, repaired }, in_words)
}

fn in_words(outcome: &Outcome) -> String {
    let mut text = scrub_in_words(&outcome.found);
    let Some(aside) = &outcome.repaired.set_aside else {
        text.push_str("There is nothing that could be set aside.\n");
        return text;
    };
    text.push_str(&format!("Set aside in {}.\n", aside.display()));
    match outcome.repaired.height {
        Some(height) => text.push_str(&format!("Filled from the snapshot up to block {height}.\n")),
        None => text.push_str("Start the node: it asks its peers for what is missing.\n"),
    }
    if outcome.repaired.observes {
        text.push_str("It follows without voting from now on: what it has voted cannot be fetched from anybody.\n");
    }
    text
}
