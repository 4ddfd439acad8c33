//! Published figures and their parts.

use super::{Cell, Class, MemberLink, Region, Stamp, Text};
use crate::number::per_mille;
use serde::Serialize;

/// The state of a figure's proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "refusal")]
pub enum Proof {
    /// Consensus checked that it equals the sum of its parts.
    Proven,
    /// The period is not closed.
    Open,
    /// It does not equal its parts.
    Discrepant,
    /// Its publication was refused with a number.
    Refused(String),
}

/// A rate derived from two totals. It is never summed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// Its name, such as "unemployment rate".
    pub name: Text,
    /// The total above the line.
    pub part: i128,
    /// The total below the line.
    pub whole: i128,
    /// What the total below the line is.
    pub whole_name: Text,
}

impl Rate {
    /// The rate in thousandths, rounded half away from zero.
    #[must_use]
    pub fn per_mille(&self) -> Option<i128> {
        per_mille(self.part, self.whole)
    }
}

/// A figure in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FigureSummary {
    /// The flow, as it stands in addresses.
    pub flow: String,
    /// The title of the flow.
    pub name: Text,
    /// The period, ISO 8601.
    pub period: String,
    /// The cell that the flow is named after.
    pub headline: Cell,
    /// Open or confidential.
    pub class: Class,
    /// The state of its proof.
    pub proof: Proof,
    /// How many returns are in it.
    pub returns: u64,
    /// How many different owners stand behind them.
    pub respondents: u64,
    /// When it was published; nothing while the period is open.
    pub published: Option<Stamp>,
}

/// One part of a figure, one level down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The region of the part.
    pub region: Region,
    /// The headline cell of the part.
    pub headline: Cell,
    /// The rate of the part.
    pub rate: Option<Rate>,
    /// How many returns are in it.
    pub returns: u64,
    /// The record behind it, if the part is a single return.
    pub record: Option<String>,
    /// Whether it has a page of its own, one level down.
    pub has_page: bool,
}

/// An earlier publication of the same figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Vintage {
    /// Counted from 1.
    pub number: u32,
    /// When it was published.
    pub published: Stamp,
    /// The total it gave.
    pub headline: Cell,
    /// Why it was published.
    pub reason: Option<Text>,
    /// Where its receipt can be had.
    pub receipt_href: Option<String>,
}

/// A figure's page, for the nation or for one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// What the lists show. For a region, its total.
    pub summary: FigureSummary,
    /// The region; nothing for the whole.
    pub region: Option<Region>,
    /// The name of the whole, such as "Nation".
    pub whole: Text,
    /// The regions between the whole and this one, outermost first.
    pub above: Vec<Region>,
    /// All cells, in the order of the structure.
    pub cells: Vec<Cell>,
    /// The rate derived from them.
    pub rate: Option<Rate>,
    /// Returns that were refused and are not counted.
    pub refused: u64,
    /// Returns that were expected; nothing if nobody has said.
    pub expected: Option<u64>,
    /// Returns up to and including this block are counted.
    pub cutoff_height: Option<u64>,
    /// The register.
    pub register_id: String,
    /// Its title.
    pub register: Text,
    /// The law it rests on.
    pub legal_basis: Text,
    /// Who answers for it.
    pub answers: Option<MemberLink>,
    /// Where the receipt can be had.
    pub receipt_href: Option<String>,
    /// The transaction that published it, hex.
    pub transaction: Option<String>,
    /// The parts one level down, largest first.
    pub parts: Vec<Part>,
    /// All publications, oldest first.
    pub vintages: Vec<Vintage>,
}

impl Figure {
    /// The largest share that a part has, in thousandths: the scale of the bars.
    #[must_use]
    pub fn largest_share(&self) -> Option<i128> {
        self.parts.iter().filter_map(|part| self.share(part)).max()
    }

    /// The share of a part in this figure's headline, in thousandths.
    #[must_use]
    pub fn share(&self, part: &Part) -> Option<i128> {
        per_mille(part.headline.number()?, self.summary.headline.number()?)
    }
}
