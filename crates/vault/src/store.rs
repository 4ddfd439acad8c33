//! Keeping sealed bytes, in SQLite.

use chancery_crypto::hash::{Tag, hash};
use chancery_types::code::RegisterId;
use chancery_types::hash::Digest;
use chancery_types::ids::{MemberId, NetworkId, RecordId};
use chancery_types::time::{BlockTime, DAY_MS};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a vault promises to keep what it was given.
pub(crate) const KEEP_MS: u64 = 400 * DAY_MS;

/// How much a vault keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultLimits {
    /// The most bytes of one document.
    pub document_bytes_max: usize,
    /// The most bytes of one filer.
    pub filer_bytes_max: u64,
    /// The most bytes of all.
    pub total_bytes_max: u64,
}

impl Default for VaultLimits {
    fn default() -> Self {
        Self {
            document_bytes_max: 64 * 1024,
            filer_bytes_max: 64 * 1024 * 1024,
            total_bytes_max: 16 * 1024 * 1024 * 1024,
        }
    }
}

/// Sealed bytes with whom they concern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The authority that may read them.
    pub authority: MemberId,
    /// The register.
    pub register: RegisterId,
    /// The record that they open.
    pub record: RecordId,
    /// Who handed them over.
    pub filer: MemberId,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

/// What the vault promises about a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The document's hash.
    pub digest: Digest,
    /// When it first arrived.
    pub received: BlockTime,
    /// Until when it is kept.
    pub expires: BlockTime,
}

/// Why the vault does not keep or give a document.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The database failed.
    #[error("the vault cannot be read or written: {0}")]
    Database(#[from] rusqlite::Error),
    /// The file belongs to another network.
    #[error("the vault belongs to another network; use another folder")]
    OtherNetwork,
    /// One document is too long.
    #[error("a sealed document has at most {0} bytes")]
    TooLong(usize),
    /// The filer's share is used up.
    #[error("the filer's share of the vault is used up")]
    FilerShareUsed,
    /// The same bytes were handed over before as the opening of another record, by another filer, or for another
    /// authority. Who holds them all the same can seal them anew: no two seals are equal.
    #[error("the same bytes are kept for another record")]
    KeptForAnother,
    /// There is no room for anybody.
    #[error("the vault is full")]
    Full,
    /// A row does not decode.
    #[error("the vault is damaged at document {0}")]
    Damaged(Digest),
}

/// The vault of one node. Every method may be called from any thread.
pub struct Vault {
    connection: Mutex<Connection>,
    limits: VaultLimits,
}

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS network (only INTEGER PRIMARY KEY CHECK (only = 1), id BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS document (
        digest BLOB PRIMARY KEY,
        authority BLOB NOT NULL,
        register TEXT NOT NULL,
        record BLOB NOT NULL,
        filer BLOB NOT NULL,
        received_ms INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL,
        sealed BLOB NOT NULL
    );
    CREATE TABLE IF NOT EXISTS filer_bytes (filer BLOB PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
";

/// The hash of sealed bytes, as it stands in the return.
pub fn digest(sealed: &[u8]) -> Digest {
    hash(Tag::Content, &[sealed])
}

impl Vault {
    /// Opens the vault in a file, or in memory for tests.
    ///
    /// # Errors
    /// The database failed, or the file belongs to another network.
    pub fn open(path: Option<&Path>, network: NetworkId) -> Result<Self, VaultError> {
        Self::open_with(path, network, VaultLimits::default())
    }

    /// The same with limits of its own.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn open_with(path: Option<&Path>, network: NetworkId, limits: VaultLimits) -> Result<Self, VaultError> {
        let connection = match path {
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        connection.execute_batch(SCHEMA)?;
        connection.execute("INSERT OR IGNORE INTO network (only, id) VALUES (1, ?1)", params![network.0])?;
        let stored: Vec<u8> = connection.query_row("SELECT id FROM network", [], |row| row.get(0))?;
        if stored != network.0 {
            return Err(VaultError::OtherNetwork);
        }
        Ok(Self { connection: Mutex::new(connection), limits })
    }

    /// Keeps a document. The same document again changes nothing and gives the same answer. Durable when it returns.
    ///
    /// # Errors
    /// There is no room, the bytes are kept for another record, or the database failed.
    pub fn keep(&self, document: &Document, now: BlockTime) -> Result<Kept, VaultError> {
        if document.sealed.len() > self.limits.document_bytes_max {
            return Err(VaultError::TooLong(self.limits.document_bytes_max));
        }
        let digest = digest(&document.sealed);
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        if let Some(kept) = kept_before(&transaction, digest, document)? {
            return Ok(kept);
        }
        self.check_room(&transaction, document)?;
        let expires = now.plus_ms(KEEP_MS);
        transaction
            .prepare_cached(
                "INSERT INTO document (digest, authority, register, record, filer, received_ms, expires_ms, sealed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                digest.0,
                document.authority.0,
                document.register.as_str(),
                document.record.0,
                document.filer.0,
                now.0.cast_signed(),
                expires.0.cast_signed(),
                document.sealed,
            ])?;
        transaction
            .prepare_cached(
                "INSERT INTO filer_bytes (filer, bytes) VALUES (?1, ?2)
                 ON CONFLICT (filer) DO UPDATE SET bytes = bytes + excluded.bytes",
            )?
            .execute(params![document.filer.0, size(document)])?;
        transaction.commit()?;
        Ok(Kept { digest, received: now, expires })
    }

    /// A document by the hash of its bytes.
    ///
    /// # Errors
    /// The database failed.
    pub fn get(&self, digest: &Digest) -> Result<Option<Document>, VaultError> {
        type Row = (Vec<u8>, String, Vec<u8>, Vec<u8>, Vec<u8>);
        let connection = self.connection();
        let row: Option<Row> = connection
            .prepare_cached("SELECT authority, register, record, filer, sealed FROM document WHERE digest = ?1")?
            .query_row(params![digest.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            .optional()?;
        let Some((authority, register, record, filer, sealed)) = row else { return Ok(None) };
        let damaged = || VaultError::Damaged(*digest);
        Ok(Some(Document {
            authority: MemberId::from_slice(&authority).ok_or_else(damaged)?,
            register: register.parse().map_err(|_| damaged())?,
            record: RecordId::from_slice(&record).ok_or_else(damaged)?,
            filer: MemberId::from_slice(&filer).ok_or_else(damaged)?,
            sealed,
        }))
    }

    fn check_room(&self, connection: &Connection, document: &Document) -> Result<(), VaultError> {
        let held: Option<i64> = connection
            .prepare_cached("SELECT bytes FROM filer_bytes WHERE filer = ?1")?
            .query_row(params![document.filer.0], |row| row.get(0))
            .optional()?;
        let total: i64 = connection
            .prepare_cached("SELECT COALESCE(SUM(bytes), 0) FROM filer_bytes")?
            .query_row([], |row| row.get(0))?;
        let fits = |held: i64, most: u64| held.saturating_add(size(document)).cast_unsigned() <= most;
        if !fits(total, self.limits.total_bytes_max) {
            return Err(VaultError::Full);
        }
        if !fits(held.unwrap_or(0), self.limits.filer_bytes_max) {
            return Err(VaultError::FilerShareUsed);
        }
        Ok(())
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic while the lock was held left at most an open SQL transaction, which SQLite rolls back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was promised about a document when it came before. A receipt names the record, so it must be the same one.
fn kept_before(connection: &Connection, digest: Digest, document: &Document) -> Result<Option<Kept>, VaultError> {
    let before: Option<(i64, i64, bool)> = connection
        .prepare_cached(
            "SELECT received_ms, expires_ms, authority = ?2 AND register = ?3 AND record = ?4 AND filer = ?5
             FROM document WHERE digest = ?1",
        )?
        .query_row(
            params![digest.0, document.authority.0, document.register.as_str(), document.record.0, document.filer.0],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    match before {
        None => Ok(None),
        Some((_, _, false)) => Err(VaultError::KeptForAnother),
        Some((received, expires, true)) => {
            let time = |ms: i64| BlockTime(ms.cast_unsigned());
            Ok(Some(Kept { digest, received: time(received), expires: time(expires) }))
        }
    }
}

/// A document's size as SQLite counts; it is bounded by the limits.
fn size(document: &Document) -> i64 {
    i64::try_from(document.sealed.len()).unwrap_or(i64::MAX)
}
