//! Registers, record versions, decisions and figures.

use super::{At, signed};
use crate::error::ReadModelError;
use crate::query::text::{assurance, class};
use chancery_kernel::records::event::RecordsEvent;
use chancery_kernel::records::record::Register;
use chancery_types::amount::CellValue;
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::event::{Event, FIGURE_PUBLISHED, RECORD_DECISION, RECORD_VERSION};
use chancery_types::figure::Figure;
use chancery_types::record::{Assurance, Cell, Decision, RecordVersion};
use rusqlite::{Connection, params};

pub(super) fn fold(connection: &Connection, at: At, event: &Event) -> Result<bool, ReadModelError> {
    let payload = &event.payload;
    let unreadable = |_| ReadModelError::Event { application: event.application.0, kind: event.kind };
    match event.kind {
        RECORD_VERSION => write_version(connection, at, &from_bytes(payload).map_err(unreadable)?)?,
        RECORD_DECISION => write_decision(connection, at, &from_bytes(payload).map_err(unreadable)?)?,
        FIGURE_PUBLISHED => write_figure(connection, at, &from_bytes(payload).map_err(unreadable)?)?,
        _ => match from_bytes(payload) {
            Ok(RecordsEvent::RegisterOpened(register)) => write_register(connection, at, &register)?,
            Ok(_) | Err(_) => return Ok(false),
        },
    }
    Ok(true)
}

fn write_register(connection: &Connection, at: At, register: &Register) -> Result<(), ReadModelError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO registers
                 (id, class, domain, region, authority, legal_basis, title, opened_height, opened_ms, value)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            register.id.as_str(),
            class(register.class),
            register.domain.as_str(),
            register.region.as_str(),
            register.authority.to_string(),
            register.legal_basis,
            register.title,
            at.height,
            at.time_ms,
            to_bytes(register),
        ])?;
    Ok(())
}

fn write_version(connection: &Connection, at: At, version: &RecordVersion) -> Result<(), ReadModelError> {
    let record = version.record.to_string();
    connection
        .prepare_cached(
            "INSERT INTO records (id, register, period, region, subject, latest, assurance, height, time_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'filed', ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET
                 latest = excluded.latest, assurance = 'filed', region = excluded.region,
                 height = excluded.height, time_ms = excluded.time_ms",
        )?
        .execute(params![
            record,
            version.register.as_str(),
            version.period.to_string(),
            version.region.as_str(),
            version.subject.to_string(),
            version.version.0,
            at.height,
            at.time_ms,
        ])?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO record_versions
                 (record, version, filer, filed_ms, reason, assurance, height, entry, event, time_ms, value)
             VALUES (?1, ?2, ?3, ?4, ?5, 'filed', ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            record,
            version.version.0,
            version.filer.to_string(),
            signed(version.filed.0),
            version.reason,
            at.height,
            at.entry,
            at.event,
            at.time_ms,
            to_bytes(version),
        ])?;
    version.cells.iter().try_for_each(|cell| write_cell(connection, &record, version.version.0, cell))
}

fn write_cell(connection: &Connection, record: &str, version: u32, cell: &Cell) -> Result<(), ReadModelError> {
    let (kind, amount, commitment) = match cell.value {
        CellValue::Clear(value) => ("clear", Some(value.0), None),
        CellValue::Committed(commitment) => ("committed", None, Some(commitment.to_string())),
        CellValue::Nil => ("nil", None, None),
        CellValue::Missing => ("missing", None, None),
        CellValue::NotApplicable => ("not_applicable", None, None),
    };
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO record_cells (record, version, cell, kind, amount, commitment)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![record, version, cell.id.as_str(), kind, amount, commitment])?;
    Ok(())
}

fn write_decision(connection: &Connection, at: At, decision: &Decision) -> Result<(), ReadModelError> {
    let (record, version, standing) = (decision.record.to_string(), decision.version.0, assurance(decision.assurance));
    connection
        .prepare_cached(
            "UPDATE record_versions SET assurance = ?3, decided_by = ?4, refusal = ?5,
                 decided_height = ?6, decided_entry = ?7, decided_event = ?8, decided_ms = ?9
             WHERE record = ?1 AND version = ?2",
        )?
        .execute(params![
            record,
            version,
            standing,
            decision.authority.to_string(),
            decision.code.map(|code| code.to_string()),
            at.height,
            at.entry,
            at.event,
            at.time_ms,
        ])?;
    connection
        .prepare_cached("UPDATE records SET assurance = ?3 WHERE id = ?1 AND latest = ?2")?
        .execute(params![record, version, standing])?;
    if decision.assurance == Assurance::Accepted {
        connection
            .prepare_cached(if chancery_planted::is("fold-misses-correction") {
                "UPDATE records SET counted = coalesce(counted, ?2) WHERE id = ?1"
            } else {
                "UPDATE records SET counted = ?2 WHERE id = ?1"
            })?
            .execute(params![record, version])?;
    }
    Ok(())
}

fn write_figure(connection: &Connection, at: At, figure: &Figure) -> Result<(), ReadModelError> {
    let (register, period, region) = (figure.register.as_str(), figure.period.to_string(), figure.region.as_str());
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO figures
                 (register, period, region, sequence, class, cutoff, returns, respondents, authority,
                  height, entry, event, time_ms, value)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            register,
            period,
            region,
            figure.sequence,
            class(figure.class),
            signed(figure.cutoff.0),
            signed(figure.returns),
            signed(figure.respondents),
            figure.authority.to_string(),
            at.height,
            at.entry,
            at.event,
            at.time_ms,
            to_bytes(figure),
        ])?;
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO figure_cells (register, period, region, sequence, cell, total)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for cell in &figure.cells {
        insert.execute(params![register, period, region, figure.sequence, cell.id.as_str(), cell.total.0])?;
    }
    Ok(())
}
