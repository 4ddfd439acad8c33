//! Blocks and transactions.

use super::words::{as_filed, kind};
use super::{Desk, Read, count, stamp, time_ms, words};
use chancery_portal::view::{Block, BlockSummary, Outcome, Slice, Text, Transaction, TransactionSummary};
use chancery_readmodel::{BlockRow, TransactionRow};
use chancery_types::block::Header;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, TransactionId};

/// How many records of one transaction its page names.
const RECORDS_MAX: usize = 100;

impl Desk<'_> {
    pub(super) fn blocks(&self, before: Option<Height>, limit: usize) -> Read<Vec<BlockSummary>> {
        Ok(self.model.blocks(before, limit)?.iter().map(block_summary).collect())
    }

    pub(super) fn block(&self, height: Height, from: u32, limit: usize) -> Read<Option<Block>> {
        let Some(row) = self.model.block(height)? else { return Ok(None) };
        let mut rows = self.model.block_transactions(height, from, limit.saturating_add(1))?;
        let next = rows.get(limit).map(|row| row.entry.to_string());
        rows.truncate(limit);
        let header = row.header.as_ref();
        let root = |root: fn(&Header) -> Digest| header.map(|header| root(header).to_string());
        Ok(Some(Block {
            summary: block_summary(&row),
            parent: root(|header| header.parent).unwrap_or_else(|| Digest::ZERO.to_string()),
            // Block 0 has no header of its own; the network's identity names the founding state.
            state_root: root(|header| header.state_root).unwrap_or_else(|| self.identity.state.to_string()),
            outcomes_root: root(|header| header.outcomes_root),
            history_root: root(|header| header.history_root),
            proposer: header.map(|header| self.validator_name(&header.proposer)).unwrap_or_default(),
            epoch: header.map_or(0, |header| header.epoch.0),
            signed: None,
            quorum: self.quorum(),
            validators: count(self.identity.validators.len()),
            transactions: Slice { items: self.transaction_summaries(&rows)?, next },
        }))
    }

    pub(super) fn transaction(&self, id: &TransactionId) -> Read<Option<Transaction>> {
        let Some(row) = self.model.transaction(id)? else { return Ok(None) };
        let records = self.model.records_of_transaction(row.height, row.entry, RECORDS_MAX)?;
        let records = records
            .iter()
            .map(|id| {
                let subject = match self.model.record(id)? {
                    Some(record) => self.link(&record.subject)?.name,
                    None => as_filed(id.to_string()),
                };
                Ok((id.to_string(), subject))
            })
            .collect::<Read<_>>()?;
        Ok(Some(Transaction {
            summary: self.transaction_summary(&row)?,
            index: row.entry,
            application: words::application(row.application, self.applications),
            expires_ms: Some(time_ms(row.expires)),
            size_bytes: Some(row.size_bytes),
            records,
            figure: self.figure_of_transaction(&row)?,
            receipt_href: Some(format!("/api/v1/receipts/transactions/{}", row.id)),
        }))
    }

    pub(super) fn transaction_summaries(&self, rows: &[TransactionRow]) -> Read<Vec<TransactionSummary>> {
        rows.iter().map(|row| self.transaction_summary(row)).collect()
    }

    pub(super) fn transaction_summary(&self, row: &TransactionRow) -> Read<TransactionSummary> {
        Ok(TransactionSummary {
            id: row.id.to_string(),
            kind: kind(row.application, row.kind),
            sender: self.link(&row.sender)?,
            outcome: match row.refusal {
                Some(code) => Outcome::Refused(code.to_string()),
                None => Outcome::Accepted,
            },
            at: stamp((row.height, row.time)),
        })
    }

    /// The transaction behind an event, by its id; none for the work at a block's end and for the founding.
    pub(super) fn transaction_at(&self, height: Height, entry: u32) -> Read<Option<String>> {
        Ok(self.model.transaction_at(height, entry)?.map(|row| row.id.to_string()))
    }

    /// Flow, period and title of the figure that a transaction published. A figure of a region names it in the title.
    fn figure_of_transaction(&self, row: &TransactionRow) -> Read<Option<(String, String, Text)>> {
        let Some(figure) = self.model.figure_of_transaction(row.height, row.entry)? else { return Ok(None) };
        let figure = figure.value;
        let register = self.model.register(&figure.register)?;
        let title = match &register {
            Some(row) if row.register.region == figure.region => row.register.title.clone(),
            Some(row) => format!("{}, {}", row.register.title, self.region(&figure.region)?.name.text),
            None => figure.register.to_string(),
        };
        Ok(Some((figure.register.to_string(), figure.period.to_string(), as_filed(title))))
    }
}

fn block_summary(row: &BlockRow) -> BlockSummary {
    BlockSummary {
        height: row.height.0,
        time_ms: time_ms(row.time),
        transactions: row.transactions,
        refused: row.rejected,
        hash: row.hash.to_string(),
    }
}
