//! Figures are sums: everything is reckoned anew from the transactions that were accepted, with what the simulation
//! knows of homes and of hidden values. Nothing of the ledger's own sums is used.

use super::Violation;
use crate::chain::{Chain, Entry};
use crate::country::Truth;
use chancery_statistics::transaction::{Decisions, Filing, Publication, Return, StatisticsTransaction};
use chancery_types::amount::CellValue;
use chancery_types::code::RegisterId;
use chancery_types::encoding::from_bytes;
use chancery_types::event::{FIGURE_PUBLISHED, RECORDS};
use chancery_types::figure::Figure;
use chancery_types::ids::{ApplicationId, Height, MemberId, RecordId};
use chancery_types::period::Period;
use std::collections::{BTreeMap, BTreeSet};

/// The statistics application's number, as the formats give it.
const STATISTICS: ApplicationId = ApplicationId(16);

/// Which return: whose, of what, for when.
type Subject = (RegisterId, Period, MemberId);

/// The state of reckoning.
struct Books<'a> {
    truth: &'a Truth,
    /// What counts, in the order in which it came to count; a later one of a subject replaces the earlier.
    counted: Vec<(Subject, Height, Vec<i64>)>,
    /// Sealed returns that wait for a decision: the latest version of each record.
    waiting: BTreeMap<RecordId, (Subject, Vec<i64>)>,
    figures: usize,
}

/// Every published figure is the sum of all returns that were accepted for it up to its cut-off, none was accepted
/// between the cut-off and the publication, and every return accepted in clear adds up. Gives the number of figures.
///
/// # Errors
/// The first violation.
pub fn figures_are_sums(chain: &Chain, truth: &Truth) -> Result<usize, Violation> {
    let mut books = Books { truth, counted: Vec::new(), waiting: BTreeMap::new(), figures: 0 };
    for block in &chain.blocks {
        for entry in block.entries.iter().filter(|entry| entry.refusal.is_none()) {
            books.take(block.height, entry).map_err(|what| Violation::Unsound { height: block.height, what })?;
        }
    }
    Ok(books.figures)
}

impl Books<'_> {
    fn take(&mut self, height: Height, entry: &Entry) -> Result<(), String> {
        let published: Vec<Figure> = entry
            .events
            .iter()
            .filter(|event| event.application == RECORDS && event.kind == FIGURE_PUBLISHED)
            .map(|event| from_bytes(&event.payload).map_err(|error| format!("a figure does not decode: {error}")))
            .collect::<Result<_, _>>()?;
        let publication = if entry.envelope.body.application == STATISTICS {
            let asked = from_bytes(&entry.envelope.body.payload);
            match asked.map_err(|error| format!("an accepted transaction does not decode: {error}"))? {
                StatisticsTransaction::File(filing) => self.file(height, &filing)?,
                StatisticsTransaction::Decide(decisions) => self.decide(height, &decisions)?,
                StatisticsTransaction::Publish(publication) => Some(publication),
                StatisticsTransaction::DefineStructure(_) | StatisticsTransaction::OpenPeriod(_) => None,
            }
        } else {
            None
        };
        match (publication, published.as_slice()) {
            (None, []) => Ok(()),
            (Some(asked), [figure]) => self.check(height, &asked, figure),
            (asked, figures) => Err(format!("{} figures came of {asked:?}", figures.len())),
        }
    }

    fn file(&mut self, height: Height, filing: &Filing) -> Result<Option<Publication>, String> {
        for one in &filing.returns {
            let subject = (filing.register.clone(), filing.period, one.subject);
            match one.sealed {
                None => self.counted.push((subject, height, clear_values(one)?)),
                Some(digest) => {
                    let hidden = self.truth.hidden.get(&digest).ok_or("openings that nobody sealed were accepted")?;
                    self.waiting.insert(hidden.record, (subject, hidden.values.clone()));
                }
            }
        }
        Ok(None)
    }

    fn decide(&mut self, height: Height, decisions: &Decisions) -> Result<Option<Publication>, String> {
        for verdict in &decisions.verdicts {
            let found = self.waiting.remove(&verdict.record);
            let (subject, values) = found.ok_or_else(|| format!("{} was decided on unfiled", verdict.record))?;
            if verdict.refusal.is_none() {
                self.counted.push((subject, height, values));
            }
        }
        Ok(None)
    }

    fn check(&mut self, height: Height, asked: &Publication, figure: &Figure) -> Result<(), String> {
        let named = (&figure.register, figure.period, figure.region.as_str(), figure.sequence, figure.cutoff);
        if named != (&asked.register, asked.period, asked.region.as_str(), asked.sequence, asked.cutoff) {
            return Err(format!("figure {named:?} is not the one that was asked for"));
        }
        if figure.cutoff >= height {
            return Err(format!("figure {named:?} is cut off at its own block or later"));
        }
        let at_cutoff = self.standing(figure, figure.cutoff);
        if at_cutoff != self.standing(figure, height) {
            return Err(format!("figure {named:?} leaves out returns that were accepted before it"));
        }
        let mut totals = vec![0_i128; figure.cells.len()];
        for values in at_cutoff.values() {
            if values.len() != totals.len() {
                return Err(format!("figure {named:?} has other cells than its returns"));
            }
            for (total, value) in totals.iter_mut().zip(*values) {
                *total = total.saturating_add(i128::from(*value));
            }
        }
        let stated: Vec<i128> = figure.cells.iter().map(|cell| i128::from(cell.total.0)).collect();
        if stated != totals {
            return Err(format!("figure {named:?} says {stated:?}, its returns sum up to {totals:?}"));
        }
        let signed: Vec<i128> = asked.totals.iter().map(|total| i128::from(total.total.0)).collect();
        let owners: BTreeSet<&MemberId> = at_cutoff.keys().copied().collect();
        // Nobody of the story owns another, so there is one return for each owner.
        let counts = [figure.returns, figure.respondents].map(usize::try_from);
        if signed != stated || counts.iter().any(|count| *count != Ok(owners.len())) {
            return Err(format!("figure {named:?} counts other returns than the {} there are", owners.len()));
        }
        self.figures = self.figures.saturating_add(1);
        Ok(())
    }

    /// What counts for a figure, of all that came to count at or below a height.
    fn standing(&self, figure: &Figure, until: Height) -> BTreeMap<&MemberId, &Vec<i64>> {
        let region = figure.region.as_str();
        let lies_within = |member: &MemberId| {
            let home = self.truth.homes.get(member).map(String::as_str);
            home.is_some() && (region == self.truth.whole || home == Some(region))
        };
        let of_figure = self.counted.iter().filter(|((register, period, member), height, _)| {
            *register == figure.register && *period == figure.period && *height <= until && lies_within(member)
        });
        of_figure.map(|((_, _, member), _, values)| (member, values)).collect()
    }
}

/// The values of a return in clear: none negative, the parts adding up to the whole.
fn clear_values(one: &Return) -> Result<Vec<i64>, String> {
    let clear = |cell: &CellValue| match cell {
        CellValue::Clear(value) if value.0 >= 0 => Ok(value.0),
        other => Err(format!("a return in clear was accepted that holds {other:?}")),
    };
    let values: Vec<i64> = one.cells.iter().map(clear).collect::<Result<_, _>>()?;
    match values.as_slice() {
        [employed, unemployed, whole] if employed.checked_add(*unemployed) == Some(*whole) => Ok(values),
        _ => Err(format!("a return was accepted that does not add up: {values:?}")),
    }
}
