//! Published figures, live totals of open registers, and what they are made of.

use super::cells::{Sheet, Totals, totals};
use super::registers::class;
use super::words::as_filed;
use super::{Desk, Read, stamp_of};
use chancery_portal::view::{Figure, FigureSummary, Part, Proof, Region, Value, Vintage};
use chancery_readmodel::{FigureKey, PartRow, Placed, RegisterRow};
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::figure::Figure as Published;
use chancery_types::period::Period;
use chancery_types::record::RegisterClass;
use std::collections::BTreeMap;

/// How many figures the list shows.
const FIGURES_MAX: usize = 500;
/// How many single returns are shown among the parts of a figure.
const RETURNS_MAX: usize = 1_000;
/// How deep the tree of regions can be.
const DEPTH_MAX: usize = 16;

/// The figure of a register's whole region.
pub(super) fn whole(row: &RegisterRow, period: Period) -> FigureKey {
    FigureKey { register: row.register.id.clone(), period, region: row.register.region.clone() }
}

/// What can be said of one figure.
struct Total {
    /// Its publications, the latest first.
    history: Vec<Placed<Published>>,
    /// Published totals; those of an open register as they stand where nothing was published.
    values: Totals,
    /// What stands where there is no number.
    otherwise: Value,
    proof: Proof,
    returns: u64,
    respondents: u64,
}

impl Total {
    fn latest(&self) -> Option<&Placed<Published>> {
        self.history.first()
    }

    fn is_empty(&self) -> bool {
        self.proof == Proof::Open && self.returns == 0
    }
}

impl Desk<'_> {
    /// The latest publications first, then the live totals of open registers, the newest period first.
    pub(super) fn figures(&self) -> Read<Vec<FigureSummary>> {
        let mut figures = Vec::new();
        for (row, period) in self.registers_by_period()? {
            let total = self.total(&row, &whole(&row, period))?;
            if row.register.class == RegisterClass::Open || total.proof == Proof::Proven {
                figures.push(self.figure_summary(&row, period, &total));
            }
        }
        figures.sort_by(|one, other| {
            let height = |figure: &FigureSummary| figure.published.map(|at| at.height);
            height(other).cmp(&height(one)).then_with(|| other.period.cmp(&one.period))
        });
        figures.truncate(FIGURES_MAX);
        Ok(figures)
    }

    /// A figure of a register's whole region, or of a region within it. There is a page for the whole of every period
    /// that was opened, and for each region with a publication, an attempt at one, or returns that count.
    pub(super) fn figure(
        &self,
        register: &RegisterId,
        period: Period,
        region: Option<RegionCode>,
    ) -> Read<Option<Figure>> {
        let Some(row) = self.register_in(register, period)? else { return Ok(None) };
        let region = region.filter(|region| *region != row.register.region);
        let key = FigureKey { region: region.clone().unwrap_or(row.register.region.clone()), ..whole(&row, period) };
        let Some(above) = self.above(&row.register.region, &key.region)? else { return Ok(None) };
        let total = self.total(&row, &key)?;
        let opened = self.model.periods(register)?.iter().any(|collection| collection.period == period);
        if total.is_empty() && (region.is_some() || !opened) {
            return Ok(None);
        }
        self.figure_page(&row, &key, above, &total).map(Some)
    }

    /// The state of a figure's proof.
    pub(super) fn proof(&self, key: &FigureKey) -> Read<Proof> {
        if !self.model.figure_history(key)?.is_empty() {
            return Ok(Proof::Proven);
        }
        let refused = self.model.refused_publication(key)?;
        Ok(refused.map_or(Proof::Open, |code| Proof::Refused(code.to_string())))
    }

    fn total(&self, row: &RegisterRow, key: &FigureKey) -> Read<Total> {
        let history = self.model.figure_history(key)?;
        if let Some(Placed { value: figure, .. }) = history.first() {
            return Ok(Total {
                values: totals(figure.cells.iter().map(|cell| (&cell.id, cell.total))),
                otherwise: Value::Missing,
                proof: Proof::Proven,
                returns: figure.returns,
                respondents: figure.respondents,
                history,
            });
        }
        let sum = self.model.sum(key)?;
        let proof = self.proof(key)?;
        let (values, otherwise) = match row.register.class {
            RegisterClass::Open => (totals(sum.sums.iter().map(|(id, sum)| (id, *sum))), Value::Number(0)),
            RegisterClass::Confidential => (Totals::new(), withheld(&proof)),
        };
        Ok(Total { history, values, otherwise, proof, returns: sum.returns, respondents: sum.respondents })
    }

    fn figure_summary(&self, row: &RegisterRow, period: Period, total: &Total) -> FigureSummary {
        let register = &row.register;
        FigureSummary {
            flow: register.id.to_string(),
            name: as_filed(&register.title),
            period: period.to_string(),
            headline: Sheet(row.structure.as_ref()).headline(&total.values, &total.otherwise),
            class: class(register.class),
            proof: total.proof.clone(),
            returns: total.returns,
            respondents: total.respondents,
            published: total.latest().map(|figure| stamp_of(&figure.place)),
        }
    }

    fn figure_page(&self, row: &RegisterRow, key: &FigureKey, above: Vec<Region>, total: &Total) -> Read<Figure> {
        let sheet = Sheet(row.structure.as_ref());
        let register = &row.register;
        let latest = total.latest();
        let authority = latest.map_or(register.authority, |figure| figure.value.authority);
        Ok(Figure {
            summary: self.figure_summary(row, key.period, total),
            region: if key.region == register.region { None } else { Some(self.region(&key.region)?) },
            whole: self.region(&register.region)?.name,
            above,
            cells: sheet.totals(&total.values, &total.otherwise),
            rate: sheet.rate(&total.values),
            refused: self.model.sum(key)?.refused,
            expected: None,
            cutoff_height: latest.map(|figure| figure.value.cutoff.0),
            register_id: register.id.to_string(),
            register: as_filed(&register.title),
            legal_basis: as_filed(&register.legal_basis),
            answers: Some(self.link(&authority)?),
            receipt_href: latest.map(|figure| receipt_href(&figure.value)),
            transaction: match latest {
                Some(figure) => self.transaction_at(figure.place.height, figure.place.entry)?,
                None => None,
            },
            parts: self.parts(row, key)?,
            vintages: total.history.iter().rev().map(|figure| vintage(figure, sheet)).collect(),
        })
    }

    /// The parts one level down, largest first: regions with what was published or stands there, and the returns
    /// about the region itself.
    fn parts(&self, row: &RegisterRow, key: &FigureKey) -> Read<Vec<Part>> {
        let sums: BTreeMap<RegionCode, PartRow> =
            self.model.parts(key)?.into_iter().map(|part| (part.region.clone(), part)).collect();
        let mut parts = Vec::new();
        for region in self.model.regions_within(&key.region)? {
            let inner = FigureKey { region: region.code.clone(), ..key.clone() };
            parts.extend(self.region_part(row, &inner, region.name, sums.get(&region.code))?);
        }
        parts.extend(self.single_returns(row, key)?);
        parts.sort_by(|one, other| {
            let size = |part: &Part| part.headline.number();
            size(other).cmp(&size(one)).then_with(|| one.region.code.cmp(&other.region.code))
        });
        Ok(parts)
    }

    fn region_part(
        &self,
        row: &RegisterRow,
        key: &FigureKey,
        name: String,
        sum: Option<&PartRow>,
    ) -> Read<Option<Part>> {
        let sheet = Sheet(row.structure.as_ref());
        let open = row.register.class == RegisterClass::Open;
        let published = self.model.figure_history(key)?.into_iter().next();
        let (values, otherwise, returns, has_page) = match (&published, sum) {
            (Some(figure), _) => {
                let figure = &figure.value;
                (totals(figure.cells.iter().map(|cell| (&cell.id, cell.total))), Value::Missing, figure.returns, true)
            }
            // A single return leads to its record, which says more than a page of its own total.
            (None, Some(sum)) if open => {
                let values = totals(sum.sums.iter().map(|(id, sum)| (id, *sum)));
                (values, Value::Number(0), sum.returns, sum.record.is_none())
            }
            (None, sum) => {
                let proof = self.proof(key)?;
                let refused = proof != Proof::Open;
                if sum.is_none() && !refused {
                    return Ok(None);
                }
                (Totals::new(), withheld(&proof), sum.map_or(0, |sum| sum.returns), refused)
            }
        };
        Ok(Some(Part {
            region: Region { code: key.region.to_string(), name: as_filed(name) },
            headline: sheet.headline(&values, &otherwise),
            rate: sheet.rate(&values),
            returns,
            record: sum.and_then(|sum| sum.record).map(|record| record.to_string()),
            has_page,
        }))
    }

    /// Returns about the region itself stand among its parts under the names of those whom they are about.
    fn single_returns(&self, row: &RegisterRow, key: &FigureKey) -> Read<Vec<Part>> {
        if row.register.class == RegisterClass::Confidential {
            return Ok(Vec::new());
        }
        let sheet = Sheet(row.structure.as_ref());
        let returns = self.model.returns_of(key, RETURNS_MAX)?;
        returns
            .iter()
            .map(|one| {
                let values = totals(one.values.iter().map(|(id, value)| (id, *value)));
                Ok(Part {
                    region: Region { code: key.region.to_string(), name: self.link(&one.subject)?.name },
                    headline: sheet.headline(&values, &Value::Missing),
                    rate: sheet.rate(&values),
                    returns: 1,
                    record: Some(one.record.to_string()),
                    has_page: false,
                })
            })
            .collect()
    }

    /// The regions between a register's region and one within it, outermost first; none if it does not lie within.
    fn above(&self, whole: &RegionCode, region: &RegionCode) -> Read<Option<Vec<Region>>> {
        let mut above = Vec::new();
        let mut at = region.clone();
        for _ in 0..DEPTH_MAX {
            if at == *whole {
                above.reverse();
                return Ok(Some(above));
            }
            if at != *region {
                above.push(self.region(&at)?);
            }
            match self.model.region(&at)?.and_then(|region| region.parent) {
                Some(parent) => at = parent,
                None => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// What stands in place of a confidential total that is not published: the number that refused it, if one did.
fn withheld(proof: &Proof) -> Value {
    match proof {
        Proof::Refused(number) => Value::Withheld(number.clone()),
        Proof::Proven | Proof::Open | Proof::Discrepant => Value::Sealed,
    }
}

fn receipt_href(figure: &Published) -> String {
    let Published { register, period, region, sequence, .. } = figure;
    format!("/api/v1/receipts/figures/{register}/{period}/{region}/{sequence}")
}

fn vintage(figure: &Placed<Published>, sheet: Sheet<'_>) -> Vintage {
    let values = totals(figure.value.cells.iter().map(|cell| (&cell.id, cell.total)));
    Vintage {
        number: figure.value.sequence,
        published: stamp_of(&figure.place),
        headline: sheet.headline(&values, &Value::Missing),
        reason: None,
        receipt_href: Some(receipt_href(&figure.value)),
    }
}
