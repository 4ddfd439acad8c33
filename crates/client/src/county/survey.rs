//! A first look at a file: which year it is about and which counties it names, so that they can be registered.

use super::columns::Column;
use super::roll::{AnyPlausible, Roll, Standing};
use super::row::{CountyCode, CountyRow, county};
use super::{CountyFileError, open};
use chancery_types::amount::Quantity;
use std::collections::BTreeMap;
use std::io::BufRead;

/// Names longer than this are not kept.
const AREA_BYTES_MAX: usize = 200;

/// What a file is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// The year of most rows; the later one if two are equal.
    pub year: u16,
    /// Counties with plausible codes, and the name in their first row.
    pub counties: BTreeMap<CountyCode, String>,
    /// How many lines follow the header.
    pub rows: u64,
}

/// Looks through a file. A row counts as soon as its codes, name and year can be read, whatever its figures: that a
/// county's return is faulty does not make the county unknown.
///
/// # Errors
/// If the file cannot be read, lacks a column, or has no row with a year.
pub fn survey(input: impl BufRead) -> Result<Survey, CountyFileError> {
    let (lines, columns) = open(input)?;
    let mut years = BTreeMap::<u16, u64>::new();
    let mut counties = BTreeMap::new();
    let mut rows = 0;
    for line in lines {
        let (line, text) = line?;
        rows += 1;
        let Ok(cells) = text.utf8().and_then(|text| columns.pick(text)) else { continue };
        let (Ok(county), Ok(area), Ok(year)) = (county(&cells), cells.text(Column::Area), cells.text(Column::Year))
        else {
            continue;
        };
        if let Ok(year) = year.parse() {
            *years.entry(year).or_default() += 1;
        }
        let none = Quantity::default();
        let row = CountyRow {
            line,
            county,
            area: area.to_owned(),
            year: 0,
            labour_force: none,
            employed: none,
            unemployed: none,
        };
        if AnyPlausible.standing(&row) == Standing::Registered && area.len() <= AREA_BYTES_MAX {
            counties.entry(county).or_insert(row.area);
        }
    }
    let year = years.into_iter().max_by_key(|(year, count)| (*count, *year)).map(|(year, _)| year);
    Ok(Survey { year: year.ok_or(CountyFileError::NoHeader)?, counties, rows })
}
