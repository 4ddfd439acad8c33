//! Between the engine and the machine: building blocks, checking them, and running them over the parent's state.

use crate::block::{Block, EngineContext};
use crate::config::bounds;
use crate::env::{Env, now, outside};
use crate::error::Error;
use crate::machine::{BlockInput, Effects, Known, Loaded, Machine, Run, Selection, Transactions, Work};
use crate::scheme::Scheme;
use crate::status::Status;
use chancery_crypto::digest::body_digest;
use chancery_crypto::signature::SigningKey;
use chancery_storage::database::{Batch, Database, EngineTarget, Sealed, Shared, to_engine};
use chancery_storage::state;
use chancery_types::block::{BLOCK_BYTES_MAX, BLOCK_TRANSACTIONS_MAX, Header};
use chancery_types::ids::{Epoch, NetworkId, StateKey, View};
use commonware_consensus::marshal::ancestry::Ancestry;
use commonware_cryptography::{Digested, ed25519};
use commonware_glue::stateful::db::Reader;
use commonware_glue::stateful::{Application, Finality, Input, Proposed};
use futures::StreamExt as _;
use std::collections::BTreeSet;
use std::sync::Arc;
use tracing::warn;

/// The engine's application. Cheap to clone; everything that changes lies in the engine's batches or in the machine.
#[derive(Clone)]
pub(crate) struct Executor(Arc<Inner>);

struct Inner {
    machine: Arc<dyn Machine>,
    status: Arc<Status>,
    network: NetworkId,
    genesis: Block,
    key: SigningKey,
    leader: ed25519::PublicKey,
}

impl Executor {
    pub(crate) fn new(
        machine: Arc<dyn Machine>,
        status: Arc<Status>,
        genesis: Block,
        key: SigningKey,
        leader: ed25519::PublicKey,
    ) -> Self {
        let network = genesis.header().network;
        Self(Arc::new(Inner { machine, status, network, genesis, key, leader }))
    }

    /// Builds a block on its parent; none if its branch has died meanwhile.
    async fn build<E: Env>(
        &self,
        context: (E, EngineContext),
        mut ancestry: impl Ancestry<Block>,
        batch: Batch<E>,
    ) -> Option<(Block, Sealed<E>)> {
        let inner = &self.0;
        let (context, round) = context;
        let parent = ancestry.next().await?;
        let parent_header = parent.inner().header().clone();
        let input = BlockInput {
            network: inner.network,
            height: parent_header.height.next(),
            epoch: Epoch(round.round.epoch().get()),
            view: View(round.round.view().get()),
            time: now(&context).max(parent_header.time.plus_ms(1)),
            parent: parent.inner().hash(),
            proposer: inner.key.public_key(),
            proposing: true,
        };
        let ancestors = self.unseen(parent, ancestry).await;
        let transactions = self.select(&context, &input, ancestors).await?;
        let ran = self.run(&context, &input, &transactions, &batch).await?;
        let transactions = without(transactions, &ran.effects.left_out);
        let (sealed, header) = self.seal(input, parent_header.view, &transactions, ran, batch).await?;
        Some((Block::propose(header, inner.leader.clone(), transactions, &inner.key), sealed))
    }

    /// Transactions of those ancestors that the machine has not been given as final yet.
    async fn unseen(&self, parent: Digested<Block>, mut ancestry: impl Ancestry<Block>) -> Vec<Transactions> {
        let seen = self.0.status.tip().height;
        let mut ancestors = Vec::new();
        let mut next = Some(parent);
        while let Some(block) = next.filter(|block| block.inner().header().height > seen) {
            ancestors.push(block.inner().transactions().clone());
            if ancestors.len() == bounds::ANCESTORS {
                break;
            }
            next = ancestry.next().await;
        }
        ancestors
    }

    /// Asks the machine for transactions and holds it to the bounds.
    async fn select<E: Env>(
        &self,
        context: &E,
        input: &BlockInput,
        ancestors: Vec<Transactions>,
    ) -> Option<Transactions> {
        let machine = self.0.machine.clone();
        let selection = Selection {
            height: input.height,
            time: input.time,
            transactions_max: BLOCK_TRANSACTIONS_MAX,
            bytes_max: BLOCK_BYTES_MAX,
            ancestors,
        };
        let mut transactions = outside(context, "select", move || machine.select(&selection)).await?;
        transactions.truncate(BLOCK_TRANSACTIONS_MAX);
        let mut bytes = 0usize;
        let fits = transactions.iter().take_while(|transaction| {
            bytes = bytes.saturating_add(transaction.len());
            bytes <= BLOCK_BYTES_MAX
        });
        let count = fits.count();
        transactions.truncate(count);
        Some(Arc::new(transactions))
    }

    /// Runs a block over its parent's state, loading what it asks for until it has all it needs.
    async fn run<E: Env>(
        &self,
        context: &E,
        input: &BlockInput,
        transactions: &Transactions,
        batch: &Batch<E>,
    ) -> Option<Ran> {
        let height = input.height;
        let mut loaded = Loaded::default();
        let mut asked = BTreeSet::new();
        let (machine, input, transactions) = (self.0.machine.clone(), input.clone(), transactions.clone());
        let mut work = outside(context, "begin", move || machine.begin(input, transactions)).await?;
        loop {
            let run = move || (work.run(&loaded), work, loaded);
            let (run, returned, kept) = outside(context, "execute", run).await?;
            (work, loaded) = (returned, kept);
            let keys = match run {
                Run::Done(effects) => return Some(Ran { effects, loaded, work }),
                Run::Needs(keys) => keys,
                Run::Invalid(reason) => {
                    warn!(height = height.0, reason, "refused: a transaction has no place in it");
                    return None;
                }
                Run::Fault(fault) => match self.0.status.fail(Error::Machine(fault.0)).await {},
            };
            // A run that asks for nothing new would go on for ever: the machine broke its contract.
            let keys: Vec<_> = keys.into_iter().filter(|key| asked.insert(*key)).collect();
            if keys.is_empty() {
                let reason = "the machine asked again for state that it was given".to_owned();
                match self.0.status.fail(Error::Machine(reason)).await {}
            }
            let values = self.state(state::read(batch, &keys).await).await?;
            for (key, value) in keys.into_iter().zip(values) {
                loaded.insert(key, value);
            }
        }
    }

    /// Puts a block's effects on its parent's state, and fills the header that says so.
    async fn seal<E: Env>(
        &self,
        input: BlockInput,
        parent_view: View,
        transactions: &Transactions,
        ran: Ran,
        batch: Batch<E>,
    ) -> Option<(Sealed<E>, Header)> {
        let Ran { effects, loaded, work } = ran;
        let before = |key: &StateKey| match loaded.get(key) {
            Known::Present(value) => Some(Some(value.len())),
            Known::Absent => Some(None),
            Known::Unknown => None,
        };
        let batch = self.state(state::write(batch, effects.writes, &before).await).await?;
        let sealed = self.state(state::seal(batch, input.height).await).await?;
        work.sealed();
        let (state_root, sync) = state::roots(&sealed);
        let header = Header {
            network: input.network,
            height: input.height,
            epoch: input.epoch,
            view: input.view,
            parent: input.parent,
            parent_view,
            time: input.time,
            proposer: input.proposer,
            state_root,
            sync,
            outcomes_root: effects.outcomes_root,
            history_root: effects.history_root,
            body: body_digest(transactions),
            transactions: u32::try_from(transactions.len()).unwrap_or(u32::MAX),
            reshare: None,
        };
        Some((sealed, header))
    }

    /// A result of the state; none where the branch is dead. Any other failure stops the node.
    async fn state<T>(&self, result: Result<T, chancery_storage::Error>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(chancery_storage::Error::Stale) => None,
            Err(error) => match self.0.status.fail(Error::Storage(error.to_string())).await {},
        }
    }

    /// Runs a block again and compares all that its header says.
    async fn replay<E: Env>(
        &self,
        context: E,
        mut ancestry: impl Ancestry<Block>,
        batch: Batch<E>,
        finality: Finality,
    ) -> Option<Sealed<E>> {
        let block = ancestry.next().await?;
        let (header, transactions) = (block.inner().header(), block.inner().transactions());
        if finality == Finality::Candidate {
            let parent = ancestry.next().await?;
            // The clock is not consulted here: whether a block is valid must not depend on who asks when. The vote for
            // a block of the future is held back elsewhere (`pace`).
            if header.time <= parent.inner().header().time || header.reshare.is_some() {
                warn!(height = header.height.0, "refused: its time is not after its parent's, or it deals shares");
                return None;
            }
            let (machine, transactions) = (self.0.machine.clone(), transactions.clone());
            if !outside(&context, "check", move || machine.check(&transactions)).await? {
                warn!(height = header.height.0, "refused: its transactions are not well-formed and signed");
                return None;
            }
        }
        let input = BlockInput {
            network: header.network,
            height: header.height,
            epoch: header.epoch,
            view: header.view,
            time: header.time,
            parent: header.parent,
            proposer: header.proposer,
            proposing: false,
        };
        let ran = self.run(&context, &input, transactions, &batch).await?;
        let (sealed, expected) = self.seal(input, header.parent_view, transactions, ran, batch).await?;
        if chancery_planted::is("roots-unchecked") {
            return Some(sealed);
        }
        if expected != *header {
            warn!(
                height = header.height.0,
                state = expected.state_root == header.state_root,
                outcomes = expected.outcomes_root == header.outcomes_root,
                history = expected.history_root == header.history_root,
                "refused: running it again gives another header"
            );
            return None;
        }
        Some(sealed)
    }
}

/// A block that has been run.
struct Ran {
    effects: Effects,
    /// What it asked for of the state.
    loaded: Loaded,
    work: Box<dyn Work>,
}

/// The transactions whose places are not named.
fn without(transactions: Transactions, left_out: &[usize]) -> Transactions {
    if left_out.is_empty() {
        return transactions;
    }
    let left_out: BTreeSet<usize> = left_out.iter().copied().collect();
    let kept = transactions.iter().enumerate().filter(|(place, _)| !left_out.contains(place));
    Arc::new(kept.map(|(_, transaction)| transaction.clone()).collect())
}

impl<E: Env> Application<E> for Executor {
    type SigningScheme = Scheme;
    type Context = EngineContext;
    type Block = Block;
    type Databases = Shared<E>;
    type Captured = ();
    type Provider = ();
    type Input = ();

    fn sync_targets(block: &Block) -> EngineTarget {
        to_engine(&block.header().sync)
    }

    async fn genesis(&mut self) -> Block {
        self.0.genesis.clone()
    }

    async fn propose(
        &mut self,
        context: (E, EngineContext),
        ancestry: impl Ancestry<Block>,
        batches: Batch<E>,
        _: Input<(), ()>,
    ) -> Option<Proposed<Self, E>> {
        let (block, merkleized) = self.build(context, ancestry, batches).await?;
        Some(Proposed { block, merkleized })
    }

    async fn process(
        &mut self,
        context: (E, EngineContext),
        ancestry: impl Ancestry<Block>,
        batches: Batch<E>,
        finality: Finality,
    ) -> Option<Sealed<E>> {
        let height = ancestry.peek()?.inner().header().height;
        let sealed = self.replay(context.0, ancestry, batches, finality).await;
        if sealed.is_none() && finality == Finality::Finalized {
            // A quorum executed it and this node cannot: going on would serve answers that nobody else gives.
            match self.0.status.fail(Error::Diverged(height)).await {}
        }
        sealed
    }

    async fn capture(&mut self, _: (E, EngineContext), _: &Block, _: &Sealed<E>, _: Reader<Database<E>>) {}

    async fn finalized(&mut self, _: (E, EngineContext), _: &Block, (): (), _: Reader<Database<E>>) {}
}
