//! The commands.

mod authority;
mod backup;
mod doctor;
mod folder;
mod init;
mod key;
mod member;
mod node;
mod query;
mod readmodel;
mod receipt;
mod remote;
mod repair;
mod scrub;
mod statistics;
mod status;
mod verify;

pub(crate) use node::asked_to_stop;
pub(crate) use remote::wait_for;

use crate::exit::Exit;
use crate::output::Output;
use crate::{bench, demo};
use chancery_client::signing::Signer;
use chancery_crypto::seal::SealingKey;

/// What can be done.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Run a whole network on this machine and load a country into it.
    Demo(demo::Arguments),
    /// Measure how much a network on this machine carries.
    Bench(bench::Arguments),
    /// Found a network: genesis, keys and configurations of its validators.
    Init(init::Arguments),
    /// Run one validator until it is asked to stop.
    Node(node::Arguments),
    /// Make a key file, or show what one holds.
    Key(key::Arguments),
    /// Members: list, invite, certify, accept, end.
    Member(member::Arguments),
    /// Authorities: whom a suspension touches, suspend, lift, hand over, rename, merge, split.
    Authority(authority::Arguments),
    /// Regulatory statistics: import returns, decide on them, publish figures.
    Statistics(statistics::Arguments),
    /// Ask a node: blocks, members, registers, records, figures.
    Query(query::Arguments),
    /// Fetch the receipt of a transaction, a record's version or a published figure.
    Receipt(receipt::Arguments),
    /// Check a receipt offline and say what it proves.
    Verify(verify::Arguments),
    /// Say where the network and its nodes stand.
    Status(status::Arguments),
    /// Say what is wrong, and what to do about it.
    Doctor(doctor::Arguments),
    /// Copy a stopped node's data.
    Backup(backup::BackupArguments),
    /// Put a copy into a new node's data folder.
    Restore(backup::RestoreArguments),
    /// Set damaged data aside, so that the node fetches it anew.
    Repair(repair::Arguments),
    /// Rebuild a node's SQL tables from its blocks.
    Readmodel(readmodel::Arguments),
}

/// Carries a command out.
pub(crate) fn run(command: Command, output: &Output) -> Result<(), Exit> {
    match command {
        Command::Demo(arguments) => demo::run(&arguments, output),
        Command::Bench(arguments) => bench::run(&arguments, output),
        Command::Init(arguments) => init::run(&arguments, output),
        Command::Node(arguments) => node::run(&arguments, output),
        Command::Key(arguments) => key::run(&arguments, output),
        Command::Member(arguments) => member::run(&arguments, output),
        Command::Authority(arguments) => authority::run(&arguments, output),
        Command::Statistics(arguments) => statistics::run(&arguments, output),
        Command::Query(arguments) => query::run(&arguments, output),
        Command::Receipt(arguments) => receipt::run(&arguments, output),
        Command::Verify(arguments) => verify::run(&arguments, output),
        Command::Status(arguments) => status::run(&arguments, output),
        Command::Doctor(arguments) => doctor::run(&arguments, output),
        Command::Backup(arguments) => backup::run_backup(&arguments, output),
        Command::Restore(arguments) => backup::run_restore(&arguments, output),
        Command::Repair(arguments) => repair::run(&arguments, output),
        Command::Readmodel(arguments) => readmodel::run(&arguments, output),
    }
}

/// A member's key file, opened: who signs on the client's network, and what opens what is sealed to it.
fn member_keys(
    path: &std::path::Path,
    passphrase: &crate::passphrase::PassphraseArguments,
    client: &chancery_client::Client,
) -> Result<(Signer, Option<SealingKey>), Exit> {
    let held = crate::keystore::read_member(path, &passphrase.obtain()?)?;
    let member = held.member.ok_or_else(|| {
        Exit::remedied(
            format!("the key in {} is bound to nobody", path.display()),
            "Accept an invitation with `chancery member accept`.",
        )
    })?;
    Ok((Signer { network: client.network_id(), member, key: held.key }, held.sealing))
}
