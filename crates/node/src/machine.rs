//! The ledger as the engine sees it.

mod block;
mod carried;
mod familiar;
mod intake;
mod pace;
mod signatures;

use crate::metrics::Metrics;
use crate::pool::{Pool, PoolLimits};
use block::Block;
use carried::{Carried, Name};
use chancery_archive::{Archive, NewBlock};
use chancery_consensus::machine::{
    BlockInput, Fault, FinalizedBlock, Genesis, Machine, Selection, Transactions, Work, Write,
};
use chancery_crypto::signature::BatchVerifier;
use chancery_ledger::Applications;
use chancery_types::block::Header;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, NetworkId, TransactionId};
use chancery_types::key::PublicKey;
use chancery_types::time::BlockTime;
use familiar::Familiar;
pub use intake::IntakeRefusal;
use pace::Pace;
use std::collections::BTreeSet;
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
    carried: Mutex<Carried>,
    /// Validators that passed a forgery on: what they send is checked at once from then on.
    distrusted: Mutex<BTreeSet<PublicKey>>,
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
            carried: Mutex::default(),
            distrusted: Mutex::default(),
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

    /// The most bytes of a block that is carried out in time, as far as that has been measured.
    fn bytes_max(&self, bytes_max: usize) -> usize {
        self.pace().map_or(bytes_max, |pace| pace.bytes_max(bytes_max))
    }

    fn pace(&self) -> Option<MutexGuard<'_, Pace>> {
        self.pace.as_ref().map(|pace| pace.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn carried(&self) -> MutexGuard<'_, Carried> {
        self.carried.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn familiar(&self) -> MutexGuard<'_, Familiar> {
        self.familiar.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        let taken: BTreeSet<TransactionId> = ancestors.filter_map(|one| one.opened.ok()).map(|one| one.id).collect();
        let bytes_max = self.bytes_max(selection.bytes_max);
        // A second choice for one height means that the first did not become a block: perhaps it took the others longer to
        // carry out than they wait. Half of it each time, so that no load can stop the network for good.
        let mut chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        let count_max = match *chosen {
            (height, count) if height == selection.height => count.div_ceil(2).clamp(1, selection.transactions_max),
            _ => selection.transactions_max,
        };
        let transactions = self.pool().select(selection.time, count_max, bytes_max, &taken);
        let transactions = self.without_forged(transactions);
        *chosen =
            (selection.height, if transactions.is_empty() { selection.transactions_max } else { transactions.len() });
        transactions
    }

    fn check(&self, transactions: &[Vec<u8>]) -> bool {
        self.are_signed(transactions)
    }

    fn begin(self: Arc<Self>, input: BlockInput, transactions: Transactions) -> Box<dyn Work> {
        let name = Name::of(&input, &transactions);
        if let Some(again) = self.carried().again(&name) {
            return Box::new(again);
        }
        Box::new(Block::begin(self, name, &input, &transactions))
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

    fn admit(&self, from: &PublicKey, transactions: Vec<Vec<u8>>, _now: BlockTime) -> bool {
        self.take_over(from, transactions)
    }
}

#[cfg(test)]
mod tests;
