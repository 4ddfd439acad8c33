//! The ledger as the engine sees it.

mod block;
mod familiar;
mod pace;

use crate::metrics::{Met, Metrics, Source};
use crate::pool::{NotNow, Pool, PoolLimits};
use block::Block;
use chancery_archive::{Archive, NewBlock};
use chancery_consensus::machine::{
    BlockInput, Fault, FinalizedBlock, Genesis, Machine, Selection, Transactions, Work, Write,
};
use chancery_crypto::digest::{envelope_digest, transaction_id};
use chancery_crypto::signature::{BatchVerifier, Purpose, Signed};
use chancery_ledger::admission::{Opened, check_expiry, open};
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::{Applications, Refusal};
use chancery_types::block::Header;
use chancery_types::encoding::from_bytes;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, NetworkId, TransactionId};
use chancery_types::key::PublicKey;
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use chancery_types::transaction::Envelope;
use familiar::Familiar;
use pace::Pace;
use std::collections::{BTreeSet, HashSet};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// What a network is founded on, as the machine needs it.
#[derive(Clone, Debug)]
pub struct Founding {
    /// The network.
    pub network: NetworkId,
    /// When it was founded.
    pub time: BlockTime,
    /// The founding state.
    pub writes: Vec<Write>,
}

/// The latest final block, as the node's other parts follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Its height.
    pub height: Height,
    /// Its time.
    pub time: BlockTime,
}

/// Why a transaction is not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntakeRefusal {
    /// It can never stand in a block of this network.
    #[error("refused: {0}")]
    Refused(RejectionCode),
    /// There is no room now.
    #[error(transparent)]
    NotNow(#[from] NotNow),
}

/// The ledger, its pool and its archive, driven by the engine.
pub struct LedgerMachine {
    founding: Founding,
    applications: Arc<dyn Applications>,
    archive: Arc<Archive>,
    pool: Mutex<Pool>,
    verifier: BatchVerifier,
    tip: watch::Sender<Tip>,
    /// The height for which this node chose transactions last, and how many.
    chosen: Mutex<(Height, usize)>,
    familiar: Mutex<Familiar>,
    /// How large a block it proposes; none where nothing may depend on how fast the machine is.
    pace: Option<Mutex<Pace>>,
    metrics: Arc<Metrics>,
}

impl LedgerMachine {
    /// Puts the parts together. `threads` is how many cores check signatures of a block.
    pub fn new(
        founding: Founding,
        applications: Arc<dyn Applications>,
        archive: Arc<Archive>,
        limits: PoolLimits,
        threads: NonZeroUsize,
    ) -> Result<Self, chancery_archive::ArchiveError> {
        let latest = archive.latest();
        let time = if latest == Height(0) { founding.time } else { archive.block(latest)?.header.time };
        let (tip, _) = watch::channel(Tip { height: latest, time });
        let verifier = BatchVerifier::new(threads);
        Ok(Self {
            founding,
            applications,
            archive,
            pool: Mutex::new(Pool::new(limits)),
            verifier,
            tip,
            chosen: Mutex::default(),
            familiar: Mutex::default(),
            pace: None,
            metrics: Arc::default(),
        })
    }

    /// The same, proposing blocks that take about this long to carry out. Not for simulations: it measures real time.
    #[must_use]
    pub fn with_block_time(self, block_time: Duration) -> Self {
        Self { pace: Some(Mutex::new(Pace::new(block_time))), ..self }
    }

    /// Follows the latest final block.
    pub fn tip(&self) -> watch::Receiver<Tip> {
        self.tip.subscribe()
    }

    /// What is counted and timed here.
    pub const fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// Checks a transaction that a member hands in and takes it into the pool. Whether the sender may do what it asks
    /// is decided when it is ordered.
    ///
    /// # Errors
    /// Why it is not taken in.
    pub fn take_in(&self, bytes: &[u8]) -> Result<TransactionId, IntakeRefusal> {
        self.take_in_all(Source::Member, vec![bytes.to_vec()]).pop().unwrap_or(Err(NotNow::AlreadyHere.into()))
    }

    /// The same for many: their signatures are checked together, which costs a fraction of checking each alone. The answers
    /// are in the order given.
    pub fn take_in_all(&self, source: Source, given: Vec<Vec<u8>>) -> Vec<Result<TransactionId, IntakeRefusal>> {
        let opened: Vec<Result<Arc<Opened>, IntakeRefusal>> = given.iter().map(|bytes| self.open(bytes)).collect();
        let well_formed = opened.iter().zip(given).filter_map(|(opened, bytes)| Some((opened.clone().ok()?, bytes)));
        let mut taken = self.take_in_opened(source, well_formed.collect()).into_iter();
        let answer = |opened: Result<Arc<Opened>, IntakeRefusal>| match opened {
            Ok(_) => taken.next().unwrap_or(Err(NotNow::AlreadyHere.into())),
            Err(refusal) => {
                self.metrics.met(source, Met::from(&refusal));
                Err(refusal)
            }
        };
        opened.into_iter().map(answer).collect()
    }

    /// Opens a transaction without looking at its signature.
    ///
    /// # Errors
    /// It can never stand in a block of this network.
    pub(crate) fn open(&self, bytes: &[u8]) -> Result<Arc<Opened>, IntakeRefusal> {
        let refused = |refusal: LedgerRejection| IntakeRefusal::Refused(refusal.code());
        let opened = open(bytes, self.founding.network).map_err(refused)?;
        check_expiry(&opened.envelope.body, self.tip.borrow().time).map_err(refused)?;
        Ok(Arc::new(opened))
    }

    /// Takes opened transactions into the pool whose signatures are good.
    pub(crate) fn take_in_opened(
        &self,
        source: Source,
        given: Vec<(Arc<Opened>, Vec<u8>)>,
    ) -> Vec<Result<TransactionId, IntakeRefusal>> {
        let room: Vec<Result<(), NotNow>> = {
            let pool = self.pool();
            given.iter().map(|(opened, _)| pool.room_for(opened)).collect()
        };
        // The lock is not held while signatures are checked.
        let worth_checking = given.iter().zip(&room).filter(|(_, room)| room.is_ok()).map(|((opened, _), _)| opened);
        let worth_checking: Vec<&Arc<Opened>> = worth_checking.collect();
        let signatures: Vec<Signed<'_>> = worth_checking.iter().map(|opened| signed(opened)).collect();
        let bad = self.verifier.bad(&signatures);
        // By the whole envelope: two that differ in the signature alone have one id.
        let bad: HashSet<Digest> =
            bad.into_iter().filter_map(|place| worth_checking.get(place)).map(|opened| opened.digest).collect();
        let mut pool = self.pool();
        given
            .into_iter()
            .zip(room)
            .map(|((opened, bytes), room)| {
                room?;
                if bad.contains(&opened.digest) {
                    return Err(IntakeRefusal::Refused(LedgerRejection::BadSignature.code()));
                }
                let id = opened.id;
                pool.admit(opened, bytes)?;
                Ok(id)
            })
            .inspect(|taken| self.metrics.met(source, taken.as_ref().map_or_else(Met::from, |id| Met::Taken(*id))))
            .collect()
    }

    /// Whether a transaction waits to be ordered.
    pub fn waits(&self, id: &TransactionId) -> bool {
        self.pool().contains(id)
    }

    /// How many transactions and bytes wait to be ordered.
    pub fn waiting(&self) -> (usize, usize) {
        let pool = self.pool();
        (pool.len(), pool.bytes())
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        // No method of the pool panics half-way; if one ever did, the pool is still a pool.
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the transactions of a block. What waits in the pool, byte for byte, was opened when it came in.
    fn open_all(&self, transactions: &[Vec<u8>]) -> Vec<Result<Arc<Opened>, LedgerRejection>> {
        let digests: Vec<Digest> = transactions.iter().map(|bytes| envelope_digest(bytes)).collect();
        let known: Vec<Option<Arc<Opened>>> = {
            let pool = self.pool();
            digests.iter().map(|digest| pool.opened(digest)).collect()
        };
        let open = |bytes: &Vec<u8>| open(bytes, self.founding.network).map(Arc::new);
        known.into_iter().zip(transactions).map(|(known, bytes)| known.map_or_else(|| open(bytes), Ok)).collect()
    }

    /// Throws transactions out that have no place in any block.
    fn leave_out(&self, transactions: &[Vec<u8>], left_out: &[(usize, RejectionCode)]) {
        let mut pool = self.pool();
        for bytes in left_out.iter().filter_map(|(index, _)| transactions.get(*index)) {
            if let Ok(envelope) = from_bytes::<Envelope>(bytes) {
                pool.remove(&transaction_id(&envelope.body));
            }
        }
    }

    fn note_pace(&self, bytes: usize, took: Duration) {
        if let Some(pace) = &self.pace {
            pace.lock().unwrap_or_else(PoisonError::into_inner).note(bytes, took);
        }
    }

    fn familiar(&self) -> MutexGuard<'_, Familiar> {
        self.familiar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The signature of a transaction, with all that it is over.
fn signed(opened: &Opened) -> Signed<'_> {
    let Envelope { body, key, signature } = &opened.envelope;
    Signed { purpose: Purpose::Transaction, network: &body.network, message: opened.id.as_bytes(), key, signature }
}

impl Machine for LedgerMachine {
    fn genesis(&self) -> Genesis {
        Genesis {
            network: self.founding.network,
            time: self.founding.time,
            writes: self.founding.writes.clone(),
            outcomes_root: Digest::ZERO,
            history_root: Digest::ZERO,
        }
    }

    fn has_work(&self) -> bool {
        self.pool().has_work()
    }

    fn select(&self, selection: &Selection) -> Vec<Vec<u8>> {
        let ancestors = selection.ancestors.iter().flat_map(|block| self.open_all(block));
        let taken: BTreeSet<TransactionId> = ancestors.filter_map(Result::ok).map(|opened| opened.id).collect();
        let bytes_max = match &self.pace {
            Some(pace) => pace.lock().unwrap_or_else(PoisonError::into_inner).bytes_max(selection.bytes_max),
            None => selection.bytes_max,
        };
        // A second choice for one height means that the first did not become a block: perhaps it took the others longer to
        // carry out than they wait. Half of it each time, so that no load can stop the network for good.
        let mut chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        let count_max = match *chosen {
            (height, count) if height == selection.height => count.div_ceil(2).clamp(1, selection.transactions_max),
            _ => selection.transactions_max,
        };
        let transactions = self.pool().select(selection.time, count_max, bytes_max, &taken);
        *chosen =
            (selection.height, if transactions.is_empty() { selection.transactions_max } else { transactions.len() });
        transactions
    }

    fn check(&self, transactions: &[Vec<u8>]) -> bool {
        let digests: Vec<Digest> = transactions.iter().map(|bytes| envelope_digest(bytes)).collect();
        // What waits in the pool, byte for byte, was checked when it came in.
        let unknown: Vec<&Vec<u8>> = {
            let pool = self.pool();
            let found = digests.iter().zip(transactions).filter(|(digest, _)| pool.opened(digest).is_none());
            found.map(|(_, bytes)| bytes).collect()
        };
        let Ok(opened) =
            unknown.into_iter().map(|bytes| open(bytes, self.founding.network)).collect::<Result<Vec<_>, _>>()
        else {
            return false;
        };
        let signatures: Vec<Signed<'_>> = opened.iter().map(signed).collect();
        self.verifier.all_good(&signatures)
    }

    fn begin(self: Arc<Self>, input: BlockInput, transactions: Transactions) -> Box<dyn Work> {
        Box::new(Block::begin(self, &input, transactions))
    }

    fn has_executed(&self, header: &Header) -> Result<bool, Fault> {
        self.archive.has_outcomes(header.height, &header.outcomes_root).map_err(|error| Fault(error.to_string()))
    }

    fn finalized(&self, block: FinalizedBlock) -> Result<(), Fault> {
        let new = NewBlock {
            header: &block.header,
            hash: block.hash,
            signature: block.signature,
            transactions: &block.transactions,
            certificate: block.certificate.as_deref(),
        };
        let settled = self.metrics.archive_write.time(|| self.archive.finalize(&new));
        if let Some(ids) = settled.map_err(|error| Fault(error.to_string()))? {
            self.metrics.finalized(&block.header, &ids);
            self.pool().settle(&ids, block.header.time);
            self.tip.send_replace(Tip { height: block.header.height, time: block.header.time });
        }
        Ok(())
    }

    fn admit(&self, _from: &PublicKey, transactions: Vec<Vec<u8>>, _now: BlockTime) -> bool {
        self.take_in_all(Source::Validator, transactions).iter().any(Result::is_ok)
    }
}

#[cfg(test)]
mod tests;
