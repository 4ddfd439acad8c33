//! `chancery init`: founds a network.

use crate::exit::Exit;
use crate::founding::{Plan, found};
use crate::keystore::MemberKey;
use crate::output::Output;
use crate::passphrase::PassphraseArguments;
use crate::{keystore, random};
use chancery_crypto::keyfile::PassphraseCost;
use chancery_crypto::seal::SealingKey;
use chancery_crypto::signature::SigningKey;
use chancery_kernel::identity::genesis::FoundingAuthority;
use chancery_node::config::CACHE_MIB;
use chancery_registry::genesis::{GenesisAuthority, GenesisRegion};
use chancery_types::code::{Domain, RegionCode};
use serde::Serialize;
use std::net::IpAddr;
use std::path::PathBuf;

/// Founds a network: writes its genesis, the key files and configurations of its validators, and the constituting
/// authority's key file.
///
/// One party makes all keys here (a dealer), so this founds demonstrations only, and the network says so for ever. The
/// ceremony in which several operators found a real network together comes with a later version.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  chancery init network --demonstration --name Trial --region 00 --region-name Republic \
                        --authority 'State Council' --act 'Founding Act of 2026'"
)]
pub(crate) struct Arguments {
    /// The folder to write to; it must not hold a network yet.
    folder: PathBuf,
    /// Confirms that this is a demonstration, whose keys one party makes.
    #[arg(long)]
    demonstration: bool,
    /// The network's name.
    #[arg(long)]
    name: String,
    /// How many validators.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
    validators: u8,
    /// Code of the region of everything.
    #[arg(long)]
    region: RegionCode,
    /// Its official name.
    #[arg(long)]
    region_name: String,
    /// Name of the constituting authority.
    #[arg(long)]
    authority: String,
    /// The act that constitutes it, as cited.
    #[arg(long)]
    act: String,
    /// Domains that the constituting authority may hand on.
    #[arg(long, value_delimiter = ',', default_value = "statistics")]
    domains: Vec<Domain>,
    /// Where the validators run.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The first validator's HTTP port; the others follow.
    #[arg(long, default_value_t = 8800)]
    api_port: u16,
    /// The first validator's port for the others; the others follow.
    #[arg(long, default_value_t = 9800)]
    peer_port: u16,
    /// How long a leader waits for something to order, in milliseconds.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(50..=60_000))]
    idle_interval_ms: u64,
    /// How many times faster than the world the network's clock runs. This version's clocks run as the world's do, so
    /// anything but 1 is refused.
    #[arg(long, default_value_t = 1)]
    clock_factor: u32,
    #[command(flatten)]
    passphrase: PassphraseArguments,
}

#[derive(Serialize)]
struct Report {
    network: String,
    genesis: PathBuf,
    authority: String,
    authority_key: PathBuf,
    configurations: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    if arguments.clock_factor != 1 {
        return Err(Exit::remedied(
            "an accelerated clock is for demonstrations only, and this version has none",
            "Leave --clock-factor out.",
        ));
    }
    if !arguments.demonstration {
        return Err(Exit::remedied(
            "a real network's keys are made by its operators together, which this version cannot do yet",
            "Add --demonstration to found one for trial, with keys that one party makes.",
        ));
    }
    let folder = &arguments.folder;
    if crate::founding::genesis_path(folder).exists() {
        return Err(Exit::remedied(
            format!("{} holds a network already", folder.display()),
            "Choose another folder; a network is never overwritten.",
        ));
    }
    let mut rng = random()?;
    let passphrase = arguments.passphrase.choose()?;
    let (key, sealing) = (SigningKey::generate(&mut rng), SealingKey::generate(&mut rng));
    let authority = GenesisAuthority {
        name: arguments.authority.clone(),
        act: arguments.act.clone(),
        key: key.public_key(),
        domains: arguments.domains.clone(),
        sealing_key: Some(sealing.public_key()),
    };
    let member = FoundingAuthority {
        name: authority.name.clone(),
        act: authority.act.clone(),
        key: authority.key,
        domains: authority.domains.clone(),
        sealing_key: authority.sealing_key,
    }
    .id();
    let plan = Plan {
        name: arguments.name.clone(),
        founded: chancery_node::run::now(),
        clock_factor: arguments.clock_factor,
        idle_interval_ms: arguments.idle_interval_ms,
        region: GenesisRegion { code: arguments.region.clone(), name: arguments.region_name.clone() },
        authority,
        validators: (1..=arguments.validators)
            .map(|number| (format!("validator {number}"), arguments.authority.clone()))
            .collect(),
        host: arguments.host,
        api_port: arguments.api_port,
        peer_port: arguments.peer_port,
        with_pages: true,
        cache_mib: CACHE_MIB,
        passphrase: passphrase.clone(),
        cost: PassphraseCost::STANDARD,
    };
    let founded = found(plan, folder, &mut rng)?;
    let authority_key = folder.join("authority.key");
    let held = MemberKey { key, member: Some(member), sealing: Some(sealing) };
    keystore::write_member(&authority_key, &held, &passphrase, PassphraseCost::STANDARD, &mut rng)?;
    let report = Report {
        network: founded.genesis.network.to_string(),
        genesis: crate::founding::genesis_path(folder),
        authority: member.to_string(),
        authority_key,
        configurations: founded.configurations,
    };
    output.result(&report, |report| {
        let nodes: String = report
            .configurations
            .iter()
            .map(|file| format!("\n  chancery node --config {}", file.display()))
            .collect();
        format!(
            "Founded network {}.\nAll its keys were made here, by one party: it is a demonstration and says so on every \
             receipt.\nPrint the identity above where your readers will look for it.\nThe constituting authority is member \
             {}; its key is in {}.\nStart each validator with the same passphrase:{nodes}",
            report.network,
            report.authority,
            report.authority_key.display()
        )
    })
}
