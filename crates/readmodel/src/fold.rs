//! Folding a block into the tables.

mod identity;
mod records;
mod standing;
mod statistics;

use crate::error::ReadModelError;
use chancery_crypto::digest::transaction_id;
use chancery_kernel::identity::ids::IDENTITY;
use chancery_statistics::ids::STATISTICS;
use chancery_types::block::Header;
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::event::{Event, RECORDS};
use chancery_types::hash::Digest;
use chancery_types::ids::Height;
use chancery_types::outcome::{Outcome, OutcomeEntry};
use chancery_types::time::BlockTime;
use chancery_types::transaction::Envelope;
use rusqlite::{Connection, params};

/// A final block with what it did; block 0 has the founding events in its only entry and no transactions.
#[derive(Clone, Copy, Debug)]
pub struct FoldBlock<'a> {
    /// Its position.
    pub height: Height,
    /// Its time.
    pub time: BlockTime,
    /// Its header; none for block 0, which nobody proposed.
    pub header: Option<&'a Header>,
    /// The header's hash.
    pub hash: Digest,
    /// Encoded envelopes.
    pub transactions: &'a [Vec<u8>],
    /// What became of each transaction, and the work at the block's end.
    pub entries: &'a [OutcomeEntry],
    /// The events of each entry.
    pub events: &'a [Vec<Event>],
}

/// Where an event stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub(crate) height: i64,
    pub(crate) entry: u32,
    pub(crate) event: u32,
    pub(crate) time_ms: i64,
}

pub(crate) fn position(connection: &Connection) -> Result<Option<Height>, ReadModelError> {
    let height: i64 = connection.query_row("SELECT height FROM position", [], |row| row.get(0))?;
    Ok(u64::try_from(height).ok().map(Height))
}

/// Folds one block and returns how many events nobody here knows.
pub(crate) fn fold(connection: &Connection, block: &FoldBlock<'_>) -> Result<i64, ReadModelError> {
    let latest = position(connection)?;
    let next = latest.map_or(Height(0), Height::next);
    if block.height < next {
        return Ok(0);
    }
    if block.height > next {
        return Err(ReadModelError::Gap { latest: latest.unwrap_or_default(), given: block.height });
    }
    write_block(connection, block)?;
    write_transactions(connection, block)?;
    let mut unknown = 0;
    for (entry, events) in (0u32..).zip(block.events) {
        for (event, what) in (0u32..).zip(events) {
            let at = At { height: signed(block.height.0), entry, event, time_ms: signed(block.time.0) };
            if !write_event(connection, at, what)? {
                unknown += 1;
            }
        }
    }
    connection.prepare_cached("UPDATE position SET height = ?1")?.execute([signed(block.height.0)])?;
    Ok(unknown)
}

fn write_block(connection: &Connection, block: &FoldBlock<'_>) -> Result<(), ReadModelError> {
    let rejected = block.entries.iter().filter(|entry| matches!(entry.outcome, Outcome::Rejected { .. })).count();
    connection
        .prepare_cached(
            "INSERT INTO blocks (height, hash, time_ms, proposer, transactions, rejected, header)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            signed(block.height.0),
            block.hash.to_string(),
            signed(block.time.0),
            block.header.map(|header| header.proposer.to_string()).unwrap_or_default(),
            count(block.transactions.len()),
            count(rejected),
            block.header.map(to_bytes).unwrap_or_default(),
        ])?;
    Ok(())
}

fn write_transactions(connection: &Connection, block: &FoldBlock<'_>) -> Result<(), ReadModelError> {
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO transactions
             (id, height, entry, time_ms, application, kind, sender, expires_ms, size_bytes, refusal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for ((entry, bytes), outcome) in (0u32..).zip(block.transactions).zip(block.entries) {
        let envelope: Envelope = from_bytes(bytes).map_err(|_| ReadModelError::Damaged("transactions"))?;
        let body = &envelope.body;
        let refusal = match outcome.outcome {
            Outcome::Rejected { code } => Some(code.to_string()),
            Outcome::Accepted { .. } => None,
        };
        insert.execute(params![
            transaction_id(body).to_string(),
            signed(block.height.0),
            entry,
            signed(block.time.0),
            body.application.0,
            payload_kind(&body.payload),
            body.sender.to_string(),
            signed(body.expires.0),
            count(bytes.len()),
            refusal,
        ])?;
        if let (Outcome::Rejected { code }, STATISTICS) = (outcome.outcome, body.application) {
            statistics::fold_refused(connection, (signed(block.height.0), entry), &body.payload, code)?;
        }
    }
    Ok(())
}

/// The number of a transaction's variant: every application's message is an array that begins with it.
fn payload_kind(payload: &[u8]) -> Option<u32> {
    let mut decoder = minicbor::Decoder::new(payload);
    decoder.array().ok()?;
    decoder.u32().ok()
}

/// Folds one event; answers whether it was known.
fn write_event(connection: &Connection, at: At, event: &Event) -> Result<bool, ReadModelError> {
    let unreadable = |_| ReadModelError::Event { application: event.application.0, kind: event.kind };
    let payload = &event.payload;
    match event.application {
        IDENTITY => identity::fold(connection, at, from_bytes(payload).map_err(unreadable)?)?,
        RECORDS => return records::fold(connection, at, event),
        STATISTICS => statistics::fold(connection, at, from_bytes(payload).map_err(unreadable)?)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// Heights and times as SQLite keeps them; neither reaches 2^63.
pub(crate) fn signed(value: u64) -> i64 {
    value.cast_signed()
}

pub(crate) fn count(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
