//! Why a row stays out: numbers that never change their meaning.

use super::columns::Column;
use super::row::CountyCode;

/// Why a row stays out, with what was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowRefusal {
    /// Not UTF-8.
    NotText,
    /// Longer than a line may be.
    TooLong,
    /// A quote is not closed.
    Malformed,
    /// More or fewer cells than the header.
    ColumnCount {
        /// How many the row has.
        found: usize,
        /// How many the header has.
        expected: usize,
    },
    /// An empty cell.
    Missing {
        /// Which.
        column: Column,
    },
    /// A cell that must be a whole number is not.
    NotANumber {
        /// Which.
        column: Column,
    },
    /// A number below zero.
    Negative {
        /// Which.
        column: Column,
    },
    /// A number above what a return may hold.
    TooLarge {
        /// Which.
        column: Column,
    },
    /// A code of a state or county that does not have its digits.
    NotACode {
        /// Which.
        column: Column,
    },
    /// A row about another year.
    WrongYear {
        /// The row's year.
        found: u16,
        /// The year that is imported.
        expected: u16,
    },
    /// No such county is registered.
    UnknownCounty {
        /// The code in the row.
        code: CountyCode,
    },
    /// A county of another authority, or one whose name says another state than its code.
    ForeignCounty {
        /// The code in the row.
        code: CountyCode,
    },
    /// The parts do not add up to the whole.
    IdentityBroken {
        /// How much the parts exceed the whole.
        difference: i64,
    },
    /// A county that had its row already.
    Duplicate {
        /// The county.
        code: CountyCode,
        /// The line of its first row.
        first: u64,
    },
}

/// What people read about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRefusalText {
    /// The stable number.
    pub number: u16,
    /// What was wrong.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

impl RowRefusal {
    /// The number, cause and remedy.
    pub const fn text(&self) -> RowRefusalText {
        let (number, cause, remedy) = match self {
            Self::NotText => (1, "The row is not UTF-8.", "Export the file as UTF-8 and send the row again."),
            Self::TooLong => (2, "The row is longer than a row may be.", "Look for a lost line break in this row."),
            Self::Malformed => (3, "A quote in the row is not closed.", "Put a quote at both ends of the text."),
            Self::ColumnCount { .. } => {
                (4, "The row has another number of cells than the header.", "Put quotes around text with commas.")
            }
            Self::Missing { .. } => (5, "A cell is empty.", "Enter the value; where it is zero, enter 0."),
            Self::NotANumber { .. } => {
                (6, "A cell is not a whole number.", "Enter digits only, without separators, signs or decimals.")
            }
            Self::Negative { .. } => (7, "A value is negative.", "Enter the number of persons, zero or more."),
            Self::TooLarge { .. } => (8, "A value is larger than a return may hold.", "Look for digits too many."),
            Self::NotACode { .. } => (
                9,
                "The state or county code does not have its digits.",
                "Write two digits for the state and three for the county, leading zeros included.",
            ),
            Self::WrongYear { .. } => (10, "The row is about another year.", "File it for the year it is about."),
            Self::UnknownCounty { .. } => (
                11,
                "No county of this code is registered.",
                "Correct the code, or have its state register the county.",
            ),
            Self::ForeignCounty { .. } => (
                12,
                "The county belongs to another state than the row or this import says.",
                "Correct the code or the name, or file through the county's own state.",
            ),
            Self::IdentityBroken { .. } => (
                13,
                "Employed and unemployed do not add up to the labour force.",
                "Correct the number that is wrong and send the row again.",
            ),
            Self::Duplicate { .. } => {
                (14, "The county has a row already.", "Remove one; to correct a filed return, file a correction.")
            }
        };
        RowRefusalText { number, cause, remedy }
    }

    /// The number as people cite it.
    pub fn code(&self) -> String {
        format!("row-{:03}", self.text().number)
    }

    /// What was found, where that helps to find the mistake.
    pub fn found(&self) -> Option<String> {
        match self {
            Self::NotText | Self::TooLong | Self::Malformed => None,
            Self::ColumnCount { found, expected } => Some(format!("{found} cells, the header has {expected}")),
            Self::Missing { column }
            | Self::NotANumber { column }
            | Self::Negative { column }
            | Self::TooLarge { column }
            | Self::NotACode { column } => Some(format!("column {}", column.name())),
            Self::WrongYear { found, expected } => Some(format!("year {found}, expected {expected}")),
            Self::UnknownCounty { code } | Self::ForeignCounty { code } => Some(format!("county {code}")),
            Self::IdentityBroken { difference } => Some(format!("the parts exceed the whole by {difference}")),
            Self::Duplicate { code, first } => Some(format!("county {code}, first in line {first}")),
        }
    }
}

impl serde::Serialize for RowRefusal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let text = self.text();
        let mut view = serializer.serialize_struct("RowRefusal", 4)?;
        view.serialize_field("code", &self.code())?;
        view.serialize_field("cause", text.cause)?;
        view.serialize_field("found", &self.found())?;
        view.serialize_field("remedy", text.remedy)?;
        view.end()
    }
}

impl std::fmt::Display for RowRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.text();
        write!(f, "{} {}", self.code(), text.cause)?;
        if let Some(found) = self.found() {
            write!(f, " ({found})")?;
        }
        write!(f, " {}", text.remedy)
    }
}
