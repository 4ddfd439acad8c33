//! The folder of a local network: its keys, its validators' configurations, data and logs, and their addresses.

use crate::exit::Exit;
use crate::founding::{Plan, configuration_path, found, genesis_path};
use crate::keystore::{read_keyring, write_keyring};
use crate::random;
use chancery_client::keyring::Keyring;
use chancery_crypto::keyfile::PassphraseCost;
use chancery_node::run::{now, read_genesis};
use chancery_registry::genesis::{Genesis, GenesisAuthority, GenesisRegion};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// How far validators' own ports lie above those of their interfaces.
const PEER_PORTS_ABOVE: u16 = 1_000;
/// Everyone may know it: it protects nothing.
const PASSPHRASE: &str = "demonstration";

/// What is founded in the folder.
#[derive(Debug)]
pub(crate) struct Founding {
    /// The network's name.
    pub(crate) name: String,
    /// How long a leader waits for something to order.
    pub(crate) idle_interval_ms: u64,
    /// The whole country.
    pub(crate) region: GenesisRegion,
    /// The constituting authority.
    pub(crate) authority: GenesisAuthority,
    /// Who runs the validators, in their order.
    pub(crate) operators: Vec<String>,
    /// Whether the validators serve pages, keep vaults, and keep tables to answer lists from.
    pub(crate) with_pages: bool,
    /// Memory of each validator for pages of the state, in MiB.
    pub(crate) cache_mib: u32,
}

/// A folder, the ports that belong to it, and how many validators there are.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// The first validator's interface; the others are on the next ports.
    pub(crate) port: u16,
    /// How many validators.
    pub(crate) validators: usize,
    /// What to do when the folder cannot be used.
    pub(crate) remedy: &'static str,
}

impl Site {
    /// The validators' numbers.
    pub(crate) const fn numbers(&self) -> RangeInclusive<usize> {
        1..=self.validators
    }

    /// A validator's interface, from 1.
    pub(crate) fn api(&self, validator: usize) -> String {
        format!("http://{}", self.address(validator))
    }

    /// All validators' interfaces.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.numbers().map(|validator| self.api(validator)).collect()
    }

    /// A validator's configuration.
    pub(crate) fn config(&self, validator: usize) -> PathBuf {
        configuration_path(&self.folder, validator)
    }

    /// Where a validator keeps its data.
    pub(crate) fn data(&self, validator: usize) -> PathBuf {
        self.folder.join(format!("node-{validator}")).join("data")
    }

    /// What a validator says.
    pub(crate) fn log(&self, validator: usize) -> PathBuf {
        self.folder.join(format!("node-{validator}")).join("log.txt")
    }

    /// The file with the passphrase of all key files.
    pub(crate) fn passphrase_file(&self) -> PathBuf {
        self.folder.join("passphrase")
    }

    /// Whether a network was founded here.
    pub(crate) fn is_founded(&self) -> bool {
        genesis_path(&self.folder).exists()
    }

    /// What the network was founded on.
    pub(crate) fn genesis(&self) -> Result<Genesis, Exit> {
        read_genesis(&genesis_path(&self.folder)).map_err(|error| Exit::remedied(error.to_string(), self.remedy))
    }

    /// The members' keys.
    pub(crate) fn keyring(&self) -> Result<Keyring, Exit> {
        read_keyring(&self.keyring_file(), PASSPHRASE)
    }

    /// Founds a network in the folder. One that was left half founded is begun anew.
    pub(crate) fn found(&self, founding: impl FnOnce(&Keyring) -> Result<Founding, Exit>) -> Result<(), Exit> {
        if self.port.checked_add(PEER_PORTS_ABOVE + 64).is_none() {
            return Err(Exit::usage("the port is too high", "Choose one below 64000."));
        }
        std::fs::create_dir_all(&self.folder).map_err(|error| Exit::file(&self.folder, &error))?;
        let mut rng = random()?;
        let keyring = Keyring::generate(&mut rng);
        self.write("passphrase", PASSPHRASE.as_bytes())?;
        for number in self.numbers() {
            let half = self.config(number);
            let _ = half.parent().map(std::fs::remove_dir_all);
        }
        let _ = std::fs::remove_file(self.keyring_file());
        write_keyring(&self.keyring_file(), &keyring, PASSPHRASE, PassphraseCost::DEMONSTRATION, &mut rng)?;
        found(self.plan(founding(&keyring)?), &self.folder, &mut rng).map(drop)
    }

    /// Writes a file into the folder.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Exit> {
        let path = self.folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| Exit::file(&path, &error))
    }

    fn plan(&self, founding: Founding) -> Plan {
        let operators = founding.operators.into_iter().zip(1..);
        Plan {
            name: founding.name,
            founded: now(),
            clock_factor: 1,
            idle_interval_ms: founding.idle_interval_ms,
            region: founding.region,
            authority: founding.authority,
            validators: operators.map(|(operator, number)| (format!("Validator {number}"), operator)).collect(),
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            api_port: self.port,
            peer_port: self.port.saturating_add(PEER_PORTS_ABOVE),
            with_pages: founding.with_pages,
            cache_mib: founding.cache_mib,
            passphrase: Zeroizing::new(PASSPHRASE.to_owned()),
            cost: PassphraseCost::DEMONSTRATION,
        }
    }

    fn keyring_file(&self) -> PathBuf {
        self.folder.join("keyring.key")
    }

    /// Where a validator's interface listens.
    pub(crate) fn address(&self, validator: usize) -> SocketAddr {
        let above = u16::try_from(validator.saturating_sub(1)).unwrap_or(u16::MAX);
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), self.port.saturating_add(above))
    }

    /// Deletes a folder that a file of this name marks as ours, or that is empty; nothing else is ever deleted.
    pub(crate) fn remove(folder: &Path, marker: &str, refusal: &str) -> Result<(), Exit> {
        if !folder.exists() {
            return Ok(());
        }
        let empty = folder.read_dir().is_ok_and(|mut entries| entries.next().is_none());
        if !empty && !folder.join(marker).exists() {
            return Err(Exit::usage(format!("{} holds something else", folder.display()), refusal));
        }
        std::fs::remove_dir_all(folder).map_err(|error| Exit::file(folder, &error))
    }
}
