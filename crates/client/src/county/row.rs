//! A row and its codes.

use super::columns::{Cells, Column};
use super::refusal::RowRefusal;
use super::states::{STATES, State};
use chancery_types::amount::{CELL_VALUE_MAX, Quantity};
use chancery_types::code::{InvalidCode, RegionCode};
use std::fmt;

/// A state by its two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateCode(pub u8);

/// A county by its state's two digits and its own three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountyCode {
    /// The state.
    pub state: StateCode,
    /// The county within its state.
    pub county: u16,
}

impl StateCode {
    /// The state, if there is one of this code.
    pub fn state(self) -> Option<&'static State> {
        STATES.iter().find(|state| state.code == self)
    }

    /// As a region of the ledger.
    ///
    /// # Errors
    /// Never for a code that was read; two digits are a region code.
    pub fn region(self) -> Result<RegionCode, InvalidCode> {
        self.to_string().parse()
    }
}

impl CountyCode {
    /// As a region of the ledger.
    ///
    /// # Errors
    /// Never for a code that was read; five digits are a region code.
    pub fn region(self) -> Result<RegionCode, InvalidCode> {
        self.to_string().parse()
    }
}

impl fmt::Display for StateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl fmt::Display for CountyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.state, self.county)
    }
}

/// A row whose cells could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountyRow {
    /// The line in the file.
    pub line: u64,
    /// The county.
    pub county: CountyCode,
    /// Its name as the file has it.
    pub area: String,
    /// The year.
    pub year: u16,
    /// Persons in the labour force.
    pub labour_force: Quantity,
    /// Persons employed.
    pub employed: Quantity,
    /// Persons unemployed.
    pub unemployed: Quantity,
}

impl CountyRow {
    /// The letters after the last comma of the name, where there are two.
    pub fn letters(&self) -> Option<&str> {
        let (_, letters) = self.area.rsplit_once(", ")?;
        (letters.len() == 2).then_some(letters)
    }

    pub(super) fn check_identity(&self) -> Result<(), RowRefusal> {
        // Cells are at most CELL_VALUE_MAX, so these sums stay far within range.
        let difference = self.employed.0 + self.unemployed.0 - self.labour_force.0;
        if difference == 0 { Ok(()) } else { Err(RowRefusal::IdentityBroken { difference }) }
    }
}

pub(super) fn parse(line: u64, cells: &Cells) -> Result<CountyRow, RowRefusal> {
    Ok(CountyRow {
        line,
        county: county(cells)?,
        area: cells.text(Column::Area)?.to_owned(),
        year: cells.text(Column::Year)?.parse().map_err(|_| RowRefusal::NotANumber { column: Column::Year })?,
        labour_force: quantity(cells, Column::LaborForce)?,
        employed: quantity(cells, Column::Employed)?,
        unemployed: quantity(cells, Column::Unemployed)?,
    })
}

/// Only what says which county a row is about.
pub(super) fn county(cells: &Cells) -> Result<CountyCode, RowRefusal> {
    let state = StateCode(digits(cells, Column::StateFips, 2)?);
    Ok(CountyCode { state, county: digits(cells, Column::CountyFips, 3)? })
}

fn digits<T: std::str::FromStr>(cells: &Cells, column: Column, length: usize) -> Result<T, RowRefusal> {
    let text = cells.text(column)?;
    let whole = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| whole).ok_or(RowRefusal::NotACode { column })
}

fn quantity(cells: &Cells, column: Column) -> Result<Quantity, RowRefusal> {
    let text = cells.text(column)?;
    let (negative, magnitude) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    if magnitude.is_empty() || !magnitude.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RowRefusal::NotANumber { column });
    }
    if negative {
        return Err(RowRefusal::Negative { column });
    }
    // Digits only: what does not parse is too large.
    let value = magnitude.parse().ok().filter(|value| *value <= CELL_VALUE_MAX);
    value.map(Quantity).ok_or(RowRefusal::TooLarge { column })
}
