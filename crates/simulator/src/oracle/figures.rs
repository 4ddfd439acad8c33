//! Figures are sums: everything is reckoned anew from the transactions that were accepted, with what the simulation
//! knows of homes and of hidden values. Nothing of the ledger's own sums is used, and nothing of its decoders.

use super::Violation;
use crate::cbor::Value;
use crate::chain::{Chain, Entry};
use crate::country::Truth;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId, RecordId};
use std::collections::{BTreeMap, BTreeSet};

/// The statistics application's number, as the formats give it.
pub(super) const STATISTICS: i128 = 16;
/// The records application's number and its event of a published figure.
const FIGURE: (u16, u16) = (2, 3);

/// Which return: register, period, whose.
type Subject = (String, String, MemberId);

/// What every figure must say: the sums of its cells, and how many returns stand behind them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// One for each cell.
    pub totals: Vec<i128>,
    /// How many returns.
    pub returns: usize,
}

/// The state of reckoning.
pub(super) struct Books<'a> {
    truth: &'a Truth,
    /// What counts, in the order in which it came to count; a later one of a subject replaces the earlier.
    counted: Vec<(Subject, Height, Vec<i128>)>,
    /// Sealed returns that wait for a decision: the latest version of each record.
    waiting: BTreeMap<RecordId, (Subject, Vec<i128>)>,
    figures: usize,
}

/// Every published figure is the sum of all returns that were accepted for it up to its cut-off, none was accepted
/// between the cut-off and the publication, and every return accepted in clear adds up. Gives the number of figures.
///
/// # Errors
/// The first violation.
pub fn figures_are_sums(chain: &Chain, truth: &Truth) -> Result<usize, Violation> {
    Books::keep(chain, truth).map(|books| books.figures)
}

/// What counts at the end of a chain for a register, a period and a region.
///
/// # Errors
/// As [`figures_are_sums`].
pub fn sums_at_the_end(chain: &Chain, truth: &Truth, which: (&str, &str, &str)) -> Result<Sums, Violation> {
    let books = Books::keep(chain, truth)?;
    let standing = books.standing(which, Height(u64::MAX));
    Ok(sums(standing.values().copied()))
}

fn sums<'a>(returns: impl Iterator<Item = &'a Vec<i128>>) -> Sums {
    let mut sums = Sums { totals: vec![0; 3], returns: 0 };
    for values in returns {
        sums.returns = sums.returns.saturating_add(1);
        for (total, value) in sums.totals.iter_mut().zip(values) {
            *total = total.saturating_add(*value);
        }
    }
    sums
}

impl<'a> Books<'a> {
    fn keep(chain: &Chain, truth: &'a Truth) -> Result<Self, Violation> {
        let mut books = Books { truth, counted: Vec::new(), waiting: BTreeMap::new(), figures: 0 };
        for block in &chain.blocks {
            for entry in block.entries.iter().filter(|entry| entry.refusal.is_none()) {
                books.take(block.height, entry).map_err(|what| Violation::Unsound { height: block.height, what })?;
            }
        }
        Ok(books)
    }

    fn take(&mut self, height: Height, entry: &Entry) -> Result<(), String> {
        let figures = entry.events.iter().filter(|(application, kind, _)| (*application, *kind) == FIGURE);
        let figures: Vec<&Value> = figures.map(|(_, _, figure)| figure).collect();
        let asked = if entry.envelope.at(0).at(1).number() == Some(STATISTICS) {
            let (variant, asked) = entry.message.variant().ok_or("an accepted transaction does not decode")?;
            match variant {
                2 => self.file(height, asked)?,
                3 => self.decide(height, asked)?,
                _ => {}
            }
            (variant == 4).then_some(asked)
        } else {
            None
        };
        match (asked, figures.as_slice()) {
            (None, []) => Ok(()),
            (Some(asked), [figure]) => self.check(height, asked, figure),
            (asked, figures) => Err(format!("{} figures came of {asked:?}", figures.len())),
        }
    }

    fn file(&mut self, height: Height, filing: &Value) -> Result<(), String> {
        let (register, period) = (text(filing.at(0))?, text(filing.at(1))?);
        for one in filing.at(2).items() {
            let member = MemberId(one.at(0).bytes().ok_or("a return is about nobody")?);
            let subject = (register.clone(), period.clone(), member);
            match one.at(2).bytes() {
                None => self.counted.push((subject, height, clear_values(one)?)),
                Some(digest) => {
                    let hidden = self.truth.hidden.get(&Digest(digest));
                    let hidden = hidden.ok_or("openings that nobody sealed were accepted")?;
                    let values = hidden.values.iter().map(|value| i128::from(*value)).collect();
                    self.waiting.insert(hidden.record, (subject, values));
                }
            }
        }
        Ok(())
    }

    fn decide(&mut self, height: Height, decisions: &Value) -> Result<(), String> {
        for verdict in decisions.at(1).items() {
            let record = RecordId(verdict.item(0).bytes().ok_or("a verdict is about no record")?);
            let found = self.waiting.remove(&record);
            let (subject, values) = found.ok_or_else(|| format!("{record} was decided on unfiled"))?;
            if *verdict.item(2) == Value::Nothing {
                self.counted.push((subject, height, values));
            }
        }
        Ok(())
    }

    fn check(&mut self, height: Height, asked: &Value, figure: &Value) -> Result<(), String> {
        let which = (text(figure.at(0))?, text(figure.at(1))?, text(figure.at(2))?);
        let cutoff = figure.at(5).number().and_then(|cutoff| u64::try_from(cutoff).ok()).map(Height);
        let cutoff = cutoff.ok_or("a figure has no cut-off")?;
        // Register, period, region and sequence stand under the same keys in both; the cut-off does not.
        let is_asked = (0..4).all(|key| figure.at(key) == asked.at(key)) && figure.at(5) == asked.at(4);
        if !is_asked {
            return Err(format!("figure {which:?} is not the one that was asked for"));
        }
        if cutoff >= height {
            return Err(format!("figure {which:?} is cut off at its own block or later"));
        }
        let named = (which.0.as_str(), which.1.as_str(), which.2.as_str());
        let at_cutoff = self.standing(named, cutoff);
        if at_cutoff != self.standing(named, height) {
            return Err(format!("figure {which:?} leaves out returns that were accepted before it"));
        }
        let cells = figure.at(8).items();
        if at_cutoff.values().any(|values| values.len() != cells.len()) {
            return Err(format!("figure {which:?} has other cells than its returns"));
        }
        let reckoned = sums(at_cutoff.values().copied());
        let stated = |cell: &Value| cell.at(1).number();
        let says: Vec<Option<i128>> = cells.iter().map(stated).collect();
        if says != reckoned.totals.iter().copied().map(Some).collect::<Vec<_>>() {
            return Err(format!("figure {which:?} says {says:?}, its returns sum up to {:?}", reckoned.totals));
        }
        let signed: Vec<Option<i128>> = asked.at(5).items().iter().map(stated).collect();
        let owners: BTreeSet<&MemberId> = at_cutoff.keys().copied().collect();
        // Nobody of the story owns another, so there is one return for each owner.
        let counts = [figure.at(6), figure.at(7)].map(|count| count.number().and_then(|n| usize::try_from(n).ok()));
        if signed != says || counts.iter().any(|count| *count != Some(owners.len())) {
            return Err(format!("figure {which:?} counts other returns than the {} there are", owners.len()));
        }
        self.figures = self.figures.saturating_add(1);
        Ok(())
    }

    /// What counts for a figure, of all that came to count at or below a height.
    fn standing(&self, which: (&str, &str, &str), until: Height) -> BTreeMap<&MemberId, &Vec<i128>> {
        let (register, period, region) = which;
        let lies_within = |member: &MemberId| {
            let home = self.truth.homes.get(member).map(String::as_str);
            home.is_some() && (region == self.truth.whole || home == Some(region))
        };
        let of_figure = self.counted.iter().filter(|((of, when, member), height, _)| {
            of == register && when == period && *height <= until && lies_within(member)
        });
        of_figure.map(|((_, _, member), _, values)| (member, values)).collect()
    }
}

fn text(value: &Value) -> Result<String, String> {
    value.text().map(str::to_owned).ok_or_else(|| format!("{value:?} stands where a name belongs"))
}

/// The values of a return in clear: none negative, the parts adding up to the whole.
fn clear_values(one: &Value) -> Result<Vec<i128>, String> {
    let clear = |cell: &Value| match cell.variant() {
        Some((0, value)) if value.number().is_some_and(|value| value >= 0) => Ok(value.number().unwrap_or_default()),
        other => Err(format!("a return in clear was accepted that holds {other:?}")),
    };
    let values: Vec<i128> = one.at(1).items().iter().map(clear).collect::<Result<_, _>>()?;
    match values.as_slice() {
        [employed, unemployed, whole] if employed.checked_add(*unemployed) == Some(*whole) => Ok(values),
        _ => Err(format!("a return was accepted that does not add up: {values:?}")),
    }
}
