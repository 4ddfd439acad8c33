//! Structures, periods, decisions that are overdue, and publications that were refused.

use super::{At, signed};
use crate::error::ReadModelError;
use chancery_statistics::event::StatisticsEvent;
use chancery_statistics::transaction::StatisticsTransaction;
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::rejection::RejectionCode;
use rusqlite::{Connection, params};

pub(super) fn fold(connection: &Connection, at: At, event: StatisticsEvent) -> Result<(), ReadModelError> {
    match event {
        StatisticsEvent::StructureDefined(structure) => {
            connection
                .prepare_cached("UPDATE registers SET structure = ?2 WHERE id = ?1")?
                .execute(params![structure.register.as_str(), to_bytes(&structure)])?;
            connection
                .prepare_cached("INSERT OR REPLACE INTO structures (register, version, value) VALUES (?1, ?2, ?3)")?
                .execute(params![structure.register.as_str(), structure.version, to_bytes(&structure)])?;
        }
        StatisticsEvent::PeriodOpened(period) => {
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO periods (register, period, due_ms, closes_ms, release_ms, structure, value)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    period.register.as_str(),
                    period.period.to_string(),
                    signed(period.due.0),
                    signed(period.closes.0),
                    signed(period.release.0),
                    period.structure,
                    to_bytes(&period),
                ])?;
        }
        StatisticsEvent::DecisionOverdue(overdue) => {
            connection
                .prepare_cached(
                    "UPDATE record_versions SET overdue_height = ?3, overdue_ms = ?4 WHERE record = ?1 AND version = ?2",
                )?
                .execute(params![overdue.record.to_string(), overdue.version.0, at.height, at.time_ms])?;
        }
    }
    Ok(())
}

/// Notes a refused publication, so that readers learn why a figure is missing. A refused transaction has no events.
pub(super) fn fold_refused(
    connection: &Connection,
    (height, entry): (i64, u32),
    payload: &[u8],
    code: RejectionCode,
) -> Result<(), ReadModelError> {
    // What does not decode, or is no publication, is about no figure.
    let Ok(StatisticsTransaction::Publish(publication)) = from_bytes(payload) else { return Ok(()) };
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO refused_publications (height, entry, register, period, region, refusal)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            height,
            entry,
            publication.register.as_str(),
            publication.period.to_string(),
            publication.region.as_str(),
            code.to_string(),
        ])?;
    Ok(())
}
