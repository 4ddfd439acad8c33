//! Members, keys, roles and regions.

use super::{At, signed};
use crate::error::ReadModelError;
use crate::query::text::{member_kind, purpose, role};
use chancery_kernel::identity::event::IdentityEvent;
use chancery_kernel::identity::record::{Jurisdiction, KeyBinding, Member, RoleGrant};
use chancery_kernel::identity::transaction::RoleScope;
use chancery_types::encoding::to_bytes;
use chancery_types::key::PublicKey;
use rusqlite::{Connection, params};

pub(super) fn fold(connection: &Connection, at: At, event: IdentityEvent) -> Result<(), ReadModelError> {
    match event {
        IdentityEvent::RegionRegistered(region) => {
            connection
                .prepare_cached("INSERT OR REPLACE INTO regions (code, parent, name, value) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![
                    region.code.as_str(),
                    region.parent.as_ref().map(|parent| parent.as_str()),
                    region.name,
                    to_bytes(&region)
                ])?;
        }
        IdentityEvent::MemberRegistered(member, jurisdiction) => {
            write_member(connection, at, &member, jurisdiction.as_ref())?;
        }
        IdentityEvent::KeyBound(key, binding) => write_key(connection, at, &key, &binding)?,
        IdentityEvent::KeyRevoked(key, _) => {
            connection
                .prepare_cached("UPDATE keys SET revoked_height = ?2, revoked_ms = ?3 WHERE key = ?1")?
                .execute(params![key.to_string(), at.height, at.time_ms])?;
        }
        IdentityEvent::RoleGranted(scope, grant) => write_role(connection, at, &scope, &grant)?,
        IdentityEvent::RoleRevoked(scope) => {
            connection
                .prepare_cached(
                    "UPDATE roles SET revoked_height = ?5, revoked_ms = ?6
                     WHERE member = ?1 AND role = ?2 AND domain = ?3 AND region = ?4",
                )?
                .execute(params![
                    scope.member.to_string(),
                    role(scope.role),
                    scope.domain.as_str(),
                    scope.region.as_str(),
                    at.height,
                    at.time_ms
                ])?;
        }
        IdentityEvent::MemberRevoked(member, reason) => {
            connection
                .prepare_cached(
                    "UPDATE members SET revoked_height = ?2, revoked_ms = ?3, revoked_reason = ?4 WHERE id = ?1",
                )?
                .execute(params![member.to_string(), at.height, at.time_ms, reason])?;
        }
        later => super::standing::fold(connection, at, later)?,
    }
    Ok(())
}

fn write_member(
    connection: &Connection,
    at: At,
    member: &Member,
    jurisdiction: Option<&Jurisdiction>,
) -> Result<(), ReadModelError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO members
                 (id, kind, name, region, vouched_by, owner, registered_height, registered_ms, jurisdiction, value)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            member.id.to_string(),
            member_kind(member.kind),
            member.name,
            member.region.as_str(),
            member.vouched_by.map(|id| id.to_string()),
            member.owner.map(|id| id.to_string()),
            at.height,
            at.time_ms,
            jurisdiction.map(to_bytes),
            to_bytes(member),
        ])?;
    Ok(())
}

fn write_key(connection: &Connection, at: At, key: &PublicKey, binding: &KeyBinding) -> Result<(), ReadModelError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO keys (key, member, purpose, from_height, from_ms, expires_ms, value)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            key.to_string(),
            binding.member.to_string(),
            purpose(binding.purpose),
            at.height,
            at.time_ms,
            binding.expires.map(|time| signed(time.0)),
            to_bytes(binding),
        ])?;
    Ok(())
}

fn write_role(connection: &Connection, at: At, scope: &RoleScope, grant: &RoleGrant) -> Result<(), ReadModelError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO roles
                 (member, role, domain, region, granted_by, from_height, from_ms, expires_ms, scope, value)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            scope.member.to_string(),
            role(scope.role),
            scope.domain.as_str(),
            scope.region.as_str(),
            grant.granted_by.to_string(),
            at.height,
            at.time_ms,
            signed(grant.expires.0),
            to_bytes(scope),
            to_bytes(grant),
        ])?;
    Ok(())
}
