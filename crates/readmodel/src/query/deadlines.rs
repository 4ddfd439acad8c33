//! What is due soon, and what is overdue: for those who watch a node.

use super::unsigned;
use crate::error::ReadModelError;
use crate::store::ReadModel;
use chancery_types::time::{BlockTime, DAY_MS};
use rusqlite::params;

/// How far ahead an end is near, in days: time enough to ask an authority, and the last call.
pub const NEAR_DAYS: [u64; 2] = [30, 7];

/// The most of a kind that are counted: beyond it the number no longer changes what is to be done.
const COUNTED_MAX: i64 = 100_000;

/// Deadlines of the ledger at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deadlines {
    /// Latest versions that an authority has left undecided past its term.
    pub decisions_overdue: u64,
    /// When the oldest of them became overdue.
    pub overdue_since: Option<BlockTime>,
    /// Periods whose figures were to be published by now, and of which none is.
    pub publications_overdue: u64,
    /// When the next period's returns are due.
    pub returns_due: Option<BlockTime>,
    /// Roles that end within each of [`NEAR_DAYS`].
    pub roles_ending: [u64; 2],
    /// Members' keys that end within each of [`NEAR_DAYS`].
    pub keys_ending: [u64; 2],
}

impl ReadModel {
    /// The deadlines as they stand at a time. Every question is answered from an index that holds little beside the
    /// answer, so that asking often does no harm.
    ///
    /// # Errors
    /// The database failed.
    pub fn deadlines(&self, now: BlockTime) -> Result<Deadlines, ReadModelError> {
        let (decisions_overdue, overdue_since) = self.overdue()?;
        Ok(Deadlines {
            decisions_overdue,
            overdue_since,
            publications_overdue: self.publications_overdue(now)?,
            returns_due: self.returns_due(now)?,
            roles_ending: self.ending("roles", now)?,
            keys_ending: self.ending("keys", now)?,
        })
    }

    fn overdue(&self) -> Result<(u64, Option<BlockTime>), ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(
            "SELECT COUNT(*), MIN(overdue_ms) FROM (
                 SELECT v.overdue_ms FROM record_versions v
                 JOIN records ON records.id = v.record AND records.latest = v.version
                 WHERE v.overdue_ms IS NOT NULL AND v.decided_ms IS NULL ORDER BY v.overdue_ms LIMIT ?1)",
        )?;
        let found = statement.query_row([COUNTED_MAX], |row| {
            let oldest: Option<i64> = row.get(1)?;
            Ok((unsigned(row.get(0)?), oldest.map(|ms| BlockTime(unsigned(ms)))))
        })?;
        Ok(found)
    }

    fn publications_overdue(&self, now: BlockTime) -> Result<u64, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(
            "SELECT COUNT(*) FROM periods WHERE release_ms < ?1 AND NOT EXISTS (
                 SELECT 1 FROM figures WHERE figures.register = periods.register AND figures.period = periods.period)",
        )?;
        Ok(statement.query_row([now.0.cast_signed()], |row| Ok(unsigned(row.get(0)?)))?)
    }

    fn returns_due(&self, now: BlockTime) -> Result<Option<BlockTime>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached("SELECT MIN(due_ms) FROM periods WHERE due_ms >= ?1")?;
        let due: Option<i64> = statement.query_row([now.0.cast_signed()], |row| row.get(0))?;
        Ok(due.map(|ms| BlockTime(unsigned(ms))))
    }

    /// How many rows of a table, `roles` or `keys`, end within each of [`NEAR_DAYS`].
    fn ending(&self, table: &'static str, now: BlockTime) -> Result<[u64; 2], ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM {table}
             WHERE revoked_ms IS NULL AND expires_ms >= ?1 AND expires_ms < ?2 LIMIT ?3)"
        ))?;
        let mut counts = [0; 2];
        for (count, days) in counts.iter_mut().zip(NEAR_DAYS) {
            let end = now.plus_ms(days.saturating_mul(DAY_MS));
            let range = params![now.0.cast_signed(), end.0.cast_signed(), COUNTED_MAX];
            *count = unsigned(statement.query_row(range, |row| row.get(0))?);
        }
        Ok(counts)
    }
}
