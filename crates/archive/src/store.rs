//! Keeping blocks and outcomes, in SQLite.

use crate::error::ArchiveError;
use crate::outcomes::Outcomes;
use crate::prune::PRUNED;
use chancery_crypto::digest::{body_digest, header_hash, history_leaf};
use chancery_crypto::merkle::{Frontier, Tree};
use chancery_types::block::Header;
use chancery_types::encoding::{from_bytes, from_own_bytes, to_bytes};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, TransactionId};
use chancery_types::key::Signature;
use minicbor::bytes::{ByteSlice, ByteVec};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A final block as consensus hands it over.
#[derive(Clone, Debug)]
pub struct NewBlock<'a> {
    /// Its header.
    pub header: &'a Header,
    /// The header's hash.
    pub hash: Digest,
    /// The proposer's signature over the hash.
    pub signature: Signature,
    /// Encoded envelopes.
    pub transactions: &'a [Vec<u8>],
    /// Its own finality certificate, if it has one.
    pub certificate: Option<&'a [u8]>,
}

/// A block as the archive keeps it.
#[derive(Clone, Debug)]
pub struct ArchivedBlock {
    /// Its header.
    pub header: Header,
    /// The header's hash.
    pub hash: Digest,
    /// The proposer's signature over the hash.
    pub signature: Signature,
    /// Encoded envelopes.
    pub transactions: Vec<Vec<u8>>,
    /// Its own finality certificate, if it has one.
    pub certificate: Option<Vec<u8>>,
    /// What it did.
    pub outcomes: Outcomes,
}

impl ArchivedBlock {
    /// Whether transactions, outcomes and events are the ones that the header commits to.
    fn is_whole(&self) -> bool {
        header_hash(&self.header) == self.hash
            && body_digest(&self.transactions) == self.header.body
            && self.outcomes.root() == self.header.outcomes_root
            && self.outcomes.is_consistent()
    }
}

/// The archive. One per node; every method may be called from any thread.
pub struct Archive {
    inner: Mutex<Inner>,
}

pub(crate) struct Inner {
    pub(crate) database: Connection,
    /// Tree of the hashes of the headers from genesis to the latest block's parent. 64 bytes a block.
    pub(crate) history: Tree,
    /// The right edge of the same tree, on which a block is tried before it is kept.
    edge: Frontier,
    pub(crate) latest: Height,
    /// The first block that is kept whole, once it was asked for.
    pub(crate) kept_from: Option<Height>,
    /// The hash of the latest block's header.
    tip: Option<Digest>,
    /// Of the blocks whose outcomes were kept last, the ids of their transactions.
    kept: HashMap<Digest, (Height, Vec<TransactionId>)>,
}

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS block (
        height INTEGER PRIMARY KEY,
        hash BLOB NOT NULL,
        header BLOB NOT NULL,
        signature BLOB NOT NULL,
        certificate BLOB,
        transactions BLOB NOT NULL,
        outcomes BLOB NOT NULL
    );
    CREATE TABLE IF NOT EXISTS candidate (
        height INTEGER NOT NULL,
        outcomes_root BLOB NOT NULL,
        outcomes BLOB NOT NULL,
        PRIMARY KEY (height, outcomes_root)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS place (
        id BLOB PRIMARY KEY,
        height INTEGER NOT NULL,
        entry INTEGER NOT NULL
    ) WITHOUT ROWID;
";

impl Archive {
    /// Opens the archive in a file, or in memory for tests and simulations. Every header is read and checked against
    /// the one before it; transactions and outcomes are checked when they are asked for.
    ///
    /// # Errors
    /// The file cannot be used, or what stands in it is damaged.
    pub fn open(path: Option<&Path>) -> Result<Self, ArchiveError> {
        let database = match path {
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        database.execute_batch(SCHEMA)?;
        let mut history = Tree::new();
        let mut latest = Height(0);
        let (mut edge, mut tip) = (Frontier::new(), None);
        {
            let mut statement = database.prepare("SELECT height, header, hash FROM block ORDER BY height")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let height = height_from(row.get(0)?);
                let damaged = || ArchiveError::Damaged(height);
                let header: Header = from_bytes(&row.get::<_, Vec<u8>>(1)?).map_err(|_| damaged())?;
                let hash = header_hash(&header);
                let leaf = history_leaf(&header.parent);
                history.append(leaf);
                edge.append(leaf);
                let follows = height == latest.next()
                    && header.height == height
                    && edge.root() == header.history_root
                    && tip.is_none_or(|tip| tip == header.parent)
                    && row.get::<_, Vec<u8>>(2)? == hash.0;
                if !follows {
                    return Err(damaged());
                }
                (latest, tip) = (height, Some(hash));
            }
        }
        let (kept_from, kept) = (None, HashMap::new());
        Ok(Self { inner: Mutex::new(Inner { database, history, edge, latest, kept_from, tip, kept }) })
    }

    /// The latest final height kept; 0 before the first block.
    pub fn latest(&self) -> Height {
        self.lock().latest
    }

    /// Keeps the outcomes, with this root, of a block that may become final. Durable when it returns.
    ///
    /// # Errors
    /// The database failed.
    pub fn keep_outcomes(&self, height: Height, root: &Digest, outcomes: &Outcomes) -> Result<(), ArchiveError> {
        let bytes = to_bytes(outcomes);
        let mut inner = self.lock();
        if height <= inner.latest {
            return Ok(());
        }
        if height.0.is_multiple_of(5) && chancery_planted::is("outcomes-late") {
            return Ok(());
        }
        inner
            .database
            .prepare_cached("INSERT OR IGNORE INTO candidate (height, outcomes_root, outcomes) VALUES (?1, ?2, ?3)")?
            .execute(params![height.0.cast_signed(), root.0, bytes])?;
        inner.kept.insert(*root, (height, outcomes.transactions()));
        Ok(())
    }

    /// Whether the outcomes of a block are here: kept before it is final, or archived with it.
    ///
    /// # Errors
    /// The database failed.
    pub fn has_outcomes(&self, height: Height, outcomes_root: &Digest) -> Result<bool, ArchiveError> {
        let inner = self.lock();
        if height <= inner.latest {
            return Ok(true);
        }
        let found = inner
            .database
            .prepare_cached("SELECT 1 FROM candidate WHERE height = ?1 AND outcomes_root = ?2")?
            .exists(params![height.0.cast_signed(), outcomes_root.0])?;
        Ok(found)
    }

    /// Takes a final block over, with the outcomes kept for it before. Blocks that are here already are passed over.
    /// Durable when it returns; returns the ids of the block's transactions if the block was new.
    ///
    /// # Errors
    /// The block does not follow, its outcomes are not here, or the database failed.
    pub fn finalize(&self, block: &NewBlock<'_>) -> Result<Option<Vec<TransactionId>>, ArchiveError> {
        let mut inner = self.lock();
        let height = block.header.height;
        if height <= inner.latest {
            return Ok(None);
        }
        if height != inner.latest.next() {
            return Err(ArchiveError::Gap { latest: inner.latest, given: height });
        }
        let leaf = history_leaf(&block.header.parent);
        let mut edge = inner.edge.clone();
        edge.append(leaf);
        let follows = edge.root() == block.header.history_root
            && inner.tip.is_none_or(|tip| tip == block.header.parent)
            && header_hash(block.header) == block.hash;
        if !follows {
            return Err(ArchiveError::Damaged(height));
        }
        let kept = inner.kept.remove(&block.header.outcomes_root).map(|(_, ids)| ids);
        let ids = write_block(&mut inner.database, block, kept)?;
        // Only now: a block that was refused or could not be written leaves the tree as it was.
        inner.history.append(leaf);
        (inner.edge, inner.tip) = (edge, Some(block.hash));
        inner.latest = height;
        inner.kept.retain(|_, (kept, _)| *kept > height);
        Ok(Some(ids))
    }

    /// Where a final transaction stands: its block and its index among the block's entries.
    ///
    /// # Errors
    /// The database failed.
    pub fn place(&self, id: &TransactionId) -> Result<Option<(Height, u32)>, ArchiveError> {
        let inner = self.lock();
        let place = inner
            .database
            .prepare_cached("SELECT height, entry FROM place WHERE id = ?1")?
            .query_row(params![id.0], |row| Ok((height_from(row.get(0)?), row.get(1)?)))
            .optional()?;
        Ok(place)
    }

    /// A final block.
    ///
    /// # Errors
    /// [`ArchiveError::NoBlock`], or the database failed.
    pub fn block(&self, height: Height) -> Result<ArchivedBlock, ArchiveError> {
        self.lock().block(height)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic while the lock was held left at most an uncommitted SQL transaction, which SQLite rolls back.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    pub(crate) fn block(&self, height: Height) -> Result<ArchivedBlock, ArchiveError> {
        type Row = (Vec<u8>, Vec<u8>, Vec<u8>, Option<Vec<u8>>, Vec<u8>, Vec<u8>);
        let row: Option<Row> = self
            .database
            .prepare_cached(
                "SELECT header, hash, signature, certificate, transactions, outcomes FROM block WHERE height = ?1",
            )?
            .query_row(params![height.0.cast_signed()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
            })
            .optional()?;
        let (header, hash, signature, certificate, transactions, outcomes) =
            row.ok_or(ArchiveError::NoBlock(height))?;
        if transactions == PRUNED && outcomes == PRUNED {
            return Err(ArchiveError::Pruned(height));
        }
        let damaged = || ArchiveError::Damaged(height);
        let transactions: Vec<ByteVec> = from_bytes(&transactions).map_err(|_| damaged())?;
        let block = ArchivedBlock {
            header: from_bytes(&header).map_err(|_| damaged())?,
            hash: Digest::from_slice(&hash).ok_or_else(damaged)?,
            signature: Signature::from_slice(&signature).ok_or_else(damaged)?,
            transactions: transactions.into_iter().map(Vec::from).collect(),
            certificate,
            outcomes: from_bytes(&outcomes).map_err(|_| damaged())?,
        };
        if block.is_whole() { Ok(block) } else { Err(damaged()) }
    }

    /// A final block's header, whether or not the block is kept whole.
    pub(crate) fn header(&self, height: Height) -> Result<Header, ArchiveError> {
        let bytes: Option<Vec<u8>> = self
            .database
            .prepare_cached("SELECT header FROM block WHERE height = ?1")?
            .query_row(params![height.0.cast_signed()], |row| row.get(0))
            .optional()?;
        from_bytes(&bytes.ok_or(ArchiveError::NoBlock(height))?).map_err(|_| ArchiveError::Damaged(height))
    }

    /// The first height at or above `height` that has a certificate of its own.
    pub(crate) fn certified_from(&self, height: Height) -> Result<Option<Height>, ArchiveError> {
        let found = self
            .database
            .prepare_cached(
                "SELECT height FROM block WHERE height >= ?1 AND certificate IS NOT NULL ORDER BY height LIMIT 1",
            )?
            .query_row(params![height.0.cast_signed()], |row| Ok(height_from(row.get(0)?)))
            .optional()?;
        Ok(found)
    }
}

fn write_block(
    database: &mut Connection,
    block: &NewBlock<'_>,
    ids: Option<Vec<TransactionId>>,
) -> Result<Vec<TransactionId>, ArchiveError> {
    let height = block.header.height;
    let transaction = database.transaction()?;
    let key = params![height.0.cast_signed(), block.header.outcomes_root.0];
    let outcomes: Vec<u8> = transaction
        .prepare_cached("SELECT outcomes FROM candidate WHERE height = ?1 AND outcomes_root = ?2")?
        .query_row(key, |row| row.get(0))
        .optional()?
        .ok_or(ArchiveError::NoOutcomes(height))?;
    let ids = match ids {
        Some(ids) => ids,
        None => from_own_bytes::<Outcomes>(&outcomes).map_err(|_| ArchiveError::Damaged(height))?.transactions(),
    };
    let bodies: Vec<&ByteSlice> = block.transactions.iter().map(|bytes| bytes.as_slice().into()).collect();
    transaction
        .prepare_cached(
            "INSERT INTO block (height, hash, header, signature, certificate, transactions, outcomes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            height.0.cast_signed(),
            block.hash.0,
            to_bytes(block.header),
            block.signature.0,
            block.certificate,
            to_bytes(&bodies),
            outcomes,
        ])?;
    {
        let mut place =
            transaction.prepare_cached("INSERT OR IGNORE INTO place (id, height, entry) VALUES (?1, ?2, ?3)")?;
        for (entry, id) in (0u32..).zip(&ids) {
            let entry = if entry >= 2 && chancery_planted::is("place-shifted") { entry + 1 } else { entry };
            place.execute(params![id.0, height.0.cast_signed(), entry])?;
        }
    }
    transaction.prepare_cached("DELETE FROM candidate WHERE height <= ?1")?.execute(params![height.0.cast_signed()])?;
    transaction.commit()?;
    Ok(ids)
}

/// Heights are written as SQLite's signed integers; a chain does not reach 2^63 blocks.
pub(crate) fn height_from(value: i64) -> Height {
    Height(value.cast_unsigned())
}
