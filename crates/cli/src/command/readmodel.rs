//! `chancery readmodel rebuild`: folds a node's SQL tables anew.

use crate::exit::Exit;
use crate::output::Output;
use chancery_archive::Archive;
use chancery_node::config::Config;
use chancery_node::folder::seal;
use chancery_node::follow::{fold_founding, fold_next};
use chancery_node::run::read_genesis;
use chancery_readmodel::ReadModel;
use serde::Serialize;
use std::path::PathBuf;

/// Drops a node's SQL tables and folds them anew from its final blocks. Nothing is lost: proofs and decisions never come
/// from these tables.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Fold all blocks anew. Stop the node first.
    Rebuild {
        /// The node's configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

#[derive(Serialize)]
struct Report {
    height: u64,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    let Action::Rebuild { config } = &arguments.action;
    let failed = |error: &dyn std::fmt::Display| Exit::failed(error.to_string());
    let config = Config::read(config).map_err(|error| failed(&error))?;
    let genesis = read_genesis(&config.genesis).map_err(|error| failed(&error))?;
    let archive = Archive::open(Some(&config.data.join("archive.sqlite"))).map_err(|error| failed(&error))?;
    let model = ReadModel::open(Some(&config.data.join("readmodel.sqlite")), genesis.network)
        .map_err(|error| failed(&error))?;
    // From here on the tables are not what they were when the node stopped.
    seal::take_off(&config.data).map_err(|error| failed(&error))?;
    model.reset().map_err(|error| failed(&error))?;
    fold_founding(&model, genesis.identity.founded, genesis.events).map_err(|error| failed(&error))?;
    let mut height = fold_next(&model, &archive).map_err(|error| failed(&error))?;
    while height < archive.latest() {
        height = fold_next(&model, &archive).map_err(|error| failed(&error))?;
    }
    output.result(&Report { height: height.0 }, |report| {
        format!("The tables are folded anew, up to block {}.", report.height)
    })
}
