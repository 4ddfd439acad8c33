//! Whom a suspension would touch, and the suspensions that were announced.
//!
//! The ledger judges standing one member at a time, when it acts. Here the same rule is asked of everybody at once: the
//! authorities whose word counts are found in memory (a country has thousands), the members and roles that rest on the
//! others alone by two indexes. A test holds the two against each other.

use super::members::member_row;
use super::{decode, limit, parse, unsigned};
use crate::error::ReadModelError;
use crate::query::{MemberRow, RoleRow};
use crate::store::ReadModel;
use chancery_kernel::identity::ids::LINE_STEPS_MAX;
use chancery_kernel::identity::record::Suspension;
use chancery_types::ids::{Height, MemberId};
use chancery_types::time::BlockTime;
use rusqlite::{Connection, named_params, params};
use std::collections::BTreeMap;

/// Whom and what a suspension would touch, a page of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Members whose new business would be refused, in the order of ids; the authority itself among them.
    pub members: Vec<MemberRow>,
    /// Roles that would rest, as far as the page goes, oldest first.
    pub roles: Vec<RoleRow>,
    /// How many there are of each.
    pub counts: TouchedCounts,
}

/// How much a suspension would touch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TouchedCounts {
    /// Members.
    pub members: u64,
    /// Of these, authorities.
    pub authorities: u64,
    /// Roles.
    pub roles: u64,
}

/// A suspension with what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspensionRow {
    /// As it was announced.
    pub suspension: Suspension,
    /// When it was announced.
    pub announced: (Height, BlockTime),
    /// When it was lifted or withdrawn, by whom, and why.
    pub lifted: Option<(Height, BlockTime, MemberId, String)>,
}

/// Members that rest on authorities of `:after` alone, and not on those of `:before` alone: they stand before, and not
/// after. Ended members and authorities that are suspended or succeeded have no business, and nodes are never judged.
const TOUCHED: &str = "
    WITH before(id) AS (SELECT value FROM json_each(:before)), after(id) AS (SELECT value FROM json_each(:after))
    SELECT {columns} FROM members AS m
    WHERE m.revoked_height IS NULL AND m.kind <> 'node'
        AND NOT EXISTS (SELECT 1 FROM offices AS o WHERE o.authority = m.id
            AND (o.suspended_from_ms <= :time OR o.ends_ms <= :time))
        AND (m.id = :authority OR (m.vouched_by IN after
            AND NOT EXISTS (SELECT 1 FROM vouchers AS v WHERE v.member = m.id AND v.authority NOT IN after)))
        AND NOT (m.vouched_by IS NOT NULL AND m.vouched_by IN before
            AND NOT EXISTS (SELECT 1 FROM vouchers AS v WHERE v.member = m.id AND v.authority NOT IN before))";

/// Roles granted by authorities of `:after` that are not of `:before`, in force at `:time`.
const ROLES: &str = "
    WITH before(id) AS (SELECT value FROM json_each(:before)), after(id) AS (SELECT value FROM json_each(:after))
    SELECT {columns} FROM roles
    WHERE revoked_height IS NULL AND expires_ms >= :time AND granted_by IN after AND granted_by NOT IN before";

impl ReadModel {
    /// Whom a suspension of an authority that is in force at `time` would touch, after a member's id, each list at most
    /// `items` long. Nothing is proved here: the ledger judges each member when it acts.
    ///
    /// # Errors
    /// The database failed.
    pub fn would_touch(
        &self,
        authority: &MemberId,
        time: BlockTime,
        after: Option<MemberId>,
        items: usize,
    ) -> Result<Touched, ReadModelError> {
        let connection = self.connection()?;
        let tree = Tree::load(&connection)?;
        let (authority, time_ms) = (authority.to_string(), time.0.cast_signed());
        let before = tree.silent(time_ms, None);
        let silent = tree.silent(time_ms, Some(&authority));
        let sets = named_params! { ":authority": authority, ":before": before, ":after": silent, ":time": time_ms };
        let count = TOUCHED.replace("{columns}", "COUNT(*), COALESCE(SUM(m.kind = 'authority'), 0)");
        let (members, authorities) = connection
            .prepare_cached(&count)?
            .query_row(sets, |row| Ok((unsigned(row.get(0)?), unsigned(row.get(1)?))))?;
        let columns = "m.value, m.jurisdiction, m.registered_height, m.registered_ms, m.revoked_height, m.revoked_ms,
            m.revoked_reason";
        let page = format!("{} AND m.id > :from ORDER BY m.id LIMIT :items", TOUCHED.replace("{columns}", columns));
        let from = after.map(|id| id.to_string()).unwrap_or_default();
        let values = named_params! {
            ":authority": authority, ":before": before, ":after": silent, ":time": time_ms, ":from": from,
            ":items": limit(items)
        };
        let rows = connection.prepare_cached(&page)?.query_and_then(values, member_row)?.collect::<Result<_, _>>()?;
        let grants = named_params! { ":before": before, ":after": silent, ":time": time_ms };
        let roles = connection
            .prepare_cached(&ROLES.replace("{columns}", "COUNT(*)"))?
            .query_row(grants, |row| Ok(unsigned(row.get(0)?)))?;
        let granted = Self::touched_roles(&connection, &before, &silent, time_ms, items)?;
        Ok(Touched { members: rows, roles: granted, counts: TouchedCounts { members, authorities, roles } })
    }

    fn touched_roles(
        connection: &Connection,
        before: &str,
        silent: &str,
        time_ms: i64,
        items: usize,
    ) -> Result<Vec<RoleRow>, ReadModelError> {
        let columns = "scope, value, from_height, from_ms";
        let page = format!("{} ORDER BY from_height, member LIMIT :items", ROLES.replace("{columns}", columns));
        let values = named_params! { ":before": before, ":after": silent, ":time": time_ms, ":items": limit(items) };
        let mut statement = connection.prepare_cached(&page)?;
        let rows = statement.query_and_then(values, |row| {
            let (scope, grant): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
            Ok(RoleRow {
                scope: decode(&scope, "roles")?,
                grant: decode(&grant, "roles")?,
                granted: (Height(unsigned(row.get(2)?)), BlockTime(unsigned(row.get(3)?))),
                revoked: None,
            })
        })?;
        rows.collect()
    }

    /// The block of the notice and the beginning of a suspension that is in force at the last block folded.
    ///
    /// # Errors
    /// The database failed.
    pub fn suspended_since(&self, authority: &MemberId) -> Result<Option<(Height, BlockTime)>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(
            "SELECT s.announced_height, o.suspended_from_ms FROM offices AS o
             JOIN suspensions AS s ON s.authority = o.authority AND s.lifted_height IS NULL
             WHERE o.authority = ?1
                 AND o.suspended_from_ms <= (SELECT time_ms FROM blocks ORDER BY height DESC LIMIT 1)",
        )?;
        let mut rows = statement.query_map(params![authority.to_string()], |row| {
            Ok((Height(unsigned(row.get(0)?)), BlockTime(unsigned(row.get(1)?))))
        })?;
        Ok(rows.next().transpose()?)
    }

    /// The suspensions of an authority that were ever announced, latest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn suspensions_of(&self, authority: &MemberId, items: usize) -> Result<Vec<SuspensionRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(
            "SELECT value, announced_height, announced_ms, lifted_height, lifted_ms, lifted_by, lifted_reason
             FROM suspensions WHERE authority = ?1 ORDER BY announced_height DESC LIMIT ?2",
        )?;
        let rows = statement.query_and_then(params![authority.to_string(), limit(items)], |row| {
            let (value, by, reason): (Vec<u8>, Option<String>, Option<String>) =
                (row.get(0)?, row.get(5)?, row.get(6)?);
            let ended = super::members::ended(row, 3)?;
            let by: Option<MemberId> = by.map(|by| parse(&by, "suspensions")).transpose()?;
            Ok(SuspensionRow {
                suspension: decode(&value, "suspensions")?,
                announced: (Height(unsigned(row.get(1)?)), BlockTime(unsigned(row.get(2)?))),
                lifted: ended.zip(by).map(|((height, time), by)| (height, time, by, reason.unwrap_or_default())),
            })
        })?;
        rows.collect()
    }
}

/// The authorities and what has become of their offices.
struct Tree(BTreeMap<String, Office>);

struct Office {
    above: Option<String>,
    suspended_from_ms: Option<i64>,
    taken_over_by: Option<String>,
    end: Option<(i64, Option<String>)>,
}

impl Tree {
    fn load(connection: &Connection) -> Result<Self, ReadModelError> {
        let mut statement = connection.prepare_cached(
            "SELECT m.id, m.vouched_by, o.suspended_from_ms, o.taken_over_by, o.ends_ms, o.heir
             FROM members AS m LEFT JOIN offices AS o ON o.authority = m.id WHERE m.kind = 'authority'",
        )?;
        let rows = statement.query_map([], |row| {
            let ends_ms: Option<i64> = row.get(4)?;
            let heir: Option<String> = row.get(5)?;
            let office = Office {
                above: row.get(1)?,
                suspended_from_ms: row.get(2)?,
                taken_over_by: row.get(3)?,
                end: ends_ms.map(|ends_ms| (ends_ms, heir)),
            };
            Ok((row.get(0)?, office))
        })?;
        Ok(Self(rows.collect::<Result<_, _>>()?))
    }

    /// The authorities whose word does not count at a time, if another were suspended too, as a JSON list.
    fn silent(&self, time_ms: i64, supposed: Option<&str>) -> String {
        let silent = self.0.keys().filter(|id| !self.reaches_the_top(id, time_ms, supposed));
        let quoted: Vec<String> = silent.map(|id| format!("\"{id}\"")).collect();
        format!("[{}]", quoted.join(","))
    }

    fn reaches_the_top(&self, from: &str, time_ms: i64, supposed: Option<&str>) -> bool {
        let mut next = from;
        for _ in 0..LINE_STEPS_MAX {
            let Some(here) = self.0.get(next) else { return false };
            let heir = here.end.as_ref().filter(|(ends_ms, _)| *ends_ms <= time_ms).and_then(|(_, heir)| heir.as_ref());
            let suspended = here.suspended_from_ms.is_some_and(|from_ms| from_ms <= time_ms);
            next = match (here.taken_over_by.as_ref().or(heir), &here.above) {
                (Some(other), _) => other,
                (None, _) if suspended || supposed == Some(next) => return false,
                (None, Some(above)) => above,
                (None, None) => return true,
            };
        }
        false
    }
}
