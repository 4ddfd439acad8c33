//! Which counties may have a row.

use super::row::{CountyCode, CountyRow, StateCode};
use std::collections::{BTreeMap, BTreeSet};

/// How a county stands to an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// May have a row.
    Registered,
    /// Nobody knows it.
    Unknown,
    /// It is another authority's.
    Foreign,
}

/// The counties of an import.
pub trait Roll {
    /// How the county of a row stands.
    fn standing(&self, row: &CountyRow) -> Standing;
}

/// Whether the letters in a row's name are those of its code's state. A name without letters says nothing.
fn names_its_state(row: &CountyRow) -> bool {
    let letters = row.county.state.state().map(|state| state.letters);
    row.letters().is_none_or(|said| letters == Some(said))
}

fn beyond(row: &CountyRow, only: Option<StateCode>) -> bool {
    only.is_some_and(|state| state != row.county.state) || !names_its_state(row)
}

/// Counties on a list; the second part, where given, is the only state that the import may touch.
impl Roll for (&BTreeSet<CountyCode>, Option<StateCode>) {
    fn standing(&self, row: &CountyRow) -> Standing {
        match (self.0.contains(&row.county), beyond(row, self.1)) {
            (_, true) if row.county.state.state().is_some() => Standing::Foreign,
            (true, false) => Standing::Registered,
            _ => Standing::Unknown,
        }
    }
}

/// The same, for counties listed with something of theirs.
impl<T> Roll for &BTreeMap<CountyCode, T> {
    fn standing(&self, row: &CountyRow) -> Standing {
        match (self.contains_key(&row.county), beyond(row, None)) {
            (_, true) if row.county.state.state().is_some() => Standing::Foreign,
            (true, false) => Standing::Registered,
            _ => Standing::Unknown,
        }
    }
}

/// Every code that can be a county's: of a state that exists, within the range of codes that the state gave out.
#[derive(Clone, Copy, Debug)]
pub struct AnyPlausible;

impl Roll for AnyPlausible {
    fn standing(&self, row: &CountyRow) -> Standing {
        match row.county.state.state() {
            Some(state) if (1..=state.county_max).contains(&row.county.county) => {
                if beyond(row, None) {
                    Standing::Foreign
                } else {
                    Standing::Registered
                }
            }
            _ => Standing::Unknown,
        }
    }
}
