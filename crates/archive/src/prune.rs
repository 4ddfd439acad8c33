//! Letting go of what old blocks contained, and keeping what they prove.
//!
//! Of a pruned block stay header, hash, proposer's signature, certificate, and the places of its transactions; its
//! transactions and outcomes go. So the tree of all headers is whole and proves every header, later blocks' receipts
//! are built as before, and whoever asks for the block or one of its transactions is told that they were here once.
//!
//! SQLite keeps the freed pages and fills them again: the file stops growing, it does not shrink.

use crate::error::ArchiveError;
use crate::store::{Archive, Inner, height_from};
use chancery_types::ids::Height;
use chancery_types::time::BlockTime;
use rusqlite::{OptionalExtension, params};

/// What stands in place of the transactions and outcomes of a pruned block: the encoding of nothing at all.
pub(crate) const PRUNED: &[u8] = &[];

impl Archive {
    /// The first block that is kept whole; none while there is no block.
    ///
    /// # Errors
    /// The database failed.
    pub fn kept_from(&self) -> Result<Option<Height>, ArchiveError> {
        self.lock().kept_from()
    }

    /// Lets go of the oldest blocks that are kept whole, up to `below` and at most `count_max` of them. Answers how many.
    /// Blocks whose time is not before `before` stay, where that is given.
    ///
    /// # Errors
    /// The database failed.
    pub fn prune(&self, below: Height, before: Option<BlockTime>, count_max: u64) -> Result<u64, ArchiveError> {
        let mut inner = self.lock();
        let Some(from) = inner.kept_from()? else { return Ok(0) };
        // The latest block stays: the node reads its time from it when it starts.
        let end = below.0.min(inner.latest.0).min(from.0.saturating_add(count_max));
        let mut to = from.0;
        while to < end && before.map_or(Ok(true), |before| inner.time(Height(to)).map(|time| time < before))? {
            to = to.saturating_add(1);
        }
        if to == from.0 {
            return Ok(0);
        }
        let transaction = inner.database.transaction()?;
        transaction
            .prepare_cached("UPDATE block SET transactions = ?1, outcomes = ?1 WHERE height >= ?2 AND height < ?3")?
            .execute(params![PRUNED, from.0.cast_signed(), to.cast_signed()])?;
        transaction.commit()?;
        inner.kept_from = Some(Height(to));
        Ok(to.saturating_sub(from.0))
    }
}

impl Inner {
    /// Blocks are pruned from the first on, so those that are whole begin somewhere and go on to the latest.
    fn kept_from(&mut self) -> Result<Option<Height>, ArchiveError> {
        if self.kept_from.is_none() {
            self.kept_from = self
                .database
                .prepare_cached("SELECT height FROM block WHERE length(outcomes) > 0 ORDER BY height LIMIT 1")?
                .query_row([], |row| Ok(height_from(row.get(0)?)))
                .optional()?;
        }
        Ok(self.kept_from)
    }

    fn time(&self, height: Height) -> Result<BlockTime, ArchiveError> {
        Ok(self.header(height)?.time)
    }
}
