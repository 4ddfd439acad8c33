//! `chancery backup` and `chancery restore`.

use super::folder::{Node, bytes_in_words, failed};
use crate::exit::Exit;
use crate::output::Output;
use chancery_node::folder::copy::{Kind, Manifest, backup, restore};
use serde::Serialize;
use std::path::PathBuf;

/// Copies a stopped node's blocks, state, tables and vault into a new folder.
///
/// Stop the node; the others go on, and it catches up when it starts again. Key files, the vote journal and the record of
/// votes are never copied: keep the key file yourself, and know that a node that runs on a copy follows without voting.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  chancery backup --config network/node-1/node.toml --to /backup/2026-11-22")]
pub(crate) struct BackupArguments {
    /// The node's configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The folder to write to; it must be new or empty.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// For others to join from or to repair with: leaves out the vault.
    #[arg(long)]
    snapshot: bool,
}

/// Puts a back-up or a snapshot into a node's data folder that holds nothing yet.
///
/// Every file is held to the manifest's hash. The node starts from there, fetches from its peers what came after, and
/// follows without voting.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  chancery restore --from /backup/2026-11-22 --config network/node-5/node.toml")]
pub(crate) struct RestoreArguments {
    /// The folder that `chancery backup` wrote.
    #[arg(long, value_name = "FOLDER")]
    from: PathBuf,
    /// The node's configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

#[derive(Serialize)]
struct Report {
    network: String,
    height: u64,
    hash: Option<String>,
    state_root: Option<String>,
    files: usize,
    bytes: u64,
}

impl From<&Manifest> for Report {
    fn from(manifest: &Manifest) -> Self {
        Self {
            network: manifest.network.clone(),
            height: manifest.height,
            hash: manifest.hash.clone(),
            state_root: manifest.state_root.clone(),
            files: manifest.files.len(),
            bytes: manifest.bytes(),
        }
    }
}

pub(crate) fn run_backup(arguments: &BackupArguments, output: &Output) -> Result<(), Exit> {
    let node = Node::read(&arguments.config)?;
    let kind = if arguments.snapshot { Kind::Snapshot } else { Kind::Backup };
    let manifest = backup(&node.config.data, &node.genesis, kind, &arguments.to).map_err(failed)?;
    output.result(&Report::from(&manifest), |report| {
        format!(
            "Copied {} files, {}, up to block {}, to {}.\nIts manifest holds every file's SHA-256. The key file is not in it.",
            report.files,
            bytes_in_words(report.bytes),
            report.height,
            arguments.to.display()
        )
    })
}

pub(crate) fn run_restore(arguments: &RestoreArguments, output: &Output) -> Result<(), Exit> {
    let node = Node::read(&arguments.config)?;
    let manifest = restore(&arguments.from, &node.config.data, &node.genesis).map_err(failed)?;
    output.result(&Report::from(&manifest), |report| {
        format!(
            "Put {} files, {}, up to block {}, into {}; each is what the manifest says.\nStart the node: it fetches what came \
             after, and follows without voting.",
            report.files,
            bytes_in_words(report.bytes),
            report.height,
            node.config.data.display()
        )
    })
}
