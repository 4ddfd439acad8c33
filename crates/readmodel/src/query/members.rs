//! Members, authorities, keys, roles, regions.

use super::text::member_kind;
use super::{decode, limit, parse, unsigned};
use crate::error::ReadModelError;
use crate::store::ReadModel;
use chancery_kernel::identity::record::{Jurisdiction, KeyBinding, Member, Region, RoleGrant};
use chancery_kernel::identity::transaction::RoleScope;
use chancery_types::code::RegionCode;
use chancery_types::ids::{Height, MemberId};
use chancery_types::key::PublicKey;
use chancery_types::member::MemberKind;
use chancery_types::time::BlockTime;
use rusqlite::{Row, ToSql, params};

/// A member with what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// As it was registered.
    pub member: Member,
    /// What an authority may decide about.
    pub jurisdiction: Option<Jurisdiction>,
    /// When it was registered.
    pub registered: (Height, BlockTime),
    /// When it was ended, with the public reason.
    pub revoked: Option<(Height, BlockTime, String)>,
}

/// A key with what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// The key.
    pub key: PublicKey,
    /// As it was bound.
    pub binding: KeyBinding,
    /// When it was bound.
    pub bound: (Height, BlockTime),
    /// When it was ended.
    pub revoked: Option<(Height, BlockTime)>,
}

/// A role with what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRow {
    /// Which role of whom, where.
    pub scope: RoleScope,
    /// As it was granted.
    pub grant: RoleGrant,
    /// When it was granted.
    pub granted: (Height, BlockTime),
    /// When it was taken back.
    pub revoked: Option<(Height, BlockTime)>,
}

/// Which members are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberFilter {
    /// Only of this kind.
    pub kind: Option<MemberKind>,
    /// Only at home in this region itself.
    pub region: Option<RegionCode>,
    /// Only registered by this authority.
    pub vouched_by: Option<MemberId>,
}

const MEMBER: &str = "SELECT value, jurisdiction, registered_height, registered_ms, revoked_height, revoked_ms,
    revoked_reason FROM members";
const KEY: &str = "SELECT key, value, from_height, from_ms, revoked_height, revoked_ms FROM keys";
const ROLE: &str = "SELECT scope, value, from_height, from_ms, revoked_height, revoked_ms FROM roles";

impl ReadModel {
    /// Members after an id, in the order of ids.
    ///
    /// # Errors
    /// The database failed.
    pub fn members(
        &self,
        filter: &MemberFilter,
        after: Option<MemberId>,
        items: usize,
    ) -> Result<Vec<MemberRow>, ReadModelError> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!(
            "{MEMBER} WHERE id > ?1 AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR region = ?3)
             AND (?4 IS NULL OR vouched_by = ?4) ORDER BY id LIMIT ?5"
        ))?;
        let rows = statement.query_and_then(
            params![
                after,
                filter.kind.map(member_kind),
                filter.region.as_ref().map(|region| region.as_str()),
                filter.vouched_by.map(|id| id.to_string()),
                limit(items)
            ],
            member_row,
        )?;
        rows.collect()
    }

    /// How many members an authority registered itself.
    ///
    /// # Errors
    /// The database failed.
    pub fn registered_by(&self, authority: &MemberId) -> Result<u64, ReadModelError> {
        let count = self
            .connection()?
            .prepare_cached("SELECT COUNT(*) FROM members WHERE vouched_by = ?1")?
            .query_row(params![authority.to_string()], |row| row.get(0))?;
        Ok(unsigned(count))
    }

    /// A member.
    ///
    /// # Errors
    /// The database failed.
    pub fn member(&self, id: &MemberId) -> Result<Option<MemberRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!("{MEMBER} WHERE id = ?1"))?;
        let mut rows = statement.query_and_then(params![id.to_string()], member_row)?;
        rows.next().transpose()
    }

    /// The keys of a member, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn keys_of(&self, member: &MemberId) -> Result<Vec<KeyRow>, ReadModelError> {
        self.key_rows("WHERE member = ?1 ORDER BY from_height, key", &member.to_string())
    }

    /// A key that is or was bound.
    ///
    /// # Errors
    /// The database failed.
    pub fn key(&self, key: &PublicKey) -> Result<Option<KeyRow>, ReadModelError> {
        Ok(self.key_rows("WHERE key = ?1", &key.to_string())?.pop())
    }

    /// The roles of a member.
    ///
    /// # Errors
    /// The database failed.
    pub fn roles_of(&self, member: &MemberId) -> Result<Vec<RoleRow>, ReadModelError> {
        self.role_rows("WHERE member = ?1 ORDER BY from_height LIMIT ?2", &member.to_string(), usize::MAX)
    }

    /// The latest roles that an authority granted.
    ///
    /// # Errors
    /// The database failed.
    pub fn roles_granted_by(&self, authority: &MemberId, items: usize) -> Result<Vec<RoleRow>, ReadModelError> {
        self.role_rows("WHERE granted_by = ?1 ORDER BY from_height DESC LIMIT ?2", &authority.to_string(), items)
    }

    /// Regions after a code, in the order of codes.
    ///
    /// # Errors
    /// The database failed.
    pub fn regions(&self, after: Option<&RegionCode>, items: usize) -> Result<Vec<Region>, ReadModelError> {
        let after = after.map(|code| code.as_str()).unwrap_or_default();
        self.region_rows("WHERE code > ?1 ORDER BY code LIMIT ?2", params![after, limit(items)])
    }

    /// A region.
    ///
    /// # Errors
    /// The database failed.
    pub fn region(&self, code: &RegionCode) -> Result<Option<Region>, ReadModelError> {
        Ok(self.region_rows("WHERE code = ?1", params![code.as_str()])?.pop())
    }

    /// The regions directly within a region, by code.
    ///
    /// # Errors
    /// The database failed.
    pub fn regions_within(&self, code: &RegionCode) -> Result<Vec<Region>, ReadModelError> {
        self.region_rows("WHERE parent = ?1 ORDER BY code", params![code.as_str()])
    }

    fn region_rows(&self, condition: &str, values: &[&dyn ToSql]) -> Result<Vec<Region>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!("SELECT value FROM regions {condition}"))?;
        let rows = statement.query_and_then(values, |row| decode(&row.get::<_, Vec<u8>>(0)?, "regions"))?;
        rows.collect()
    }

    fn key_rows(&self, condition: &str, value: &str) -> Result<Vec<KeyRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!("{KEY} {condition}"))?;
        let rows = statement.query_and_then(params![value], |row| {
            let (key, binding): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
            Ok(KeyRow {
                key: parse(&key, "keys")?,
                binding: decode(&binding, "keys")?,
                bound: (Height(unsigned(row.get(2)?)), BlockTime(unsigned(row.get(3)?))),
                revoked: ended(row, 4)?,
            })
        })?;
        rows.collect()
    }

    fn role_rows(&self, condition: &str, value: &str, items: usize) -> Result<Vec<RoleRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!("{ROLE} {condition}"))?;
        let rows = statement.query_and_then(params![value, limit(items)], |row| {
            let (scope, grant): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
            Ok(RoleRow {
                scope: decode(&scope, "roles")?,
                grant: decode(&grant, "roles")?,
                granted: (Height(unsigned(row.get(2)?)), BlockTime(unsigned(row.get(3)?))),
                revoked: ended(row, 4)?,
            })
        })?;
        rows.collect()
    }
}

/// The block and time at which something ended, from two columns that are both there or both not.
pub(super) fn ended(row: &Row<'_>, first: usize) -> Result<Option<(Height, BlockTime)>, ReadModelError> {
    let height: Option<i64> = row.get(first)?;
    let time: Option<i64> = row.get(first.saturating_add(1))?;
    Ok(height.zip(time).map(|(height, time)| (Height(unsigned(height)), BlockTime(unsigned(time)))))
}

pub(super) fn member_row(row: &Row<'_>) -> Result<MemberRow, ReadModelError> {
    let member: Vec<u8> = row.get(0)?;
    let jurisdiction: Option<Vec<u8>> = row.get(1)?;
    let reason: Option<String> = row.get(6)?;
    Ok(MemberRow {
        member: decode(&member, "members")?,
        jurisdiction: jurisdiction.map(|bytes| decode(&bytes, "members")).transpose()?,
        registered: (Height(unsigned(row.get(2)?)), BlockTime(unsigned(row.get(3)?))),
        revoked: ended(row, 4)?.map(|(height, time)| (height, time, reason.unwrap_or_default())),
    })
}
