//! Reads a county file (labour force by county and year) as a stream of rows that are fit to be filed.
//!
//! Promises: memory does not grow with the file (a line is at most [`LINE_BYTES_MAX`] long, and there are at most a
//! hundred thousand county codes to remember); every row is either a [`CountyRow`] that is sound in itself or a
//! [`RefusedRow`] with its line, a stable number and a remedy, and one bad row never spoils the next. Does not promise:
//! that the figures are true.
//!
//! A line is a row: this format has no line breaks inside quotes, so a quote that is never closed costs its own line
//! only. The published rate is not read at all, because rates do not add up; it is derived from totals.

mod columns;
mod lines;
mod refusal;
mod roll;
mod row;
mod states;
mod survey;

pub use columns::{Column, MissingColumn};
pub use lines::LINE_BYTES_MAX;
pub use refusal::{RowRefusal, RowRefusalText};
pub use roll::{AnyPlausible, Roll, Standing};
pub use row::{CountyCode, CountyRow, StateCode};
pub use states::{STATES, State};
pub use survey::{Survey, survey};

use columns::Columns;
use lines::{Line, Lines};
use std::collections::BTreeMap;
use std::io::BufRead;

/// A row that stays out, where it stands, and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RefusedRow {
    /// The line in the file; the header is line 1.
    pub line: u64,
    /// Why, with what was found.
    #[serde(flatten)]
    pub refusal: RowRefusal,
}

/// One row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// May be filed.
    Sound(CountyRow),
    /// Stays out.
    Refused(RefusedRow),
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum CountyFileError {
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// The first line does not name the columns.
    #[error("the first line is not a header of at most {LINE_BYTES_MAX} bytes of UTF-8")]
    NoHeader,
    /// A column is missing.
    #[error(transparent)]
    MissingColumn(#[from] MissingColumn),
}

/// The rows of a county file, in order.
pub struct Rows<R, L> {
    lines: Lines<R>,
    columns: Columns,
    year: u16,
    roll: L,
    /// Counties whose row was sound, and where it stood.
    taken: BTreeMap<CountyCode, u64>,
}

impl<R: BufRead, L: Roll> Rows<R, L> {
    /// Opens a file: reads its header.
    ///
    /// # Errors
    /// If the header cannot be read or lacks a column.
    pub fn open(input: R, year: u16, roll: L) -> Result<Self, CountyFileError> {
        let (lines, columns) = open(input)?;
        Ok(Self { lines, columns, year, roll, taken: BTreeMap::new() })
    }

    fn judge(&mut self, line: u64, text: &Line) -> Result<CountyRow, RowRefusal> {
        let row = row::parse(line, &self.columns.pick(text.utf8()?)?)?;
        if row.year != self.year {
            return Err(RowRefusal::WrongYear { found: row.year, expected: self.year });
        }
        match self.roll.standing(&row) {
            Standing::Registered => {}
            Standing::Unknown => return Err(RowRefusal::UnknownCounty { code: row.county }),
            Standing::Foreign => return Err(RowRefusal::ForeignCounty { code: row.county }),
        }
        row.check_identity()?;
        if let Some(first) = self.taken.get(&row.county) {
            return Err(RowRefusal::Duplicate { code: row.county, first: *first });
        }
        self.taken.insert(row.county, line);
        Ok(row)
    }
}

fn open<R: BufRead>(input: R) -> Result<(Lines<R>, Columns), CountyFileError> {
    let mut lines = Lines::new(input);
    let (_, header) = lines.next().ok_or(CountyFileError::NoHeader)??;
    let header = header.utf8().map_err(|_| CountyFileError::NoHeader)?;
    let columns = Columns::of_header(header)?;
    Ok((lines, columns))
}

impl<R: BufRead, L: Roll> Iterator for Rows<R, L> {
    type Item = Result<Entry, CountyFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (line, text) = match self.lines.next()? {
            Ok(line) => line,
            Err(error) => return Some(Err(error.into())),
        };
        Some(Ok(match self.judge(line, &text) {
            Ok(row) => Entry::Sound(row),
            Err(refusal) => Entry::Refused(RefusedRow { line, refusal }),
        }))
    }
}

#[cfg(test)]
mod tests;
