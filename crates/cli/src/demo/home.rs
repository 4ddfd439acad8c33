//! The demonstration's folder.

use crate::exit::Exit;
use crate::founding::{Plan, configuration_path, found, genesis_path};
use crate::keystore::{read_keyring, write_keyring};
use crate::output::Output;
use crate::random;
use chancery_client::keyring::Keyring;
use chancery_crypto::keyfile::PassphraseCost;
use chancery_node::run::{now, read_genesis};
use chancery_registry::genesis::{Genesis, GenesisAuthority, GenesisRegion};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// How many validators: one may fail.
pub(super) const VALIDATORS: usize = 4;
/// How far validators' own ports lie above those of their interfaces.
const PEER_PORTS_ABOVE: u16 = 1_000;
const IDLE_INTERVAL_MS: u64 = 5_000;
/// Everyone may know it: it protects nothing.
const PASSPHRASE: &str = "demonstration";

/// What a demonstration is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// The generated country.
    Country,
    /// A county file.
    CountyFile,
}

/// What stands in `demo.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Marker {
    kind: Kind,
    port: u16,
}

/// The folder, opened.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) folder: PathBuf,
    pub(super) port: u16,
    pub(super) genesis: Genesis,
    pub(super) keyring: Keyring,
    /// Whether it was there already.
    pub(super) continued: bool,
}

impl Home {
    /// Deletes a demonstration's folder; nothing else is ever deleted.
    pub(super) fn remove(folder: &Path) -> Result<(), Exit> {
        if !folder.exists() {
            return Ok(());
        }
        let empty = folder.read_dir().is_ok_and(|mut entries| entries.next().is_none());
        if !empty && !marker(folder).exists() {
            let cause = format!("{} is not a demonstration's folder", folder.display());
            return Err(Exit::usage(cause, "Name another with --data; --fresh deletes demonstrations only."));
        }
        std::fs::remove_dir_all(folder).map_err(|error| Exit::file(folder, &error))
    }

    /// Opens the folder, or founds a network in it.
    pub(super) fn open_or_found(folder: &Path, port: u16, kind: Kind, output: &Output) -> Result<Self, Exit> {
        let continued = genesis_path(folder).exists();
        if !continued {
            output.progress("Founding a network of four validators …");
            create(folder, port, kind)?;
        }
        let known: Marker = std::fs::read(marker(folder))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| Exit::usage(format!("{} is not a demonstration's folder", folder.display()), REMEDY))?;
        if known.kind != kind {
            let cause = format!("{} holds a demonstration with other content", folder.display());
            return Err(Exit::usage(cause, REMEDY));
        }
        if known.port != port && continued {
            output.progress(format!("(the ports are those it was founded with, from {})", known.port));
        }
        let genesis = read_genesis(&genesis_path(folder)).map_err(|error| Exit::remedied(error.to_string(), REMEDY))?;
        let keyring = read_keyring(&folder.join("keyring.key"), PASSPHRASE)?;
        Ok(Self { folder: folder.to_owned(), port: known.port, genesis, keyring, continued })
    }

    /// A validator's interface, from 1.
    pub(super) fn api(&self, validator: usize) -> String {
        format!("http://{}", address(self.port, validator))
    }

    pub(super) fn addresses(&self) -> Vec<String> {
        (1..=VALIDATORS).map(|validator| self.api(validator)).collect()
    }

    pub(super) fn config(&self, validator: usize) -> PathBuf {
        configuration_path(&self.folder, validator)
    }

    pub(super) fn log(&self, validator: usize) -> PathBuf {
        self.folder.join(format!("node-{validator}")).join("log.txt")
    }

    pub(super) fn passphrase_file(&self) -> PathBuf {
        self.folder.join("passphrase")
    }
}

const REMEDY: &str = "Begin anew with --fresh, or name another folder with --data.";

fn marker(folder: &Path) -> PathBuf {
    folder.join("demo.json")
}

fn address(port: u16, validator: usize) -> SocketAddr {
    let above = u16::try_from(validator.saturating_sub(1)).unwrap_or(u16::MAX);
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port.saturating_add(above))
}

fn create(folder: &Path, port: u16, kind: Kind) -> Result<(), Exit> {
    if port.checked_add(PEER_PORTS_ABOVE + 64).is_none() {
        return Err(Exit::usage("the port is too high", "Choose one below 64000."));
    }
    std::fs::create_dir_all(folder).map_err(|error| Exit::file(folder, &error))?;
    let mut rng = random()?;
    let keyring = Keyring::generate(&mut rng);
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| Exit::file(&path, &error))
    };
    let marked = serde_json::to_vec_pretty(&Marker { kind, port }).map_err(|error| Exit::failed(error.to_string()))?;
    file("demo.json", &marked)?;
    file("passphrase", PASSPHRASE.as_bytes())?;
    // A demonstration that was interrupted while it was founded begins anew.
    for number in 1..=VALIDATORS {
        let half = configuration_path(folder, number);
        let _ = half.parent().map(std::fs::remove_dir_all);
    }
    let _ = std::fs::remove_file(folder.join("keyring.key"));
    write_keyring(&folder.join("keyring.key"), &keyring, PASSPHRASE, PassphraseCost::DEMONSTRATION, &mut rng)?;
    found(plan(&keyring, port, kind)?, folder, &mut rng).map(drop)
}

fn plan(keyring: &Keyring, port: u16, kind: Kind) -> Result<Plan, Exit> {
    let (name, code, region, authority, act) = match kind {
        Kind::Country => (
            "Lanrivier demonstration",
            super::country::COUNTRY,
            "Republic of Lanrivier (兰河共和国)",
            "Council of State of Lanrivier",
            "Constitution of Lanrivier, article 1 (invented)",
        ),
        Kind::CountyFile => (
            "County statistics demonstration",
            super::counties::COUNTRY,
            "United States",
            "Constituting authority of the demonstration",
            "No act: a demonstration",
        ),
    };
    let bad = |error: &dyn std::fmt::Display| Exit::remedied(error.to_string(), REMEDY);
    let operators = ["National Bank", "Court of Audit", "Ministry of Statistics", "University"];
    let validators =
        operators.iter().zip(1..).map(|(operator, number)| (format!("Validator {number}"), (*operator).to_owned()));
    Ok(Plan {
        name: name.to_owned(),
        founded: now(),
        clock_factor: 1,
        idle_interval_ms: IDLE_INTERVAL_MS,
        region: GenesisRegion { code: code.parse().map_err(|error| bad(&error))?, name: region.to_owned() },
        authority: GenesisAuthority {
            name: authority.to_owned(),
            act: act.to_owned(),
            key: keyring.signing_key(super::authorities::CONSTITUTING).public_key(),
            domains: vec!["statistics".parse().map_err(|error| bad(&error))?],
            sealing_key: None,
        },
        validators: validators.collect(),
        host: IpAddr::V4(Ipv4Addr::LOCALHOST),
        api_port: port,
        peer_port: port.saturating_add(PEER_PORTS_ABOVE),
        passphrase: Zeroizing::new(PASSPHRASE.to_owned()),
        cost: PassphraseCost::DEMONSTRATION,
    })
}
