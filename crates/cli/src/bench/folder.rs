//! The folder of a measured network: what was founded in it, and which returns were filed already.
//!
//! A return can be filed once, so a run that goes on a network that was measured before must begin where the last one
//! ended. Places are taken, durably, before anything is signed: a run that is interrupted leaves a gap and no clash.

use super::register::Asked;
use super::world::Size;
use crate::exit::Exit;
use crate::local::{Founding, Site};
use chancery_registry::genesis::{GenesisAuthority, GenesisRegion};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// The file that marks a folder as a measured network's.
pub(crate) const MARKER: &str = "bench.json";
const REMEDY: &str = "Name another folder with --data.";
/// How long a leader waits for something to order. Short, because the time to the first block is measured too.
const IDLE_INTERVAL_MS: u64 = 1_000;

/// What stands in `bench.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    port: u16,
    validators: usize,
    members: usize,
    /// Registers, each with what was used of it.
    registers: BTreeMap<Asked, Used>,
}

/// How much of a register was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Used {
    /// Whether it was opened.
    open: bool,
    /// Periods from the first that were opened.
    periods: u64,
    /// Places from the first that were taken; what a place is, the workload says.
    places: u64,
}

/// Memory of each validator for pages of the state: more than by default, as the operator of a large network would give it.
const CACHE_MIB: u32 = 512;

/// The folder, opened.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) site: Site,
    marker: Marker,
}

impl Folder {
    /// Founds a network in an empty folder.
    pub(crate) fn found(path: &Path, port: u16, validators: usize, size: Size) -> Result<Self, Exit> {
        let site = Site { folder: path.to_owned(), port, validators, remedy: REMEDY };
        std::fs::create_dir_all(path).map_err(|error| Exit::file(path, &error))?;
        let marker = Marker { port, validators, members: size.members(), registers: BTreeMap::new() };
        let folder = Self { site, marker };
        folder.keep()?;
        let bad = |error: &dyn std::fmt::Display| Exit::remedied(error.to_string(), "Report this as a fault.");
        folder.site.found(|keyring| {
            Ok(Founding {
                name: "Measured network".to_owned(),
                idle_interval_ms: IDLE_INTERVAL_MS,
                region: GenesisRegion {
                    code: super::world::COUNTRY.parse().map_err(|error| bad(&error))?,
                    name: "The whole country".to_owned(),
                },
                authority: GenesisAuthority {
                    name: "Authority of the measured network".to_owned(),
                    act: "No act: a measurement".to_owned(),
                    key: keyring.signing_key(super::world::AUTHORITY).public_key(),
                    domains: vec![super::world::DOMAIN.parse().map_err(|error| bad(&error))?],
                    sealing_key: Some(keyring.sealing_key(super::world::AUTHORITY).public_key()),
                },
                operators: (1..=validators).map(|number| format!("Operator {number}")).collect(),
                with_pages: false,
                cache_mib: CACHE_MIB,
            })
        })?;
        Ok(folder)
    }

    /// Opens a folder in which a network was founded before.
    pub(crate) fn open(path: &Path) -> Result<Self, Exit> {
        let file = path.join(MARKER);
        let bytes = std::fs::read(&file).map_err(|error| Exit::file(&file, &error))?;
        let marker: Marker = serde_json::from_slice(&bytes).map_err(|error| {
            Exit::usage(format!("{}: {error}", file.display()), "Name a measured network's folder.")
        })?;
        let site = Site { folder: path.to_owned(), port: marker.port, validators: marker.validators, remedy: REMEDY };
        Ok(Self { site, marker })
    }

    /// How many members were enrolled.
    pub(crate) const fn size(&self) -> Size {
        Size::of(self.marker.members)
    }

    /// Whether a register was opened.
    pub(crate) fn is_open(&self, asked: Asked) -> bool {
        self.marker.registers.get(&asked).is_some_and(|used| used.open)
    }

    /// Notes that a register was opened.
    pub(crate) fn opened(&mut self, asked: Asked) -> Result<(), Exit> {
        self.marker.registers.entry(asked).or_default().open = true;
        self.keep()
    }

    /// Takes the next places of a register.
    pub(crate) fn take(&mut self, asked: Asked, count: u64) -> Result<Range<u64>, Exit> {
        let used = self.marker.registers.entry(asked).or_default();
        let taken = used.places..used.places.saturating_add(count);
        used.places = taken.end;
        self.keep()?;
        Ok(taken)
    }

    /// The periods that are still to be opened so that there are so many.
    pub(crate) fn missing_periods(&self, asked: Asked, wanted: u64) -> Range<u64> {
        let opened = self.periods(asked);
        opened..wanted.max(opened)
    }

    /// How many periods are open.
    pub(crate) fn periods(&self, asked: Asked) -> u64 {
        self.marker.registers.get(&asked).map_or(0, |used| used.periods)
    }

    /// Notes that so many periods are open.
    pub(crate) fn periods_opened(&mut self, asked: Asked, count: u64) -> Result<(), Exit> {
        let used = self.marker.registers.entry(asked).or_default();
        used.periods = used.periods.max(count);
        self.keep()
    }

    fn keep(&self) -> Result<(), Exit> {
        let text = serde_json::to_vec_pretty(&self.marker).map_err(|error| Exit::failed(error.to_string()))?;
        // Written beside and renamed, so that an interrupted run leaves one that can be read.
        let fresh = format!("{MARKER}.new");
        self.site.write(&fresh, &text)?;
        let (from, to) = (self.site.folder.join(fresh), self.site.folder.join(MARKER));
        std::fs::rename(&from, &to).map_err(|error| Exit::file(&to, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_taken_once_and_taking_them_opens_nothing() {
        let path = std::env::temp_dir().join(format!("chancery-bench-folder-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let marker = Marker { port: 9_800, validators: 4, members: 400, registers: BTreeMap::new() };
        let site = Site { folder: path.clone(), port: 9_800, validators: 4, remedy: REMEDY };
        let mut folder = Folder { site, marker };
        assert_eq!(folder.take(Asked::LabourForce, 10).unwrap(), 0..10);
        assert!(!folder.is_open(Asked::LabourForce));
        folder.opened(Asked::LabourForce).unwrap();
        folder.periods_opened(Asked::LabourForce, 3).unwrap();
        assert_eq!(folder.take(Asked::ClearTurnover, 5).unwrap(), 0..5);

        let mut again = Folder::open(&path).unwrap();
        assert_eq!(again.take(Asked::LabourForce, 1).unwrap(), 10..11);
        assert!(again.is_open(Asked::LabourForce) && !again.is_open(Asked::ClearTurnover));
        assert_eq!(again.missing_periods(Asked::LabourForce, 5), 3..5);
        assert_eq!(again.missing_periods(Asked::LabourForce, 2), 3..3);
        assert_eq!(again.size().members(), 400);
        std::fs::remove_dir_all(&path).unwrap();
    }
}
