//! The demonstration's folder.

use crate::exit::Exit;
use crate::local::{Founding, Site};
use crate::output::Output;
use chancery_client::keyring::Keyring;
use chancery_node::config::CACHE_MIB;
use chancery_registry::genesis::{Genesis, GenesisAuthority, GenesisRegion};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How many validators: one may fail.
const VALIDATORS: usize = 4;
const IDLE_INTERVAL_MS: u64 = 5_000;
const MARKER: &str = "demo.json";
const REMEDY: &str = "Begin anew with --fresh, or name another folder with --data.";

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
    pub(super) site: Site,
    pub(super) genesis: Genesis,
    pub(super) keyring: Keyring,
    /// Whether it was there already.
    pub(super) continued: bool,
}

impl Home {
    /// Deletes a demonstration's folder; nothing else is ever deleted.
    pub(super) fn remove(folder: &Path) -> Result<(), Exit> {
        Site::remove(folder, MARKER, "Name another with --data; --fresh deletes demonstrations only.")
    }

    /// Opens the folder, or founds a network in it.
    pub(super) fn open_or_found(folder: &Path, port: u16, kind: Kind, output: &Output) -> Result<Self, Exit> {
        let mut site = Site { folder: folder.to_owned(), port, validators: VALIDATORS, remedy: REMEDY };
        let continued = site.is_founded();
        if !continued {
            output.progress("Founding a network of four validators …");
            create(&site, kind)?;
        }
        let known: Marker = std::fs::read(folder.join(MARKER))
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
        site.port = known.port;
        Ok(Self { genesis: site.genesis()?, keyring: site.keyring()?, site, continued })
    }
}

fn create(site: &Site, kind: Kind) -> Result<(), Exit> {
    std::fs::create_dir_all(&site.folder).map_err(|error| Exit::file(&site.folder, &error))?;
    let marked = Marker { kind, port: site.port };
    let marked = serde_json::to_vec_pretty(&marked).map_err(|error| Exit::failed(error.to_string()))?;
    site.write(MARKER, &marked)?;
    site.found(|keyring| founding(keyring, kind))
}

fn founding(keyring: &Keyring, kind: Kind) -> Result<Founding, Exit> {
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
    Ok(Founding {
        name: name.to_owned(),
        idle_interval_ms: IDLE_INTERVAL_MS,
        region: GenesisRegion { code: code.parse().map_err(|error| bad(&error))?, name: region.to_owned() },
        authority: GenesisAuthority {
            name: authority.to_owned(),
            act: act.to_owned(),
            key: keyring.signing_key(super::authorities::CONSTITUTING).public_key(),
            domains: vec!["statistics".parse().map_err(|error| bad(&error))?],
            sealing_key: None,
        },
        operators: operators.map(str::to_owned).to_vec(),
        with_pages: true,
        cache_mib: CACHE_MIB,
    })
}
