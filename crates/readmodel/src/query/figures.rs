//! Published figures, and the sums of open registers as they stand.

use super::records::place;
use super::{Placed, decode, limit, parse, unsigned};
use crate::error::ReadModelError;
use crate::store::ReadModel;
use chancery_types::amount::Quantity;
use chancery_types::code::{CellId, RegionCode, RegisterId};
use chancery_types::figure::Figure;
use chancery_types::ids::{Height, RecordId};
use chancery_types::period::Period;
use rusqlite::{Row, params};

/// A figure among figures, in the order of lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureKey {
    /// The register.
    pub register: RegisterId,
    /// The period.
    pub period: Period,
    /// The region.
    pub region: RegionCode,
}

/// What stands in an open register for one region and everything within it, summed by SQL. Not proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRow {
    /// The region, directly within the one that was asked about.
    pub region: RegionCode,
    /// How many returns count.
    pub returns: u64,
    /// The sum of each cell.
    pub sums: Vec<(CellId, Quantity)>,
    /// The record, where there is only one.
    pub record: Option<RecordId>,
}

const FIGURE: &str = "SELECT value, height, entry, event, time_ms FROM figures";
const LATEST: &str = "sequence = (SELECT MAX(f.sequence) FROM figures f WHERE f.register = figures.register
     AND f.period = figures.period AND f.region = figures.region)";

impl ReadModel {
    /// The latest publication of each figure after a key, in the order of [`FigureKey`].
    ///
    /// # Errors
    /// The database failed.
    pub fn figures(
        &self,
        register: Option<&RegisterId>,
        period: Option<Period>,
        after: Option<&FigureKey>,
        items: usize,
    ) -> Result<Vec<Placed<Figure>>, ReadModelError> {
        let (after_register, after_period, after_region) = match after {
            Some(key) => (key.register.to_string(), key.period.to_string(), key.region.to_string()),
            None => Default::default(),
        };
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!(
            "{FIGURE} WHERE (register, period, region) > (?1, ?2, ?3) AND (?4 IS NULL OR register = ?4)
             AND (?5 IS NULL OR period = ?5) AND {LATEST} ORDER BY register, period, region LIMIT ?6"
        ))?;
        let rows = statement.query_and_then(
            params![
                after_register,
                after_period,
                after_region,
                register.map(|register| register.as_str()),
                period.map(|period| period.to_string()),
                limit(items)
            ],
            figure_row,
        )?;
        rows.collect()
    }

    /// The figures published last, newest first; only the latest publication of each.
    ///
    /// # Errors
    /// The database failed.
    pub fn latest_figures(&self, items: usize) -> Result<Vec<Placed<Figure>>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!(
            "{FIGURE} WHERE {LATEST} ORDER BY height DESC, entry DESC, event DESC LIMIT ?1"
        ))?;
        let rows = statement.query_and_then(params![limit(items)], figure_row)?;
        rows.collect()
    }

    /// The figures of one region that were published last, newest first; only the latest publication of each.
    ///
    /// # Errors
    /// The database failed.
    pub fn figures_in(&self, region: &RegionCode, items: usize) -> Result<Vec<Placed<Figure>>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!(
            "{FIGURE} WHERE region = ?1 AND {LATEST} ORDER BY height DESC, entry DESC, event DESC LIMIT ?2"
        ))?;
        let rows = statement.query_and_then(params![region.as_str(), limit(items)], figure_row)?;
        rows.collect()
    }

    /// Every publication of one figure, the latest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn figure_history(&self, key: &FigureKey) -> Result<Vec<Placed<Figure>>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!(
            "{FIGURE} WHERE register = ?1 AND period = ?2 AND region = ?3 ORDER BY sequence DESC"
        ))?;
        let rows = statement
            .query_and_then(params![key.register.as_str(), key.period.to_string(), key.region.as_str()], figure_row)?;
        rows.collect()
    }

    /// The figure that a transaction published.
    ///
    /// # Errors
    /// The database failed.
    pub fn figure_of_transaction(&self, height: Height, entry: u32) -> Result<Option<Placed<Figure>>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!("{FIGURE} WHERE height = ?1 AND entry = ?2 LIMIT 1"))?;
        let mut rows = statement.query_and_then(params![height.0.cast_signed(), entry], figure_row)?;
        rows.next().transpose()
    }

    /// For each region directly within one: what counts there and within it, summed over an open register's returns.
    /// For a confidential register the sums are empty and only the returns are counted.
    ///
    /// # Errors
    /// The database failed.
    pub fn parts(&self, key: &FigureKey) -> Result<Vec<PartRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(
            "WITH RECURSIVE inside (part, code) AS (
                 SELECT code, code FROM regions WHERE parent = ?3
                 UNION ALL
                 SELECT inside.part, regions.code FROM regions JOIN inside ON regions.parent = inside.code
             )
             SELECT inside.part, COUNT(DISTINCT r.id), MIN(r.id), c.cell, COALESCE(SUM(c.amount), 0),
                 MAX(c.kind = 'committed')
             FROM inside
             JOIN records r ON r.register = ?1 AND r.period = ?2 AND r.region = inside.code AND r.counted IS NOT NULL
             JOIN record_cells c ON c.record = r.id AND c.version = r.counted
             GROUP BY inside.part, c.cell
             ORDER BY inside.part, c.cell",
        )?;
        let mut rows = statement.query(params![key.register.as_str(), key.period.to_string(), key.region.as_str()])?;
        let mut parts: Vec<PartRow> = Vec::new();
        while let Some(row) = rows.next()? {
            let (region, record, cell): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(3)?);
            let (region, returns) = (parse(&region, "regions")?, unsigned(row.get(1)?));
            if parts.last().is_none_or(|part| part.region != region) {
                let record = if returns == 1 { Some(parse(&record, "records")?) } else { None };
                parts.push(PartRow { region, returns, sums: Vec::new(), record });
            }
            let sealed: bool = row.get(5)?;
            if let Some(part) = parts.last_mut().filter(|_| !sealed) {
                part.sums.push((parse(&cell, "record_cells")?, Quantity(row.get(4)?)));
            }
        }
        Ok(parts)
    }
}

fn figure_row(row: &Row<'_>) -> Result<Placed<Figure>, ReadModelError> {
    let value: Vec<u8> = row.get(0)?;
    Ok(Placed { value: decode(&value, "figures")?, place: place(row, 1)? })
}
