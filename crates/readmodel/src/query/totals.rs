//! What stands behind a figure now: sums of an open register, single returns, refused publications. Nothing here is
//! proved.

use super::figures::FigureKey;
use super::{limit, parse, unsigned};
use crate::error::ReadModelError;
use crate::store::ReadModel;
use chancery_types::amount::Quantity;
use chancery_types::code::CellId;
use chancery_types::ids::{MemberId, RecordId};
use chancery_types::rejection::RejectionCode;
use rusqlite::{OptionalExtension, params};

/// What counts in a region and everything within it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SumRow {
    /// How many returns count.
    pub returns: u64,
    /// How many different owners stand behind them.
    pub respondents: u64,
    /// How many records have a latest version that was refused.
    pub refused: u64,
    /// The sum of each cell; empty for a confidential register.
    pub sums: Vec<(CellId, Quantity)>,
}

/// A return that counts, about a region itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnRow {
    /// The record.
    pub record: RecordId,
    /// Whom it is about.
    pub subject: MemberId,
    /// The values that stand in clear.
    pub values: Vec<(CellId, Quantity)>,
}

/// The region of a key with every region within it.
const INSIDE: &str = "WITH RECURSIVE inside (code) AS (
         VALUES (?3) UNION ALL SELECT regions.code FROM regions JOIN inside ON regions.parent = inside.code
     )";

impl ReadModel {
    /// What counts for a figure now.
    ///
    /// # Errors
    /// The database failed.
    pub fn sum(&self, key: &FigureKey) -> Result<SumRow, ReadModelError> {
        let connection = self.connection()?;
        let period = key.period.to_string();
        let which = params![key.register.as_str(), period, key.region.as_str()];
        let mut row = connection
            .prepare_cached(&format!(
                "{INSIDE} SELECT COUNT(r.counted), COUNT(DISTINCT CASE WHEN r.counted IS NOT NULL
                     THEN COALESCE(m.owner, r.subject) END), COALESCE(SUM(r.assurance = 'refused'), 0)
                 FROM inside JOIN records r ON r.register = ?1 AND r.period = ?2 AND r.region = inside.code
                 LEFT JOIN members m ON m.id = r.subject"
            ))?
            .query_row(which, |row| {
                let count = |index: usize| row.get(index).map(unsigned);
                Ok(SumRow { returns: count(0)?, respondents: count(1)?, refused: count(2)?, sums: Vec::new() })
            })?;
        let mut statement = connection.prepare_cached(&format!(
            "{INSIDE} SELECT c.cell, COALESCE(SUM(c.amount), 0)
             FROM inside JOIN records r ON r.register = ?1 AND r.period = ?2 AND r.region = inside.code
             JOIN record_cells c ON c.record = r.id AND c.version = r.counted
             GROUP BY c.cell HAVING MAX(c.kind = 'committed') = 0 ORDER BY c.cell"
        ))?;
        let mut rows = statement.query(which)?;
        while let Some(cell) = rows.next()? {
            row.sums.push((parse(&cell.get::<_, String>(0)?, "record_cells")?, Quantity(cell.get(1)?)));
        }
        Ok(row)
    }

    /// The returns that count and are about the region itself, not about one within it, in the order of ids.
    ///
    /// # Errors
    /// The database failed.
    pub fn returns_of(&self, key: &FigureKey, items: usize) -> Result<Vec<ReturnRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(
            "SELECT r.id, r.subject, c.cell, c.amount
             FROM (SELECT id, subject, counted FROM records WHERE register = ?1 AND period = ?2 AND region = ?3
                   AND counted IS NOT NULL ORDER BY id LIMIT ?4) r
             JOIN record_cells c ON c.record = r.id AND c.version = r.counted
             ORDER BY r.id, c.cell",
        )?;
        let period = key.period.to_string();
        let mut rows = statement.query(params![key.register.as_str(), period, key.region.as_str(), limit(items)])?;
        let mut returns: Vec<ReturnRow> = Vec::new();
        while let Some(row) = rows.next()? {
            let record: RecordId = parse(&row.get::<_, String>(0)?, "records")?;
            if returns.last().is_none_or(|last| last.record != record) {
                let subject = parse(&row.get::<_, String>(1)?, "records")?;
                returns.push(ReturnRow { record, subject, values: Vec::new() });
            }
            if let (Some(last), Some(amount)) = (returns.last_mut(), row.get(3)?) {
                last.values.push((parse(&row.get::<_, String>(2)?, "record_cells")?, Quantity(amount)));
            }
        }
        Ok(returns)
    }

    /// The number with which the latest publication of a figure was refused, if any was.
    ///
    /// # Errors
    /// The database failed.
    pub fn refused_publication(&self, key: &FigureKey) -> Result<Option<RejectionCode>, ReadModelError> {
        let code: Option<String> = self
            .connection()?
            .prepare_cached(
                "SELECT refusal FROM refused_publications WHERE register = ?1 AND period = ?2 AND region = ?3
                 ORDER BY height DESC, entry DESC LIMIT 1",
            )?
            .query_row(params![key.register.as_str(), key.period.to_string(), key.region.as_str()], |row| row.get(0))
            .optional()?;
        code.map(|code| parse(&code, "refused_publications")).transpose()
    }
}
