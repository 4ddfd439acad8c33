//! Registers, records and their versions.

use super::{MemberLink, Region, Stamp, Text};
use serde::Serialize;

/// Whether values stand in clear or as commitments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Values stand in clear.
    Open,
    /// Values stand only as commitments.
    Confidential,
}

/// What a register asks for: one field of its structure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The code in the data.
    pub code: String,
    /// What it is.
    pub name: Text,
    /// The unit of its values.
    pub unit: Text,
    /// Digits after the decimal point.
    pub scale: u8,
    /// The smallest value that is accepted.
    pub least: Option<i128>,
    /// The largest value that is accepted.
    pub most: Option<i128>,
    /// The codes of the fields that add up to it.
    pub sum_of: Vec<String>,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "value")]
pub enum Value {
    /// It stands in clear.
    Number(i128),
    /// It stands as a commitment and is counted in the total.
    Sealed,
    /// It was not given.
    Missing,
    /// It does not apply.
    NotApplicable,
    /// It is not published, for the reason that the refusal with this number gives.
    Withheld(String),
}

/// A field's value with what is needed to read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The field's code.
    pub code: String,
    /// The field's name.
    pub name: Text,
    /// The unit.
    pub unit: Text,
    /// Digits after the decimal point.
    pub scale: u8,
    /// The value.
    pub value: Value,
    /// Whether other cells add up to it.
    pub is_sum: bool,
}

impl Cell {
    /// The number, if it stands in clear.
    #[must_use]
    pub const fn number(&self) -> Option<i128> {
        match self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// How far a period's returns have come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Season {
    /// The period, ISO 8601.
    pub period: String,
    /// When returns are due, UTC milliseconds.
    pub due_ms: Option<i64>,
    /// How many are expected; nothing if nobody has said.
    pub expected: Option<u64>,
    /// How many were accepted.
    pub filed: u64,
    /// How many were refused and not yet replaced.
    pub refused: u64,
    /// How many are past their date.
    pub late: u64,
    /// The state of its total.
    pub proof: super::Proof,
    /// The flow whose figure is published from it, for the link.
    pub flow: Option<String>,
}

/// A register in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterSummary {
    /// Its id, as it stands in addresses.
    pub id: String,
    /// Its title.
    pub name: Text,
    /// Open or confidential.
    pub class: Class,
    /// The law it rests on.
    pub legal_basis: Text,
    /// Who keeps it.
    pub authority: MemberLink,
    /// Its periods, the newest first.
    pub seasons: Vec<Season>,
}

/// A register's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Register {
    /// What the list shows.
    pub summary: RegisterSummary,
    /// What it asks for.
    pub fields: Vec<Field>,
    /// The fewest owners that a published confidential total may rest on.
    pub respondents_min: Option<u32>,
    /// The largest share of a confidential total that one owner may have, percent.
    pub dominance_max_percent: Option<u32>,
    /// When it was opened.
    pub opened: Stamp,
    /// The latest returns, newest first.
    pub records: Vec<RecordSummary>,
}

/// How well a record is known to be true, and whether it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "refusal")]
pub enum Standing {
    /// It arrived; the supervising authority has not decided.
    Filed,
    /// The supervising authority accepted it, or consensus did in an open register.
    Accepted,
    /// It was refused with a number.
    Refused(String),
    /// Another version stands in its place.
    Superseded,
    /// A second officer checked it.
    Checked,
    /// The responsible officer approved it.
    Approved,
    /// It was drawn for inspection.
    Drawn,
    /// It was inspected.
    Inspected,
    /// An inspection confirmed it.
    Confirmed,
    /// An inspection could not confirm it.
    Discrepant,
    /// A finding says that it was false on purpose.
    Fraudulent,
}

/// What somebody did to a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "refusal")]
pub enum ActKind {
    /// It was filed for the first time.
    Filed,
    /// A new version was filed in place of the one before.
    Corrected,
    /// It was accepted.
    Accepted,
    /// It was refused with a number.
    Refused(String),
}

/// One step of the responsibility line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Act {
    /// What was done.
    pub kind: ActKind,
    /// Who did it. Nothing if the rules of consensus did, without a person.
    pub by: Option<MemberLink>,
    /// For whom, if it was for another.
    pub on_behalf_of: Option<MemberLink>,
    /// What was said, such as the reason for a correction.
    pub said: Option<Text>,
    /// The version it concerns, counted from 1.
    pub version: u32,
    /// When.
    pub at: Stamp,
    /// The transaction that carried it, hex.
    pub transaction: Option<String>,
}

/// A version of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// Counted from 1.
    pub number: u32,
    /// How it stands.
    pub standing: Standing,
    /// Its values.
    pub cells: Vec<Cell>,
    /// Where its receipt can be had.
    pub receipt_href: Option<String>,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordSummary {
    /// Its id, hex.
    pub id: String,
    /// Whom it is about.
    pub subject: MemberLink,
    /// The title of its register.
    pub register: Text,
    /// The period, ISO 8601.
    pub period: String,
    /// How it stands.
    pub standing: Standing,
    /// When it was last touched.
    pub at: Stamp,
}

/// A record's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// What the lists show.
    pub summary: RecordSummary,
    /// The register's id.
    pub register_id: String,
    /// Open or confidential.
    pub class: Class,
    /// The law it rests on.
    pub legal_basis: Text,
    /// The region it is about.
    pub region: Option<Region>,
    /// Its versions, oldest first; never empty.
    pub versions: Vec<Version>,
    /// The responsibility line, oldest first.
    pub acts: Vec<Act>,
    /// The flow of the figure it is counted in, if it was published.
    pub flow: Option<String>,
}

impl Record {
    /// The latest version.
    #[must_use]
    pub fn latest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// The first version, if there are others after it.
    #[must_use]
    pub fn replaced(&self) -> Option<&Version> {
        self.versions.first().filter(|_| self.versions.len() > 1)
    }
}
