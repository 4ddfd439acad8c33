//! Opening, resetting and following.

use crate::error::ReadModelError;
use crate::fold::{self, FoldBlock};
use chancery_types::ids::{Height, NetworkId};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The version of the tables. A read model of another version is folded anew.
pub const SCHEMA_VERSION: i64 = 5;

const SCHEMA: &str = include_str!("schema.sql");

/// The read model of one node. Every method may be called from any thread.
pub struct ReadModel {
    /// None where the node keeps no tables.
    connection: Option<Mutex<Connection>>,
    network: NetworkId,
}

impl ReadModel {
    /// Opens the read model in a file, or in memory. Tables of another schema version are dropped and begun anew.
    ///
    /// # Errors
    /// The database failed, or the file belongs to another network.
    pub fn open(path: Option<&Path>, network: NetworkId) -> Result<Self, ReadModelError> {
        let connection = match path {
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        // Losing the last moments is harmless: they are folded again from the archive.
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")?;
        let model = Self { connection: Some(Mutex::new(connection)), network };
        match model.stored()? {
            Some((_, stored)) if stored != network => Err(ReadModelError::OtherNetwork(stored)),
            Some((SCHEMA_VERSION, _)) => Ok(model),
            _ => {
                model.reset()?;
                Ok(model)
            }
        }
    }

    /// The read model of a node that keeps no tables: every question is refused.
    pub const fn not_kept(network: NetworkId) -> Self {
        Self { connection: None, network }
    }

    /// Drops everything, so that all blocks are folded anew.
    ///
    /// # Errors
    /// The database failed.
    pub fn reset(&self) -> Result<(), ReadModelError> {
        let mut connection = self.connection()?;
        let transaction = connection.transaction()?;
        let tables: Vec<String> = transaction
            .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for table in tables {
            transaction.execute_batch(&format!("DROP TABLE \"{table}\""))?;
        }
        transaction.execute_batch(SCHEMA)?;
        transaction.execute(
            "INSERT INTO position (only, height, schema, network) VALUES (1, -1, ?1, ?2)",
            params![SCHEMA_VERSION, self.network.to_string()],
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// The latest height folded; `None` before the founding state.
    ///
    /// # Errors
    /// The database failed.
    pub fn position(&self) -> Result<Option<Height>, ReadModelError> {
        fold::position(&*self.connection()?)
    }

    /// Folds blocks that follow the position, in one SQL transaction. Blocks that were folded before are passed over.
    ///
    /// # Errors
    /// A block does not follow, does not decode, or the database failed; then none of them is folded.
    pub fn apply(&self, blocks: &[FoldBlock<'_>]) -> Result<(), ReadModelError> {
        let mut connection = self.connection()?;
        let transaction = connection.transaction()?;
        let mut unknown = 0;
        for block in blocks {
            unknown += fold::fold(&transaction, block)?;
        }
        if unknown > 0 {
            transaction.execute("UPDATE position SET unknown_events = unknown_events + ?1", [unknown])?;
        }
        transaction.commit()?;
        Ok(())
    }

    pub(crate) fn connection(&self) -> Result<MutexGuard<'_, Connection>, ReadModelError> {
        let connection = self.connection.as_ref().ok_or(ReadModelError::NotKept)?;
        // A panic while the lock was held left at most an open SQL transaction, which SQLite rolls back.
        Ok(connection.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn stored(&self) -> Result<Option<(i64, NetworkId)>, ReadModelError> {
        let connection = self.connection()?;
        let table: Option<String> = connection
            .query_row("SELECT name FROM sqlite_master WHERE name = 'position'", [], |row| row.get(0))
            .optional()?;
        if table.is_none() {
            return Ok(None);
        }
        let row: Option<(i64, String)> = connection
            .query_row("SELECT schema, network FROM position", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        row.map(|(schema, network)| {
            network.parse().map(|network| (schema, network)).map_err(|_| ReadModelError::Damaged("position"))
        })
        .transpose()
    }
}
