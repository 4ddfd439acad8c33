//! The signatures of a block's transactions, checked together.

use super::LedgerMachine;
use crate::metrics::{Met, Source};
use crate::pool::Seal;
use chancery_crypto::digest::envelope_digest;
use chancery_crypto::signature::{Purpose, Signed};
use chancery_ledger::Refusal;
use chancery_ledger::admission::{Opened, open};
use chancery_ledger::rejection::LedgerRejection;
use chancery_types::hash::Digest;
use chancery_types::key::PublicKey;
use chancery_types::transaction::Envelope;
use std::collections::HashSet;
use std::sync::Arc;

/// A transaction of a block.
pub(super) struct InBlock {
    /// It, if it has the form of one.
    pub(super) opened: Result<Arc<Opened>, LedgerRejection>,
    /// What is known of its signature, if it waits in the pool byte for byte.
    seal: Option<Seal>,
}

impl InBlock {
    fn unchecked(&self) -> Option<&Arc<Opened>> {
        self.opened.as_ref().ok().filter(|_| self.seal != Some(Seal::Checked))
    }
}

impl LedgerMachine {
    /// Opens the transactions of a block. What waits in the pool, byte for byte, was opened when it came in.
    pub(super) fn open_all(&self, transactions: &[Vec<u8>]) -> Vec<InBlock> {
        let digests: Vec<Digest> = transactions.iter().map(|bytes| envelope_digest(bytes)).collect();
        let known: Vec<Option<(Arc<Opened>, Seal)>> = {
            let pool = self.pool();
            digests.iter().map(|digest| pool.opened(digest)).collect()
        };
        let in_block = |(known, bytes): (Option<(Arc<Opened>, Seal)>, &Vec<u8>)| match known {
            Some((opened, seal)) => InBlock { opened: Ok(opened), seal: Some(seal) },
            None => InBlock { opened: open(bytes, self.founding.network).map(Arc::new), seal: None },
        };
        known.into_iter().zip(transactions).map(in_block).collect()
    }

    /// Whether all are well-formed and signed. What was checked before is not checked again.
    pub(super) fn are_signed(&self, transactions: &[Vec<u8>]) -> bool {
        let block = self.open_all(transactions);
        let unchecked: Vec<&Opened> = block.iter().filter_map(InBlock::unchecked).map(|opened| &**opened).collect();
        if block.iter().any(|one| one.opened.is_err()) || !self.forged(&unchecked).is_empty() {
            return false;
        }
        self.note_checked(&unchecked);
        true
    }

    /// What was chosen from the pool, without what others vouched for and was not signed.
    pub(super) fn without_forged(&self, mut chosen: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
        let block = self.open_all(&chosen);
        let unchecked: Vec<&Opened> = block.iter().filter_map(InBlock::unchecked).map(|opened| &**opened).collect();
        let forged: HashSet<Digest> = self.forged(&unchecked).into_iter().collect();
        self.note_checked(&unchecked.into_iter().filter(|one| !forged.contains(&one.digest)).collect::<Vec<_>>());
        if forged.is_empty() {
            return chosen;
        }
        for one in block.iter().filter(|one| one.unchecked().is_some_and(|opened| forged.contains(&opened.digest))) {
            if let (Ok(opened), Some(Seal::VouchedBy(validator))) = (&one.opened, one.seal) {
                self.pool().remove(&opened.id);
                self.distrust(&validator);
            }
        }
        chosen.retain(|bytes| !forged.contains(&envelope_digest(bytes)));
        chosen
    }

    /// Those whose signatures are not good, by the digests of their envelopes.
    pub(super) fn forged(&self, opened: &[&Opened]) -> Vec<Digest> {
        let signatures: Vec<Signed<'_>> = opened.iter().map(|opened| signed(opened)).collect();
        let forged = self.verifier.bad(&signatures);
        forged.into_iter().filter_map(|place| opened.get(place)).map(|opened| opened.digest).collect()
    }

    fn note_checked(&self, good: &[&Opened]) {
        let mut pool = self.pool();
        good.iter().for_each(|opened| pool.note_checked(&opened.digest));
    }

    fn distrust(&self, validator: &PublicKey) {
        self.metrics.met(Source::Validator, Met::Refused(LedgerRejection::BadSignature.code()));
        if self.distrusted().insert(*validator) {
            tracing::warn!(%validator, "it passed on a transaction that nobody signed; what it sends is checked at once now");
        }
    }
}

/// The signature of a transaction, with all that it is over.
fn signed(opened: &Opened) -> Signed<'_> {
    let Envelope { body, key, signature } = &opened.envelope;
    Signed { purpose: Purpose::Transaction, network: &body.network, message: opened.id.as_bytes(), key, signature }
}
