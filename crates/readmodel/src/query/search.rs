//! Finding things by name or id.

use super::limit;
use crate::error::ReadModelError;
use crate::store::ReadModel;
use rusqlite::params;

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitKind {
    /// A member; the id is the member's.
    Member,
    /// A region; the id is its code.
    Region,
    /// A register.
    Register,
    /// A record.
    Record,
    /// A transaction.
    Transaction,
    /// A block, by its hash; the id is its height.
    Block,
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// Its id.
    pub id: String,
    /// Its name, or its id where it has none.
    pub name: String,
}

const SEARCHES: [(HitKind, &str); 6] = [
    (
        HitKind::Register,
        "SELECT id, title FROM registers WHERE id = ?1 OR title LIKE ?2 ESCAPE '\\' ORDER BY id LIMIT ?3",
    ),
    (
        HitKind::Region,
        "SELECT code, name FROM regions WHERE code = ?1 OR name LIKE ?2 ESCAPE '\\' ORDER BY code LIMIT ?3",
    ),
    (
        HitKind::Member,
        "SELECT id, COALESCE(name, id) FROM members WHERE id = ?1 OR name LIKE ?2 ESCAPE '\\' ORDER BY name LIMIT ?3",
    ),
    (HitKind::Record, "SELECT id, id FROM records WHERE id = ?1 AND ?2 IS NOT NULL LIMIT ?3"),
    (HitKind::Transaction, "SELECT id, id FROM transactions WHERE id = ?1 AND ?2 IS NOT NULL LIMIT ?3"),
    (HitKind::Block, "SELECT height, hash FROM blocks WHERE hash = ?1 AND ?2 IS NOT NULL LIMIT ?3"),
];

impl ReadModel {
    /// What has this id or has these words in its name, at most `items` of each kind.
    ///
    /// # Errors
    /// The database failed.
    pub fn search(&self, words: &str, items: usize) -> Result<Vec<Hit>, ReadModelError> {
        let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = format!("%{escaped}%");
        let connection = self.connection()?;
        let mut hits = Vec::new();
        for (kind, sql) in SEARCHES {
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map(params![words, pattern, limit(items)], |row| {
                let id: rusqlite::types::Value = row.get(0)?;
                let id = match id {
                    rusqlite::types::Value::Integer(number) => number.to_string(),
                    rusqlite::types::Value::Text(text) => text,
                    _ => String::new(),
                };
                Ok(Hit { kind, id, name: row.get(1)? })
            })?;
            for hit in rows {
                hits.push(hit?);
            }
        }
        Ok(hits)
    }
}
