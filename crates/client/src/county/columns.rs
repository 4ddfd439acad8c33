//! Columns by name, in whatever order a file has them.

use super::refusal::RowRefusal;

/// A column that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Two digits.
    StateFips,
    /// Three digits.
    CountyFips,
    /// The official name, with the state's letters after a comma.
    Area,
    /// Four digits.
    Year,
    /// Persons.
    LaborForce,
    /// Persons.
    Employed,
    /// Persons.
    Unemployed,
}

/// The file lacks a column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file has no column \"{}\"; the header names state_fips, county_fips, area, year, labor_force, employed and unemployed", .0.name())]
pub struct MissingColumn(pub Column);

impl Column {
    const ALL: [Self; 7] =
        [Self::StateFips, Self::CountyFips, Self::Area, Self::Year, Self::LaborForce, Self::Employed, Self::Unemployed];

    /// Its name in the header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StateFips => "state_fips",
            Self::CountyFips => "county_fips",
            Self::Area => "area",
            Self::Year => "year",
            Self::LaborForce => "labor_force",
            Self::Employed => "employed",
            Self::Unemployed => "unemployed",
        }
    }
}

/// Where each column stands.
#[derive(Debug)]
pub(super) struct Columns {
    count: usize,
    places: [usize; 7],
}

/// The cells of one row that are read, trimmed.
pub(super) struct Cells([String; 7]);

impl Cells {
    /// The text of a cell.
    ///
    /// # Errors
    /// [`RowRefusal::Missing`] if it is empty.
    pub(super) fn text(&self, column: Column) -> Result<&str, RowRefusal> {
        let text = Column::ALL.iter().zip(&self.0).find(|(known, _)| **known == column).map(|(_, text)| text.as_str());
        text.filter(|text| !text.is_empty()).ok_or(RowRefusal::Missing { column })
    }
}

impl Columns {
    pub(super) fn of_header(line: &str) -> Result<Self, MissingColumn> {
        let names = split(line).unwrap_or_default();
        let mut places = [0; 7];
        for (place, column) in places.iter_mut().zip(Column::ALL) {
            *place = names.iter().position(|name| name == column.name()).ok_or(MissingColumn(column))?;
        }
        Ok(Self { count: names.len(), places })
    }

    pub(super) fn pick(&self, line: &str) -> Result<Cells, RowRefusal> {
        let mut cells = split(line).ok_or(RowRefusal::Malformed)?;
        if cells.len() != self.count {
            return Err(RowRefusal::ColumnCount { found: cells.len(), expected: self.count });
        }
        Ok(Cells(self.places.map(|place| cells.get_mut(place).map(std::mem::take).unwrap_or_default())))
    }
}

/// The cells of a line (RFC 4180), or nothing if a quote is not closed.
fn split(line: &str) -> Option<Vec<String>> {
    // Quotes come in pairs, also where a doubled quote stands for one.
    if !line.bytes().filter(|byte| *byte == b'"').count().is_multiple_of(2) {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(super::LINE_BYTES_MAX)
        .from_reader(line.as_bytes());
    let mut record = csv::StringRecord::new();
    if !reader.read_record(&mut record).ok()? {
        return None;
    }
    Some(record.iter().map(|cell| cell.trim().to_owned()).collect())
}
