//! The seam between the engine and the ledger: all that the engine asks of the one, in bytes and plain data.
//!
//! The engine orders blocks of opaque transactions and keeps an authenticated map. What transactions mean, which are
//! worth proposing and what they change is the business of a [`Machine`]. `node` implements it over ledger, registry and
//! pool; tests implement a toy. Nothing here is generic, so that the engine is compiled once, in this crate.

use chancery_types::block::Header;
use chancery_types::hash::Digest;
use chancery_types::ids::{Epoch, Height, NetworkId, StateKey, View};
use chancery_types::key::{PublicKey, Signature};
use chancery_types::time::BlockTime;
use std::collections::HashMap;
use std::sync::Arc;

pub use chancery_storage::state::Write;

/// Transactions as the network carries them.
pub type Transactions = Arc<Vec<Vec<u8>>>;

/// What the network is founded on.
#[derive(Clone, Debug)]
pub struct Genesis {
    /// The network's public identity; every signed byte of the engine is bound to it.
    pub network: NetworkId,
    /// The time of block 0.
    pub time: BlockTime,
    /// The founding state.
    pub writes: Vec<Write>,
    /// `outcomes_root` of block 0.
    pub outcomes_root: Digest,
    /// `history_root` of block 0.
    pub history_root: Digest,
}

/// What a leader is asked for.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The block to be.
    pub height: Height,
    /// Its time.
    pub time: BlockTime,
    /// The most transactions.
    pub transactions_max: usize,
    /// The most bytes of transactions.
    pub bytes_max: usize,
    /// Transactions of the block's ancestors that [`Machine::finalized`] has not seen yet, parent first: whatever is in
    /// here must not be chosen again.
    pub ancestors: Vec<Transactions>,
}

/// What a block is executed under. Everything in it is agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockInput {
    /// The network.
    pub network: NetworkId,
    /// The block's position.
    pub height: Height,
    /// The committee's reign.
    pub epoch: Epoch,
    /// The attempt in which it is proposed.
    pub view: View,
    /// Its time.
    pub time: BlockTime,
    /// Hash of the parent's header: the next leaf of the tree of earlier headers.
    pub parent: Digest,
    /// Who proposes it.
    pub proposer: PublicKey,
    /// Whether this node is building the block. Then transactions that have no place in it are left out and named in
    /// [`Effects::left_out`]; a block that is followed must have none, or it is [`Run::Invalid`]. The effects are the
    /// same either way.
    pub proposing: bool,
}

/// The part of the parent's state that is loaded.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    values: HashMap<StateKey, Option<Vec<u8>>>,
}

/// What is known about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<'a> {
    /// This value stands there.
    Present(&'a [u8]),
    /// Nothing stands there.
    Absent,
    /// It has not been loaded: name it in [`Run::Needs`].
    Unknown,
}

impl Loaded {
    /// What is known about a key.
    pub fn get(&self, key: &StateKey) -> Known<'_> {
        match self.values.get(key) {
            Some(Some(value)) => Known::Present(value),
            Some(None) => Known::Absent,
            None => Known::Unknown,
        }
    }

    /// Notes what stands under a key.
    pub fn insert(&mut self, key: StateKey, value: Option<Vec<u8>>) {
        self.values.insert(key, value);
    }
}

/// How a run of a block ended.
#[derive(Clone, Debug)]
pub enum Run {
    /// It asks for keys that are not loaded. It is run again with these keys (absent ones too). At least one of them must
    /// be new.
    Needs(Vec<StateKey>),
    /// It is complete.
    Done(Effects),
    /// The block is followed, and a transaction has no place in it. The reason is for the log.
    Invalid(String),
    /// The state is damaged. The node stops.
    Fault(Fault),
}

/// What a block does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effects {
    /// Changes of the state.
    pub writes: Vec<Write>,
    /// Root of the transactions with their outcomes.
    pub outcomes_root: Digest,
    /// Root of the tree of all earlier headers.
    pub history_root: Digest,
    /// Indices, ascending, of transactions that have no place in the block being built: the block is made of the
    /// others, and these effects are theirs.
    pub left_out: Vec<usize>,
}

/// A final block.
#[derive(Clone, Debug)]
pub struct FinalizedBlock {
    /// Its header.
    pub header: Header,
    /// The header's hash.
    pub hash: Digest,
    /// The proposer's signature over the hash; zeros for block 0.
    pub signature: Signature,
    /// Its transactions.
    pub transactions: Transactions,
    /// Its own finality certificate (ADR 0002); none where a descendant's makes it final.
    pub certificate: Option<Vec<u8>>,
}

/// A machine could not do what it must. The node stops.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(pub String);

/// A block that is being executed over its parent's state.
pub trait Work: Send {
    /// Goes on with what is loaded by now. What comes out in the end is a pure function of the block and the parent's
    /// state, in however many runs the state is loaded.
    fn run(&mut self, state: &Loaded) -> Run;

    /// Its effects have been put on the parent's state and hashed: it is as ready as it gets before it is agreed on.
    fn sealed(self: Box<Self>) {}
}

/// The ledger as the engine sees it.
///
/// Every method may be called from any thread, several at a time. All but [`genesis`](Self::genesis) and
/// [`has_work`](Self::has_work) run outside the asynchronous tasks and may take their time; those two return at once.
pub trait Machine: Send + Sync + 'static {
    /// What the network is founded on. The same at every call and every start.
    fn genesis(&self) -> Genesis;

    /// Whether there is anything to order. A leader with nothing waits for the next wake-up (gossip kept, or
    /// [`crate::Handle::submit`]) or for the idle interval.
    fn has_work(&self) -> bool;

    /// Chooses transactions for a block, in their order, within the bounds; what exceeds them is cut off.
    fn select(&self, selection: &Selection) -> Vec<Vec<u8>>;

    /// Whether a block's transactions may stand in a block at all: well-formed, signed, in order. Depends on the bytes
    /// alone, so that every validator answers the same.
    fn check(&self, transactions: &[Vec<u8>]) -> bool;

    /// Begins to execute a block.
    fn begin(self: Arc<Self>, input: BlockInput, transactions: Transactions) -> Box<dyn Work>;

    /// Whether this node has executed the block with this header and kept what it needs of that. A node that is slow hears
    /// that a block is final before it has executed it; [`finalized`](Self::finalized) is called only after. A machine
    /// that keeps nothing between the two need not say anything.
    ///
    /// # Errors
    /// A [`Fault`] stops the node.
    fn has_executed(&self, _header: &Header) -> Result<bool, Fault> {
        Ok(true)
    }

    /// Takes a final block, in the order of heights from 1, each at least once: after a crash some come again, so the
    /// machine keeps its own position. Returns when the block is durable.
    ///
    /// # Errors
    /// A [`Fault`] stops the node: a failed write is never walked past.
    fn finalized(&self, block: FinalizedBlock) -> Result<(), Fault>;

    /// Takes transactions that a peer passed on, to keep or to drop. Answers whether any was kept: then a leader has reason
    /// to propose.
    fn admit(&self, from: &PublicKey, transactions: Vec<Vec<u8>>, now: BlockTime) -> bool;
}
