//! Suspensions, take-overs, further vouchers, names, ends, identifications and devices.

use super::{At, signed};
use crate::error::ReadModelError;
use chancery_kernel::identity::event::IdentityEvent;
use chancery_kernel::identity::record::{BodyEnd, Calibration, Device, Identification, Naming, Suspension};
use chancery_kernel::identity::transaction::{Lifting, Named};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::ids::MemberId;
use rusqlite::{Connection, OptionalExtension, params};

/// Folds what [`super::identity::fold`] does not.
pub(super) fn fold(connection: &Connection, at: At, event: IdentityEvent) -> Result<(), ReadModelError> {
    match event {
        IdentityEvent::SuspensionAnnounced(authority, suspension) => {
            write_suspension(connection, at, &authority, &suspension)
        }
        IdentityEvent::SuspensionLifted(lifting, by) => write_lifting(connection, at, &lifting, &by),
        IdentityEvent::TakenOver(taking, _) => {
            let statement = "INSERT INTO offices (authority, taken_over_by) VALUES (?1, ?2)
                 ON CONFLICT (authority) DO UPDATE SET taken_over_by = ?2";
            run(connection, statement, &[&taking.authority.to_string(), &taking.by.to_string()])
        }
        IdentityEvent::Vouched(member, authority) => {
            let statement =
                "INSERT OR REPLACE INTO vouchers (member, authority, from_height, from_ms) VALUES (?1, ?2, ?3, ?4)";
            run(connection, statement, &[&member.to_string(), &authority.to_string(), &at.height, &at.time_ms])
        }
        IdentityEvent::VouchingWithdrawn(withdrawal, by) => {
            let statement = "DELETE FROM vouchers WHERE member = ?1 AND authority = ?2";
            run(connection, statement, &[&withdrawal.member.to_string(), &by.to_string()])
        }
        IdentityEvent::Renamed(of, naming) => write_name(connection, &of, &naming),
        IdentityEvent::RegionEndAnnounced(code, end) => {
            let statement = "INSERT OR REPLACE INTO region_ends (code, from_ms, value) VALUES (?1, ?2, ?3)";
            run(connection, statement, &[&code.as_str(), &signed(end.from.0), &to_bytes(&end)])
        }
        IdentityEvent::BodyEndAnnounced(authority, end) => write_body_end(connection, &authority, &end),
        IdentityEvent::Identified(member, known) => write_identification(connection, &member, &known),
        IdentityEvent::DeviceDescribed(member, device) => write_device(connection, &member, &device),
        IdentityEvent::Calibrated(member, calibration) => write_calibration(connection, &member, calibration),
        _ => Ok(()),
    }
}

fn run(connection: &Connection, statement: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), ReadModelError> {
    connection.prepare_cached(statement)?.execute(values)?;
    Ok(())
}

fn write_suspension(
    connection: &Connection,
    at: At,
    authority: &MemberId,
    suspension: &Suspension,
) -> Result<(), ReadModelError> {
    let authority = authority.to_string();
    let statement = "INSERT INTO offices (authority, suspended_from_ms) VALUES (?1, ?2)
         ON CONFLICT (authority) DO UPDATE SET suspended_from_ms = ?2";
    run(connection, statement, &[&authority, &signed(suspension.from.0)])?;
    let statement = "INSERT OR REPLACE INTO suspensions (authority, announced_height, announced_ms, value)
         VALUES (?1, ?2, ?3, ?4)";
    run(connection, statement, &[&authority, &at.height, &at.time_ms, &to_bytes(suspension)])
}

/// What was taken over comes back with the office, unless the authority has ended; see the kernel's `lift`.
fn write_lifting(connection: &Connection, at: At, lifting: &Lifting, by: &MemberId) -> Result<(), ReadModelError> {
    let authority = lifting.authority.to_string();
    let statement = "UPDATE offices SET suspended_from_ms = NULL,
             taken_over_by = CASE
                 WHEN ends_ms IS NULL
                     AND NOT EXISTS (SELECT 1 FROM members WHERE id = ?1 AND revoked_height IS NOT NULL) THEN NULL
                 ELSE taken_over_by END
         WHERE authority = ?1";
    run(connection, statement, &[&authority])?;
    let statement = "UPDATE suspensions SET lifted_height = ?2, lifted_ms = ?3, lifted_by = ?4, lifted_reason = ?5
         WHERE authority = ?1 AND lifted_height IS NULL";
    run(connection, statement, &[&authority, &at.height, &at.time_ms, &by.to_string(), &lifting.reason])
}

fn write_name(connection: &Connection, of: &Named, naming: &Naming) -> Result<(), ReadModelError> {
    let (kind, id) = match of {
        Named::Region(code) => ("region", code.to_string()),
        Named::Member(member) => ("member", member.to_string()),
    };
    let statement = "INSERT OR REPLACE INTO names (kind, id, from_ms, name, value) VALUES (?1, ?2, ?3, ?4, ?5)";
    run(connection, statement, &[&kind, &id, &signed(naming.from.0), &naming.name, &to_bytes(naming)])
}

fn write_body_end(connection: &Connection, authority: &MemberId, end: &BodyEnd) -> Result<(), ReadModelError> {
    let statement = "INSERT INTO offices (authority, ends_ms, heir, end) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (authority) DO UPDATE SET ends_ms = ?2, heir = ?3, end = ?4";
    let heir = end.heir.map(|heir| heir.to_string());
    run(connection, statement, &[&authority.to_string(), &signed(end.from.0), &heir, &to_bytes(end)])
}

fn write_identification(
    connection: &Connection,
    member: &MemberId,
    known: &Identification,
) -> Result<(), ReadModelError> {
    let statement = "INSERT OR REPLACE INTO identifications (member, level, authority, checked_ms, value)
         VALUES (?1, ?2, ?3, ?4, ?5)";
    // The declared numbers of the levels, which are in order.
    let level: u8 = match known.level {
        chancery_kernel::identity::record::IdentityLevel::Low => 1,
        chancery_kernel::identity::record::IdentityLevel::Substantial => 2,
        chancery_kernel::identity::record::IdentityLevel::High => 3,
    };
    let (member, authority) = (member.to_string(), known.authority.to_string());
    run(connection, statement, &[&member, &level, &authority, &signed(known.checked.0), &to_bytes(known)])
}

fn write_device(connection: &Connection, member: &MemberId, device: &Device) -> Result<(), ReadModelError> {
    let expires = device.calibration.as_ref().map(|calibration| signed(calibration.expires.0));
    let statement = "INSERT OR REPLACE INTO devices (member, expires_ms, value) VALUES (?1, ?2, ?3)";
    run(connection, statement, &[&member.to_string(), &expires, &to_bytes(device)])
}

fn write_calibration(
    connection: &Connection,
    member: &MemberId,
    calibration: Calibration,
) -> Result<(), ReadModelError> {
    let kept: Option<Vec<u8>> = connection
        .prepare_cached("SELECT value FROM devices WHERE member = ?1")?
        .query_row(params![member.to_string()], |row| row.get(0))
        .optional()?;
    let Some(kept) = kept else { return Err(ReadModelError::Damaged("devices")) };
    let mut device: Device = from_bytes(&kept).map_err(|_| ReadModelError::Damaged("devices"))?;
    device.calibration = Some(calibration);
    write_device(connection, member, &device)
}
