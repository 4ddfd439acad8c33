//! Sessions: who has shown, by a signature, that it may read what is not public.
//!
//! A session is a row of a bounded table in memory. Its token is random and leaves this node once; the table holds
//! the token's hash. A statement opens one session only: the row stays until the statement's end even if the session
//! is ended earlier, so a copied statement is worth nothing.

use crate::rejection::InterfaceRejection;
use chancery_crypto::hash::{Digest, Tag, hash};
use chancery_types::ids::MemberId;
use chancery_types::key::PublicKey;
use chancery_types::time::BlockTime;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A secret that stands for a session.
pub(crate) type Token = [u8; 32];

/// Who holds a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) member: MemberId,
    pub(crate) key: PublicKey,
}

#[derive(Debug)]
struct Row {
    holder: Holder,
    /// Hash of the statement that opened it.
    statement: Digest,
    expires: BlockTime,
    /// Whether it was ended before its time.
    ended: bool,
}

/// All sessions of this node, by the hash of their token.
#[derive(Debug)]
pub(crate) struct SessionTable {
    rows: Mutex<BTreeMap<Digest, Row>>,
    rows_max: usize,
    rows_per_member_max: usize,
}

impl SessionTable {
    pub(crate) fn new(rows_max: usize, rows_per_member_max: usize) -> Self {
        Self { rows: Mutex::default(), rows_max, rows_per_member_max }
    }

    /// Opens a session. The caller has checked the statement.
    pub(crate) fn open(
        &self,
        token: &Token,
        holder: Holder,
        statement: Digest,
        expires: BlockTime,
        now: BlockTime,
    ) -> Result<(), InterfaceRejection> {
        let mut rows = self.rows();
        rows.retain(|_, row| row.expires > now);
        if rows.values().any(|row| row.statement == statement) {
            return Err(InterfaceRejection::SessionUsed);
        }
        let of_member = rows.values().filter(|row| row.holder.member == holder.member).count();
        if rows.len() >= self.rows_max || of_member >= self.rows_per_member_max {
            return Err(InterfaceRejection::SessionsFull);
        }
        rows.insert(key_of(token), Row { holder, statement, expires, ended: false });
        Ok(())
    }

    /// Who holds the session of a token.
    pub(crate) fn holder(&self, token: &Token, now: BlockTime) -> Option<Holder> {
        let rows = self.rows();
        rows.get(&key_of(token)).filter(|row| !row.ended && row.expires > now).map(|row| row.holder)
    }

    /// Ends a session.
    pub(crate) fn end(&self, token: &Token) {
        if let Some(row) = self.rows().get_mut(&key_of(token)) {
            row.ended = true;
        }
    }

    /// How many are open.
    pub(crate) fn len(&self, now: BlockTime) -> usize {
        self.rows().values().filter(|row| !row.ended && row.expires > now).count()
    }

    fn rows(&self) -> MutexGuard<'_, BTreeMap<Digest, Row>> {
        // Every change of the table is a single step, so it is whole even if a thread ended in the middle of another.
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looking a hash up leaks nothing about the token by the time that it takes.
fn key_of(token: &Token) -> Digest {
    hash(Tag::Content, &[token])
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: BlockTime = BlockTime(1_000);
    const LATER: BlockTime = BlockTime(2_000);

    fn holder(member: u8) -> Holder {
        Holder { member: MemberId([member; 16]), key: PublicKey([member; 32]) }
    }

    fn open(table: &SessionTable, token: u8, member: u8, statement: u8) -> Result<(), InterfaceRejection> {
        table.open(&[token; 32], holder(member), Digest([statement; 32]), LATER, NOW)
    }

    #[test]
    fn a_session_lives_until_its_end() {
        let table = SessionTable::new(8, 8);
        open(&table, 1, 1, 1).unwrap();
        assert_eq!(table.holder(&[1; 32], NOW), Some(holder(1)));
        assert_eq!(table.holder(&[2; 32], NOW), None);
        assert_eq!(table.holder(&[1; 32], LATER), None);
    }

    #[test]
    fn a_statement_opens_one_session_even_after_it_was_ended() {
        let table = SessionTable::new(8, 8);
        open(&table, 1, 1, 1).unwrap();
        table.end(&[1; 32]);
        assert_eq!(table.holder(&[1; 32], NOW), None);
        assert_eq!(open(&table, 2, 1, 1), Err(InterfaceRejection::SessionUsed));
        assert_eq!(table.len(NOW), 0);
    }

    #[test]
    fn the_table_is_bounded_as_a_whole_and_for_each_member() {
        let table = SessionTable::new(3, 2);
        open(&table, 1, 1, 1).unwrap();
        open(&table, 2, 1, 2).unwrap();
        assert_eq!(open(&table, 3, 1, 3), Err(InterfaceRejection::SessionsFull));
        open(&table, 4, 2, 4).unwrap();
        assert_eq!(open(&table, 5, 3, 5), Err(InterfaceRejection::SessionsFull));
        // What has passed makes room.
        let much_later = BlockTime(3_000);
        table.open(&[6; 32], holder(3), Digest([6; 32]), BlockTime(4_000), LATER).unwrap();
        assert_eq!(table.len(much_later), 1);
    }
}
