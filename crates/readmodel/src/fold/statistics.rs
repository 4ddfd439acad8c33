//! Structures and periods.

use super::{At, signed};
use crate::error::ReadModelError;
use chancery_statistics::event::StatisticsEvent;
use chancery_types::encoding::to_bytes;
use rusqlite::{Connection, params};

pub(super) fn fold(connection: &Connection, _at: At, event: StatisticsEvent) -> Result<(), ReadModelError> {
    match event {
        StatisticsEvent::StructureDefined(structure) => {
            connection
                .prepare_cached("UPDATE registers SET structure = ?2 WHERE id = ?1")?
                .execute(params![structure.register.as_str(), to_bytes(&structure)])?;
        }
        StatisticsEvent::PeriodOpened(period) => {
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO periods (register, period, due_ms, closes_ms, release_ms, value)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    period.register.as_str(),
                    period.period.to_string(),
                    signed(period.due.0),
                    signed(period.closes.0),
                    signed(period.release.0),
                    to_bytes(&period),
                ])?;
        }
    }
    Ok(())
}
