//! Registers, periods, records and their versions.

use super::members::ended;
use super::text::{assurance, assurance_from};
use super::{Place, Placed, decode, limit, parse, unsigned};
use crate::error::ReadModelError;
use crate::store::ReadModel;
use chancery_kernel::records::record::Register;
use chancery_statistics::record::{Collection, Structure};
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::ids::{Height, MemberId, RecordId, Version};
use chancery_types::period::Period;
use chancery_types::record::{Assurance, RecordVersion};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use rusqlite::{Row, params};

/// A register with what is asked in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRow {
    /// The register.
    pub register: Register,
    /// When it was opened.
    pub opened: (Height, BlockTime),
    /// What is asked.
    pub structure: Option<Structure>,
}

/// A record's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// Its id.
    pub id: RecordId,
    /// The register.
    pub register: RegisterId,
    /// The period.
    pub period: Period,
    /// The region.
    pub region: RegionCode,
    /// Whom it is about.
    pub subject: MemberId,
    /// The latest version.
    pub latest: Version,
    /// How well that is known.
    pub assurance: Assurance,
    /// The version that counts.
    pub counted: Option<Version>,
    /// When its latest version was filed.
    pub touched: (Height, BlockTime),
    /// The number, if its latest version was refused.
    pub refusal: Option<RejectionCode>,
}

/// A version with what was decided about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// The version as filed.
    pub filed: Placed<RecordVersion>,
    /// How well it is known.
    pub assurance: Assurance,
    /// The decision on it.
    pub decision: Option<DecisionRow>,
    /// When the authority's term ran out without a decision.
    pub overdue: Option<(Height, BlockTime)>,
}

/// A decision on a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRow {
    /// Who decided.
    pub authority: MemberId,
    /// The number of a refusal.
    pub code: Option<RejectionCode>,
    /// Where it stands.
    pub place: Place,
}

/// Which records are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordFilter {
    /// Only of this register.
    pub register: Option<RegisterId>,
    /// Only about this period.
    pub period: Option<Period>,
    /// Only about this region itself.
    pub region: Option<RegionCode>,
    /// Only about this member.
    pub subject: Option<MemberId>,
    /// Only those whose latest version is known so well.
    pub assurance: Option<Assurance>,
}

/// How far a period's returns have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeriodCounts {
    /// Latest versions that wait for a decision.
    pub filed: u64,
    /// Latest versions that were accepted.
    pub accepted: u64,
    /// Latest versions that were refused.
    pub refused: u64,
    /// Latest versions that were filed after they were due.
    pub late: u64,
}

const RECORD: &str = "SELECT records.id, records.register, records.period, records.region, records.subject, records.latest,
    records.assurance, records.counted, records.height, records.time_ms, record_versions.refusal
    FROM records JOIN record_versions ON record_versions.record = records.id AND record_versions.version = records.latest";
const VERSION: &str = "SELECT value, height, entry, event, time_ms, assurance, decided_by, refusal,
    decided_height, decided_entry, decided_event, decided_ms, overdue_height, overdue_ms FROM record_versions";

impl ReadModel {
    /// Registers after an id, in the order of ids.
    ///
    /// # Errors
    /// The database failed.
    pub fn registers(&self, after: Option<&RegisterId>, items: usize) -> Result<Vec<RegisterRow>, ReadModelError> {
        let after = after.map(|id| id.as_str()).unwrap_or_default();
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(
            "SELECT value, opened_height, opened_ms, structure FROM registers WHERE id > ?1 ORDER BY id LIMIT ?2",
        )?;
        let rows = statement.query_and_then(params![after, limit(items)], register_row)?;
        rows.collect()
    }

    /// A register.
    ///
    /// # Errors
    /// The database failed.
    pub fn register(&self, id: &RegisterId) -> Result<Option<RegisterRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection
            .prepare_cached("SELECT value, opened_height, opened_ms, structure FROM registers WHERE id = ?1")?;
        let mut rows = statement.query_and_then(params![id.as_str()], register_row)?;
        rows.next().transpose()
    }

    /// The periods of a register, in order.
    ///
    /// # Errors
    /// The database failed.
    pub fn periods(&self, register: &RegisterId) -> Result<Vec<Collection>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement =
            connection.prepare_cached("SELECT value FROM periods WHERE register = ?1 ORDER BY period")?;
        let rows = statement
            .query_and_then(params![register.as_str()], |row| decode(&row.get::<_, Vec<u8>>(0)?, "periods"))?;
        rows.collect()
    }

    /// What is asked in a period: the structure under which it was opened.
    ///
    /// # Errors
    /// The database failed.
    pub fn structure_of(&self, register: &RegisterId, period: Period) -> Result<Option<Structure>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(
            "SELECT structures.value FROM periods
             JOIN structures ON structures.register = periods.register AND structures.version = periods.structure
             WHERE periods.register = ?1 AND periods.period = ?2",
        )?;
        let mut rows = statement.query_and_then(params![register.as_str(), period.to_string()], |row| {
            decode(&row.get::<_, Vec<u8>>(0)?, "structures")
        })?;
        rows.next().transpose()
    }

    /// How far a period's returns have come.
    ///
    /// # Errors
    /// The database failed.
    pub fn period_counts(&self, register: &RegisterId, period: Period) -> Result<PeriodCounts, ReadModelError> {
        let counts = self
            .connection()?
            .prepare_cached(
                "SELECT COALESCE(SUM(records.assurance = 'filed'), 0), COALESCE(SUM(records.assurance = 'accepted'), 0),
                     COALESCE(SUM(records.assurance = 'refused'), 0), COALESCE(SUM(v.filed_ms > p.due_ms), 0)
                 FROM records
                 JOIN record_versions v ON v.record = records.id AND v.version = records.latest
                 JOIN periods p ON p.register = records.register AND p.period = records.period
                 WHERE records.register = ?1 AND records.period = ?2",
            )?
            .query_row(params![register.as_str(), period.to_string()], |row| {
                Ok(PeriodCounts {
                    filed: unsigned(row.get(0)?),
                    accepted: unsigned(row.get(1)?),
                    refused: unsigned(row.get(2)?),
                    late: unsigned(row.get(3)?),
                })
            })?;
        Ok(counts)
    }

    /// Records after an id, in the order of ids.
    ///
    /// # Errors
    /// The database failed.
    pub fn records(
        &self,
        filter: &RecordFilter,
        after: Option<RecordId>,
        items: usize,
    ) -> Result<Vec<RecordRow>, ReadModelError> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        self.record_rows(filter, &after, "records.id", items)
    }

    /// The latest records that fit, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn latest_records(&self, filter: &RecordFilter, items: usize) -> Result<Vec<RecordRow>, ReadModelError> {
        self.record_rows(filter, "", "records.height DESC, records.id", items)
    }

    /// The latest records that are about a member or of which it filed a version, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn records_around(&self, member: &MemberId, items: usize) -> Result<Vec<RecordRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!(
            "{RECORD} WHERE records.subject = ?1 OR records.id IN (SELECT record FROM record_versions WHERE filer = ?1)
             ORDER BY records.height DESC, records.id LIMIT ?2"
        ))?;
        let rows = statement.query_and_then(params![member.to_string(), limit(items)], record_row)?;
        rows.collect()
    }

    /// A record.
    ///
    /// # Errors
    /// The database failed.
    pub fn record(&self, id: &RecordId) -> Result<Option<RecordRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!("{RECORD} WHERE records.id = ?1"))?;
        let mut rows = statement.query_and_then(params![id.to_string()], record_row)?;
        rows.next().transpose()
    }

    /// The versions of a record, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn versions(&self, id: &RecordId) -> Result<Vec<VersionRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!("{VERSION} WHERE record = ?1 ORDER BY version"))?;
        let rows = statement.query_and_then(params![id.to_string()], version_row)?;
        rows.collect()
    }

    /// The records that a transaction filed or decided on.
    ///
    /// # Errors
    /// The database failed.
    pub fn records_of_transaction(
        &self,
        height: Height,
        entry: u32,
        items: usize,
    ) -> Result<Vec<RecordId>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(
            "SELECT DISTINCT record FROM record_versions
             WHERE (height = ?1 AND entry = ?2) OR (decided_height = ?1 AND decided_entry = ?2) LIMIT ?3",
        )?;
        let rows = statement.query_and_then(params![height.0.cast_signed(), entry, limit(items)], |row| {
            parse(&row.get::<_, String>(0)?, "record_versions")
        })?;
        rows.collect()
    }

    fn record_rows(
        &self,
        filter: &RecordFilter,
        after: &str,
        order: &str,
        items: usize,
    ) -> Result<Vec<RecordRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!(
            "{RECORD} WHERE records.id > ?1 AND (?2 IS NULL OR records.register = ?2)
             AND (?3 IS NULL OR records.period = ?3) AND (?4 IS NULL OR records.region = ?4)
             AND (?5 IS NULL OR records.subject = ?5) AND (?6 IS NULL OR records.assurance = ?6)
             ORDER BY {order} LIMIT ?7"
        ))?;
        let rows = statement.query_and_then(
            params![
                after,
                filter.register.as_ref().map(|register| register.as_str()),
                filter.period.map(|period| period.to_string()),
                filter.region.as_ref().map(|region| region.as_str()),
                filter.subject.map(|subject| subject.to_string()),
                filter.assurance.map(assurance),
                limit(items)
            ],
            record_row,
        )?;
        rows.collect()
    }
}

fn register_row(row: &Row<'_>) -> Result<RegisterRow, ReadModelError> {
    let (register, structure): (Vec<u8>, Option<Vec<u8>>) = (row.get(0)?, row.get(3)?);
    Ok(RegisterRow {
        register: decode(&register, "registers")?,
        opened: (Height(unsigned(row.get(1)?)), BlockTime(unsigned(row.get(2)?))),
        structure: structure.map(|bytes| decode(&bytes, "registers")).transpose()?,
    })
}

fn record_row(row: &Row<'_>) -> Result<RecordRow, ReadModelError> {
    const TABLE: &str = "records";
    let text = |index: usize| row.get::<_, String>(index);
    let refusal: Option<String> = row.get(10)?;
    Ok(RecordRow {
        id: parse(&text(0)?, TABLE)?,
        register: parse(&text(1)?, TABLE)?,
        period: parse(&text(2)?, TABLE)?,
        region: parse(&text(3)?, TABLE)?,
        subject: parse(&text(4)?, TABLE)?,
        latest: Version(row.get(5)?),
        assurance: assurance_from(&text(6)?).ok_or(ReadModelError::Damaged(TABLE))?,
        counted: row.get::<_, Option<u32>>(7)?.map(Version),
        touched: (Height(unsigned(row.get(8)?)), BlockTime(unsigned(row.get(9)?))),
        refusal: refusal.map(|code| parse(&code, TABLE)).transpose()?,
    })
}

fn version_row(row: &Row<'_>) -> Result<VersionRow, ReadModelError> {
    const TABLE: &str = "record_versions";
    let value: Vec<u8> = row.get(0)?;
    let (decided_by, refusal): (Option<String>, Option<String>) = (row.get(6)?, row.get(7)?);
    let decision = match decided_by {
        None => None,
        Some(authority) => Some(DecisionRow {
            authority: parse(&authority, TABLE)?,
            code: refusal.map(|code| parse(&code, TABLE)).transpose()?,
            place: place(row, 8)?,
        }),
    };
    Ok(VersionRow {
        filed: Placed { value: decode(&value, TABLE)?, place: place(row, 1)? },
        assurance: assurance_from(&row.get::<_, String>(5)?).ok_or(ReadModelError::Damaged(TABLE))?,
        decision,
        overdue: ended(row, 12)?,
    })
}

/// Height, entry, event and time from four columns in a row.
pub(super) fn place(row: &Row<'_>, first: usize) -> Result<Place, ReadModelError> {
    Ok(Place {
        height: Height(unsigned(row.get(first)?)),
        entry: row.get(first.saturating_add(1))?,
        event: row.get(first.saturating_add(2))?,
        time: BlockTime(unsigned(row.get(first.saturating_add(3))?)),
    })
}
