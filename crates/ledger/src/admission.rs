//! What can be said about a transaction without looking at the state: the gate before the pool and before execution.

use crate::rejection::LedgerRejection;
use chancery_crypto::digest::{envelope_digest, transaction_id};
use chancery_crypto::hash::Digest;
use chancery_types::encoding::from_bytes;
use chancery_types::ids::{NetworkId, TransactionId};
use chancery_types::time::BlockTime;
use chancery_types::transaction::{Body, EXPIRY_AHEAD_MS_MAX, Envelope, TRANSACTION_BYTES_MAX};

/// A well-formed transaction for this network. Its signature has not been looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The transaction.
    pub envelope: Envelope,
    /// Its id.
    pub id: TransactionId,
    /// Hash of the whole envelope.
    pub digest: Digest,
    /// Size in bytes.
    pub size: usize,
}

/// Decodes a transaction and checks its form, size and network.
///
/// # Errors
/// [`LedgerRejection::Malformed`] or [`LedgerRejection::WrongNetwork`].
pub fn open(bytes: &[u8], network: NetworkId) -> Result<Opened, LedgerRejection> {
    if bytes.len() > TRANSACTION_BYTES_MAX {
        return Err(LedgerRejection::Malformed);
    }
    let envelope: Envelope = from_bytes(bytes).map_err(|_| LedgerRejection::Malformed)?;
    if envelope.body.network != network {
        return Err(LedgerRejection::WrongNetwork);
    }
    let id = transaction_id(&envelope.body);
    Ok(Opened { envelope, id, digest: envelope_digest(bytes), size: bytes.len() })
}

/// Checks the expiry against a block's time.
///
/// # Errors
/// [`LedgerRejection::Expired`] or [`LedgerRejection::ExpiresTooLate`].
pub fn check_expiry(body: &Body, time: BlockTime) -> Result<(), LedgerRejection> {
    if chancery_planted::is("expiry-unchecked") {
        return Ok(());
    }
    if body.expires < time {
        return Err(LedgerRejection::Expired);
    }
    if body.expires > time.plus_ms(EXPIRY_AHEAD_MS_MAX) {
        return Err(LedgerRejection::ExpiresTooLate);
    }
    Ok(())
}
