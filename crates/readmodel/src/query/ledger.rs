//! Blocks, transactions, refusals.

use super::{decode, limit, parse, unsigned};
use crate::error::ReadModelError;
use crate::store::ReadModel;
use chancery_types::block::Header;
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, Height, MemberId, TransactionId};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use rusqlite::{OptionalExtension, Row, params};

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockRow {
    /// Its position.
    pub height: Height,
    /// The header's hash.
    pub hash: Digest,
    /// Its time.
    pub time: BlockTime,
    /// How many transactions.
    pub transactions: u32,
    /// How many of them were refused.
    pub rejected: u32,
    /// Its header; none for block 0.
    pub header: Option<Header>,
}

/// A transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionRow {
    /// Its id.
    pub id: TransactionId,
    /// The block.
    pub height: Height,
    /// Its index in the block.
    pub entry: u32,
    /// The block's time.
    pub time: BlockTime,
    /// The application.
    pub application: ApplicationId,
    /// The number of its kind within the application.
    pub kind: Option<u32>,
    /// Who signed it.
    pub sender: MemberId,
    /// Its expiry.
    pub expires: BlockTime,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Why it was refused.
    pub refusal: Option<RejectionCode>,
}

/// How often a refusal was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusalCount {
    /// The number.
    pub code: RejectionCode,
    /// How often.
    pub count: u64,
}

const BLOCK: &str = "SELECT height, hash, time_ms, transactions, rejected, header FROM blocks";
const TRANSACTION: &str =
    "SELECT id, height, entry, time_ms, application, kind, sender, expires_ms, size_bytes, refusal
    FROM transactions";

impl ReadModel {
    /// Blocks below `before` (or the latest), newest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn blocks(&self, before: Option<Height>, items: usize) -> Result<Vec<BlockRow>, ReadModelError> {
        let before = before.map_or(i64::MAX, |height| height.0.cast_signed());
        let connection = self.connection()?;
        let mut statement =
            connection.prepare_cached(&format!("{BLOCK} WHERE height < ?1 ORDER BY height DESC LIMIT ?2"))?;
        let rows = statement.query_and_then(params![before, limit(items)], block_row)?;
        rows.collect()
    }

    /// A block.
    ///
    /// # Errors
    /// The database failed.
    pub fn block(&self, height: Height) -> Result<Option<BlockRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!("{BLOCK} WHERE height = ?1"))?;
        let mut rows = statement.query_and_then(params![height.0.cast_signed()], block_row)?;
        rows.next().transpose()
    }

    /// The transactions of a block from an index on.
    ///
    /// # Errors
    /// The database failed.
    pub fn block_transactions(
        &self,
        height: Height,
        from: u32,
        items: usize,
    ) -> Result<Vec<TransactionRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection
            .prepare_cached(&format!("{TRANSACTION} WHERE height = ?1 AND entry >= ?2 ORDER BY entry LIMIT ?3"))?;
        let rows = statement.query_and_then(params![height.0.cast_signed(), from, limit(items)], transaction_row)?;
        rows.collect()
    }

    /// A transaction.
    ///
    /// # Errors
    /// The database failed.
    pub fn transaction(&self, id: &TransactionId) -> Result<Option<TransactionRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!("{TRANSACTION} WHERE id = ?1"))?;
        let mut rows = statement.query_and_then(params![id.to_string()], transaction_row)?;
        rows.next().transpose()
    }

    /// The transaction at a place in the ledger.
    ///
    /// # Errors
    /// The database failed.
    pub fn transaction_at(&self, height: Height, entry: u32) -> Result<Option<TransactionRow>, ReadModelError> {
        Ok(self.block_transactions(height, entry, 1)?.into_iter().find(|row| row.entry == entry))
    }

    /// How often each refusal was given, by number.
    ///
    /// # Errors
    /// The database failed.
    pub fn refusal_counts(&self) -> Result<Vec<RefusalCount>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(
            "SELECT refusal, COUNT(*) FROM transactions WHERE refusal IS NOT NULL GROUP BY refusal ORDER BY refusal",
        )?;
        let rows = statement.query_and_then([], |row| {
            let code: String = row.get(0)?;
            Ok(RefusalCount { code: parse(&code, "transactions")?, count: unsigned(row.get(1)?) })
        })?;
        rows.collect()
    }

    /// The latest transactions that were refused with a number, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn refused_with(&self, code: RejectionCode, items: usize) -> Result<Vec<TransactionRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection
            .prepare_cached(&format!("{TRANSACTION} WHERE refusal = ?1 ORDER BY height DESC, entry DESC LIMIT ?2"))?;
        let rows = statement.query_and_then(params![code.to_string(), limit(items)], transaction_row)?;
        rows.collect()
    }

    /// The latest refused transactions of one kind of an application, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn refused_of_kind(
        &self,
        application: ApplicationId,
        kind: u32,
        items: usize,
    ) -> Result<Vec<TransactionRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(&format!(
            "{TRANSACTION} WHERE refusal IS NOT NULL AND application = ?1 AND kind = ?2
             ORDER BY height DESC, entry DESC LIMIT ?3"
        ))?;
        let rows = statement.query_and_then(params![application.0, kind, limit(items)], transaction_row)?;
        rows.collect()
    }

    /// How many transactions were accepted and refused since the founding.
    ///
    /// # Errors
    /// The database failed.
    pub fn outcome_counts(&self) -> Result<(u64, u64), ReadModelError> {
        let counts = self
            .connection()?
            .prepare_cached("SELECT COALESCE(SUM(transactions - rejected), 0), COALESCE(SUM(rejected), 0) FROM blocks")?
            .query_row([], |row| Ok((unsigned(row.get(0)?), unsigned(row.get(1)?))))
            .optional()?;
        Ok(counts.unwrap_or_default())
    }
}

fn block_row(row: &Row<'_>) -> Result<BlockRow, ReadModelError> {
    let (hash, header): (String, Vec<u8>) = (row.get(1)?, row.get(5)?);
    Ok(BlockRow {
        height: Height(unsigned(row.get(0)?)),
        hash: parse(&hash, "blocks")?,
        time: BlockTime(unsigned(row.get(2)?)),
        transactions: row.get(3)?,
        rejected: row.get(4)?,
        header: if header.is_empty() { None } else { Some(decode(&header, "blocks")?) },
    })
}

fn transaction_row(row: &Row<'_>) -> Result<TransactionRow, ReadModelError> {
    let (id, sender): (String, String) = (row.get(0)?, row.get(6)?);
    let refusal: Option<String> = row.get(9)?;
    Ok(TransactionRow {
        id: parse(&id, "transactions")?,
        height: Height(unsigned(row.get(1)?)),
        entry: row.get(2)?,
        time: BlockTime(unsigned(row.get(3)?)),
        application: ApplicationId(row.get(4)?),
        kind: row.get(5)?,
        sender: parse(&sender, "transactions")?,
        expires: BlockTime(unsigned(row.get(7)?)),
        size_bytes: unsigned(row.get(8)?),
        refusal: refusal.map(|code| parse(&code, "transactions")).transpose()?,
    })
}
