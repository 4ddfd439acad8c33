//! The commands.

mod init;
mod key;
mod node;
mod query;
mod readmodel;
mod receipt;
mod remote;
mod status;
mod verify;

use crate::exit::Exit;
use crate::output::Output;

/// What can be done.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Found a network: genesis, keys and configurations of its validators.
    Init(init::Arguments),
    /// Run one validator until it is asked to stop.
    Node(node::Arguments),
    /// Make a key file, or show what one holds.
    Key(key::Arguments),
    /// Ask a node: blocks, members, registers, records, figures.
    Query(query::Arguments),
    /// Fetch the receipt of a transaction, a record's version or a published figure.
    Receipt(receipt::Arguments),
    /// Check a receipt offline and say what it proves.
    Verify(verify::Arguments),
    /// Say where the network and its nodes stand.
    Status(status::Arguments),
    /// Rebuild a node's SQL tables from its blocks.
    Readmodel(readmodel::Arguments),
}

/// Carries a command out.
pub(crate) fn run(command: Command, output: &Output) -> Result<(), Exit> {
    match command {
        Command::Init(arguments) => init::run(&arguments, output),
        Command::Node(arguments) => node::run(&arguments, output),
        Command::Key(arguments) => key::run(&arguments, output),
        Command::Query(arguments) => query::run(&arguments, output),
        Command::Receipt(arguments) => receipt::run(&arguments, output),
        Command::Verify(arguments) => verify::run(&arguments, output),
        Command::Status(arguments) => status::run(&arguments, output),
        Command::Readmodel(arguments) => readmodel::run(&arguments, output),
    }
}
