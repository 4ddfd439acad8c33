//! What the country does, act by act. An act begins when everything of the acts before it is final.
//!
//! Most of it is right; in several acts somebody does what must be refused, each under the number that the story says.

mod filing;
mod founding;
mod office;

use crate::Failure;
use crate::country::{Country, Told};
use chancery_statistics::record::Aggregate;
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::time::BlockTime;
use std::collections::BTreeMap;

/// The running totals that the ledger keeps, as a node showed them.
pub type Totals = BTreeMap<(RegisterId, RegionCode), Aggregate>;

/// A part of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The authority adds the provinces.
    Regions,
    /// It registers all filers in one batch, with one invitation.
    Members,
    /// The filers accept; the authority opens both registers.
    Joining,
    /// It says what is asked.
    Structures,
    /// It opens the period.
    Periods,
    /// Every filer files in clear; three returns cannot stand.
    OpenReturns,
    /// Some file commitments; one sends its values in clear, one seals openings that do not fit.
    SealedReturns,
    /// Three correct what they filed, two try what is not possible; the authority decides on what was sealed.
    Corrections,
    /// A wrong total and a publication by somebody else are refused; the refused return is filed anew.
    WrongFigures,
    /// The open figures are published; the last sealed return is accepted.
    OpenFigures,
    /// The provinces' hidden totals are published with proofs, a forged proof is refused; four more
    /// correct what they filed.
    ProvenParts,
    /// The country's hidden total is published, and the open figures are revised.
    Revisions,
}

impl Act {
    /// All acts, in order.
    pub const ALL: [Self; 12] = [
        Self::Regions,
        Self::Members,
        Self::Joining,
        Self::Structures,
        Self::Periods,
        Self::OpenReturns,
        Self::SealedReturns,
        Self::Corrections,
        Self::WrongFigures,
        Self::OpenFigures,
        Self::ProvenParts,
        Self::Revisions,
    ];
}

impl Country {
    /// The transactions of an act, signed at `now`; `totals` are those at the end of the act before.
    ///
    /// # Errors
    /// [`Failure::Setup`]: the story does not fit its own country.
    pub fn perform(&mut self, act: Act, now: BlockTime, totals: &Totals) -> Result<Vec<Told>, Failure> {
        match act {
            Act::Regions => Ok(self.add_regions(now)),
            Act::Members => self.register_filers(now),
            Act::Joining => self.join(now),
            Act::Structures => Ok(self.define_structures(now)),
            Act::Periods => Ok(self.open_periods(now)),
            Act::OpenReturns => Ok(self.file_open(now)),
            Act::SealedReturns => self.file_sealed(now),
            Act::Corrections => Ok([self.correct(0..3, now), self.file_wrongly(now), self.decide(now)?].concat()),
            Act::WrongFigures => Ok([self.publish_wrongly(now, totals)?, self.file_sealed_anew(now)?].concat()),
            Act::OpenFigures => Ok([self.publish_open(now, totals)?, self.decide(now)?].concat()),
            Act::ProvenParts => Ok([self.publish_parts(now, totals)?, self.correct(4..8, now)].concat()),
            Act::Revisions => Ok([self.publish_whole(now, totals)?, self.publish_open(now, totals)?].concat()),
        }
    }
}
