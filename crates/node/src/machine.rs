//! The ledger as the engine sees it.

use crate::pool::{NotNow, Pool, PoolLimits};
use chancery_archive::{Archive, NewBlock, Outcomes};
use chancery_consensus::machine::{
    BlockInput, Effects, Fault, FinalizedBlock, Genesis, Known, Loaded, Machine, Run, Selection, Write,
};
use chancery_crypto::digest::transaction_id;
use chancery_crypto::signature::{BatchVerifier, Purpose, Signed};
use chancery_ledger::admission::{Opened, check_expiry, open};
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::{Applications, BlockContext, Executed, Lookup, Mode, Refusal, State, Stopped, execute_block};
use chancery_types::block::Header;
use chancery_types::encoding::from_bytes;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, NetworkId, StateKey, TransactionId};
use chancery_types::key::PublicKey;
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use chancery_types::transaction::Envelope;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
        })
    }

    /// Follows the latest final block.
    pub fn tip(&self) -> watch::Receiver<Tip> {
        self.tip.subscribe()
    }

    /// Checks a transaction that a member hands in and takes it into the pool. Whether the sender may do what it asks
    /// is decided when it is ordered.
    ///
    /// # Errors
    /// Why it is not taken in.
    pub fn take_in(&self, bytes: &[u8]) -> Result<Opened, IntakeRefusal> {
        let opened = open(bytes, self.founding.network).map_err(|r| IntakeRefusal::Refused(r.code()))?;
        let time = self.tip.borrow().time;
        check_expiry(&opened.envelope.body, time).map_err(|r| IntakeRefusal::Refused(r.code()))?;
        self.pool().room_for(&opened)?;
        // The lock is not held while the signature is checked.
        if !self.verifier.all_good(&[signed(&opened.id, &opened.envelope)]) {
            return Err(IntakeRefusal::Refused(LedgerRejection::BadSignature.code()));
        }
        self.pool().admit(&opened, bytes.to_vec())?;
        Ok(opened)
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

    fn run(&self, input: &BlockInput, transactions: &[Vec<u8>], state: &Loaded) -> Result<Executed, Stopped> {
        let context =
            BlockContext { network: input.network, height: input.height, epoch: input.epoch, time: input.time };
        let mode = if input.proposing { Mode::Propose } else { Mode::Follow };
        execute_block(&*self.applications, &Partial(state), &context, &input.parent, transactions, mode)
    }

    fn leave_out(&self, transactions: &[Vec<u8>], left_out: &[(usize, RejectionCode)]) {
        let mut pool = self.pool();
        for bytes in left_out.iter().filter_map(|(index, _)| transactions.get(*index)) {
            if let Ok(envelope) = from_bytes::<Envelope>(bytes) {
                pool.remove(&transaction_id(&envelope.body));
            }
        }
    }
}

/// The part of the state that is loaded, as the ledger reads it.
struct Partial<'a>(&'a Loaded);

impl State for Partial<'_> {
    fn lookup(&self, key: &StateKey) -> Lookup<'_> {
        match self.0.get(key) {
            Known::Present(value) => Lookup::Present(value),
            Known::Absent => Lookup::Absent,
            Known::Unknown => Lookup::Unknown,
        }
    }
}

/// The signature of a transaction, with all that it is over.
fn signed<'a>(id: &'a TransactionId, envelope: &'a Envelope) -> Signed<'a> {
    Signed {
        purpose: Purpose::Transaction,
        network: &envelope.body.network,
        message: id.as_bytes(),
        key: &envelope.key,
        signature: &envelope.signature,
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
        let taken: BTreeSet<TransactionId> = selection
            .ancestors
            .iter()
            .flat_map(|block| block.iter())
            .filter_map(|bytes| from_bytes::<Envelope>(bytes).ok())
            .map(|envelope| transaction_id(&envelope.body))
            .collect();
        // A second choice for one height means that the first did not become a block: perhaps it took the others longer to
        // carry out than they wait. Half of it each time, so that no load can stop the network for good.
        let mut chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        let count_max = match *chosen {
            (height, count) if height == selection.height => count.div_ceil(2).clamp(1, selection.transactions_max),
            _ => selection.transactions_max,
        };
        let transactions = self.pool().select(selection.time, count_max, selection.bytes_max, &taken);
        *chosen =
            (selection.height, if transactions.is_empty() { selection.transactions_max } else { transactions.len() });
        transactions
    }

    fn check(&self, transactions: &[Vec<u8>]) -> bool {
        let Ok(opened) =
            transactions.iter().map(|bytes| open(bytes, self.founding.network)).collect::<Result<Vec<_>, _>>()
        else {
            return false;
        };
        // What waits in the pool, byte for byte, was checked when it came in.
        let unknown: Vec<&Opened> = {
            let pool = self.pool();
            opened.iter().filter(|opened| !pool.knows(&opened.digest)).collect()
        };
        let signatures: Vec<Signed<'_>> = unknown.iter().map(|opened| signed(&opened.id, &opened.envelope)).collect();
        self.verifier.all_good(&signatures)
    }

    fn execute(&self, input: &BlockInput, transactions: &[Vec<u8>], state: &Loaded) -> Run {
        let executed = match self.run(input, transactions, state) {
            Ok(executed) => executed,
            Err(Stopped::Unknown(keys)) => return Run::Needs(keys.into_iter().collect()),
            Err(stopped @ Stopped::Corrupt(_)) => return Run::Fault(Fault(stopped.to_string())),
            Err(stopped @ Stopped::Ineligible { .. }) => return Run::Invalid(stopped.to_string()),
        };
        self.leave_out(transactions, &executed.left_out);
        let outcomes = Outcomes { entries: executed.entries, events: executed.events };
        // Before the vote: a block that is final after a crash is never executed again.
        if let Err(error) = self.archive.keep_outcomes(input.height, &outcomes) {
            return Run::Fault(Fault(error.to_string()));
        }
        Run::Done(Effects {
            writes: executed.writes.into_iter().collect(),
            outcomes_root: executed.outcomes_root,
            history_root: executed.history_root,
            left_out: executed.left_out.into_iter().map(|(index, _)| index).collect(),
        })
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
        let is_new = self.archive.finalize(&new).map_err(|error| Fault(error.to_string()))?;
        if is_new {
            let ids: Vec<TransactionId> = block
                .transactions
                .iter()
                .filter_map(|bytes| from_bytes::<Envelope>(bytes).ok())
                .map(|envelope| transaction_id(&envelope.body))
                .collect();
            self.pool().settle(&ids, block.header.time);
            self.tip.send_replace(Tip { height: block.header.height, time: block.header.time });
        }
        Ok(())
    }

    fn admit(&self, _from: &PublicKey, transactions: Vec<Vec<u8>>, _now: BlockTime) -> bool {
        transactions.iter().filter(|transaction| self.take_in(transaction).is_ok()).count() > 0
    }
}

#[cfg(test)]
mod tests;
