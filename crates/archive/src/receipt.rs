//! Building receipts.

use crate::error::ArchiveError;
use crate::store::{Archive, ArchivedBlock, Inner};
use chancery_crypto::digest::event_leaf;
use chancery_crypto::merkle;
use chancery_types::encoding::from_bytes;
use chancery_types::hash::Digest;
use chancery_types::ids::Height;
use chancery_types::network::NetworkIdentity;
use chancery_types::receipt::{Finality, RECEIPT_FORMAT, Receipt, Subject};
use chancery_types::transaction::Envelope;

impl Archive {
    /// The receipt of a transaction, accepted or rejected, by its place.
    ///
    /// # Errors
    /// There is no such entry, or the block has no certificate yet.
    pub fn transaction_receipt(
        &self,
        identity: &NetworkIdentity,
        height: Height,
        entry: u32,
    ) -> Result<Receipt, ArchiveError> {
        let inner = self.lock();
        let block = inner.block(height)?;
        let envelope = envelope(&block, entry)?.ok_or(ArchiveError::NoEntry(height))?;
        assemble(&inner, identity, block, entry, Subject::Transaction { envelope })
    }

    /// The receipt of an event (a record's version, a decision, a published figure) by its place.
    ///
    /// # Errors
    /// There is no such event, or the block has no certificate yet.
    pub fn event_receipt(
        &self,
        identity: &NetworkIdentity,
        height: Height,
        entry: u32,
        event: u32,
    ) -> Result<Receipt, ArchiveError> {
        let inner = self.lock();
        let block = inner.block(height)?;
        let missing = || ArchiveError::NoEntry(height);
        let events = block.outcomes.events.get(index(entry)).ok_or_else(missing)?;
        let leaves: Vec<Digest> = events.iter().map(event_leaf).collect();
        let path = merkle::prove(&leaves, u64::from(event)).map_err(|_| missing())?;
        let event = events.get(index(event)).ok_or_else(missing)?.clone();
        let envelope = envelope(&block, entry)?;
        assemble(&inner, identity, block, entry, Subject::Event { event, path, envelope })
    }
}

fn assemble(
    inner: &Inner,
    identity: &NetworkIdentity,
    block: ArchivedBlock,
    entry: u32,
    subject: Subject,
) -> Result<Receipt, ArchiveError> {
    let height = block.header.height;
    let path = merkle::prove(&block.outcomes.leaves(), u64::from(entry)).map_err(|_| ArchiveError::NoEntry(height))?;
    let outcome = block.outcomes.entries.get(index(entry)).ok_or(ArchiveError::NoEntry(height))?.clone();
    Ok(Receipt {
        format: RECEIPT_FORMAT,
        identity: identity.clone(),
        successions: Vec::new(),
        finality: finality(inner, &block)?,
        header: block.header,
        proposer: block.signature,
        entry: outcome,
        path,
        subject,
        cosignatures: Vec::new(),
    })
}

/// The block's own certificate, or that of the nearest later block with the path through its tree of headers.
fn finality(inner: &Inner, block: &ArchivedBlock) -> Result<Finality, ArchiveError> {
    let height = block.header.height;
    if let Some(certificate) = &block.certificate {
        return Ok(Finality { certificate: certificate.clone(), anchor: None, history: None });
    }
    let anchor_height = inner.certified_from(height)?.ok_or(ArchiveError::NoCertificate(height))?;
    let anchor = inner.block(anchor_height)?;
    let history =
        inner.history.prove_at(height.0, anchor_height.0).map_err(|_| ArchiveError::Damaged(anchor_height))?;
    Ok(Finality {
        certificate: anchor.certificate.ok_or(ArchiveError::NoCertificate(height))?,
        anchor: Some(anchor.header),
        history: Some(history),
    })
}

/// The envelope of an entry; none for the work at the block's end.
fn envelope(block: &ArchivedBlock, entry: u32) -> Result<Option<Envelope>, ArchiveError> {
    match block.transactions.get(index(entry)) {
        None => Ok(None),
        Some(bytes) => from_bytes(bytes).map(Some).map_err(|_| ArchiveError::Damaged(block.header.height)),
    }
}

fn index(number: u32) -> usize {
    number as usize
}
