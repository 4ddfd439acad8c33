//! Founding a network whose keys one party makes: genesis, key files and configurations of its validators.

use crate::exit::Exit;
use crate::keystore;
use chancery_consensus::keys::deal;
use chancery_consensus::tokio::permit_first_start;
use chancery_crypto::keyfile::PassphraseCost;
use chancery_node::config::{Config, PeerConfig};
use chancery_node::keys::{VALIDATOR_KEY, to_secret};
use chancery_registry::genesis::{
    GENESIS_FORMAT, Genesis, GenesisAuthority, GenesisDocument, GenesisGovernance, GenesisRegion, GenesisValidator,
};
use chancery_types::time::BlockTime;
use rand_core::CryptoRng;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What is to be founded.
pub(crate) struct Plan {
    /// The network's name.
    pub(crate) name: String,
    /// When.
    pub(crate) founded: BlockTime,
    /// How many times faster than the world its clock runs.
    pub(crate) clock_factor: u32,
    /// How long a leader waits for something to order.
    pub(crate) idle_interval_ms: u64,
    /// The whole country.
    pub(crate) region: GenesisRegion,
    /// The constituting authority.
    pub(crate) authority: GenesisAuthority,
    /// The validators' names and operators.
    pub(crate) validators: Vec<(String, String)>,
    /// Where validators run.
    pub(crate) host: IpAddr,
    /// The first validator's HTTP port; the others follow.
    pub(crate) api_port: u16,
    /// The first validator's port for the others; the others follow.
    pub(crate) peer_port: u16,
    /// Whether the validators serve pages, keep vaults, and keep tables to answer lists from.
    pub(crate) with_pages: bool,
    /// Memory of each validator for pages of the state, in MiB.
    pub(crate) cache_mib: u32,
    /// What encrypts the validators' key files.
    pub(crate) passphrase: Zeroizing<String>,
    /// How dear a guess of the passphrase is made.
    pub(crate) cost: PassphraseCost,
}

/// A network as it was founded.
pub(crate) struct Founded {
    /// What follows from the genesis.
    pub(crate) genesis: Genesis,
    /// The validators' configuration files.
    pub(crate) configurations: Vec<PathBuf>,
}

/// Where the genesis document stands in a network's folder.
pub(crate) fn genesis_path(folder: &Path) -> PathBuf {
    folder.join("genesis.json")
}

/// Where a validator's configuration stands in a network's folder; validators are counted from 1.
pub(crate) fn configuration_path(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("node-{number}")).join("node.toml")
}

/// Makes all keys in one place and writes everything into a folder.
pub(crate) fn found(plan: Plan, folder: &Path, rng: &mut impl CryptoRng) -> Result<Founded, Exit> {
    let failed = |error: &dyn std::fmt::Display| Exit::failed(error.to_string());
    let dealt = deal(rng, plan.validators.len()).map_err(|error| failed(&error))?;
    let validators = dealt.committee.validators.iter().zip(&plan.validators);
    let document = GenesisDocument {
        format: GENESIS_FORMAT,
        name: plan.name.clone(),
        founded_ms: plan.founded.0,
        clock_factor: plan.clock_factor,
        dealt: true,
        idle_interval_ms: plan.idle_interval_ms,
        region: plan.region.clone(),
        authority: plan.authority.clone(),
        validators: validators
            .map(|(key, (name, operator))| GenesisValidator {
                name: name.clone(),
                operator: operator.clone(),
                key: *key,
            })
            .collect(),
        governance: GenesisGovernance::default(),
        finality_key: dealt.committee.finality_key().map_err(|error| failed(&error))?,
        polynomial: hex::encode(&dealt.committee.polynomial),
    };
    let json = document.to_json().map_err(|error| failed(&error))?;
    let genesis = document.assemble().map_err(|error| failed(&error))?;
    let path = genesis_path(folder);
    std::fs::create_dir_all(folder).map_err(|error| Exit::file(folder, &error))?;
    let mut configurations = Vec::new();
    for (index, (keys, key)) in dealt.validators.iter().zip(&dealt.committee.validators).enumerate() {
        let number = index.saturating_add(1);
        let file = configuration_path(folder, number);
        let home = file.parent().unwrap_or(folder);
        std::fs::create_dir_all(home).map_err(|error| Exit::file(home, &error))?;
        let secret = Zeroizing::new(to_secret(keys));
        keystore::write(&home.join("validator.key"), VALIDATOR_KEY, &secret, &plan.passphrase, plan.cost, rng)?;
        let text = configuration(&plan, &genesis, index).to_toml().map_err(|error| failed(&error))?;
        std::fs::write(&file, text).map_err(|error| Exit::file(&file, &error))?;
        // The one moment at which it is certain that this validator has never voted.
        permit_first_start(&home.join("data"), key).map_err(|error| failed(&error))?;
        configurations.push(file);
    }
    // Last, so that a folder with a genesis is a folder with everything.
    std::fs::write(&path, json).map_err(|error| Exit::file(&path, &error))?;
    Ok(Founded { genesis, configurations })
}

fn configuration(plan: &Plan, genesis: &Genesis, index: usize) -> Config {
    let address = |first: u16, index: usize| {
        let offset = u16::try_from(index).unwrap_or(u16::MAX);
        SocketAddr::new(plan.host, first.saturating_add(offset))
    };
    let others = genesis.identity.validators.iter().enumerate().filter(|(other, _)| *other != index);
    Config {
        genesis: PathBuf::from("../genesis.json"),
        key: PathBuf::from("validator.key"),
        data: PathBuf::from("data"),
        api: address(plan.api_port, index),
        listen: address(plan.peer_port, index),
        peers: others.map(|(other, key)| PeerConfig { key: *key, address: address(plan.peer_port, other) }).collect(),
        vault: plan.with_pages,
        portal: plan.with_pages,
        tables: plan.with_pages,
        cache_mib: plan.cache_mib,
        log: Default::default(),
        keep: Default::default(),
    }
}
