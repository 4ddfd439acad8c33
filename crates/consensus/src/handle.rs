//! What the rest of the node holds of a running engine.

use crate::error::Error;
use crate::machine::FinalizedBlock;
use crate::standing::Standing;
use crate::status::{PeerStatus, Status, Tip, VotesHeard};
use chancery_storage::StateProof;
use chancery_types::block::Header;
use chancery_types::ids::{Height, StateKey};
use chancery_types::key::PublicKey;
use commonware_utils::channel::{mpsc, oneshot, watch};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values of the state, read together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// The block after which they stood.
    pub height: Height,
    /// In the order of the keys asked for.
    pub values: Vec<Option<Vec<u8>>>,
}

/// A proof of what stands under a key, with all it takes to check it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// The header whose state root the proof leads to.
    pub header: Header,
    /// The proof.
    pub proof: StateProof,
    /// Why the header is final; none for block 0, which is known by its hash, and for a moment after a block became
    /// final.
    pub finality: Option<Finality>,
}

/// Why a header is final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finality {
    /// A certificate (ADR 0002).
    pub certificate: Vec<u8>,
    /// The header it is about: the one asked for, or the nearest descendant that has a certificate of its own. The tree
    /// of earlier headers under its `history_root` leads from it to the one asked for.
    pub anchor: Header,
}

/// A question to the node's tasks.
pub(crate) enum Request {
    Read { keys: Vec<StateKey>, answer: oneshot::Sender<Result<Values, Error>> },
    Prove { key: StateKey, answer: oneshot::Sender<Result<Proved, Error>> },
    Block { height: Height, answer: oneshot::Sender<Result<Option<FinalizedBlock>, Error>> },
    Finality { height: Height, answer: oneshot::Sender<Result<Option<Finality>, Error>> },
    Metrics { answer: oneshot::Sender<Result<String, Error>> },
}

/// A running node. Cheap to clone; works from any thread and any asynchronous runtime.
#[derive(Clone)]
pub struct Handle {
    pub(crate) requests: mpsc::Sender<Request>,
    pub(crate) gossip: mpsc::Sender<Vec<u8>>,
    pub(crate) status: Arc<Status>,
}

impl Handle {
    /// Tells the node that its machine has taken this transaction: the other validators hear of it, and a leader that
    /// waits proposes. Answers whether there was room to pass it on; without, this node orders it when it leads.
    pub fn submit(&self, transaction: Vec<u8>) -> bool {
        let passed_on = self.gossip.try_send(transaction).is_ok();
        self.status.wake();
        passed_on
    }

    /// The last block that the machine has taken.
    pub fn tip(&self) -> Tip {
        self.status.tip()
    }

    /// Waits until the machine has taken a block at this height or later.
    ///
    /// # Errors
    /// [`Error::NotRunning`] if the node stops first.
    pub async fn reached(&self, height: Height) -> Result<Tip, Error> {
        let mut tips: watch::Receiver<Tip> = self.status.tips();
        let tip = tips.wait_for(|tip| tip.height >= height).await.map_err(|_| Error::NotRunning)?;
        Ok(*tip)
    }

    /// The peers that were heard since the start.
    pub fn peers(&self) -> Vec<PeerStatus> {
        self.status.peers()
    }

    /// Whether this node votes.
    pub fn standing(&self) -> Standing {
        self.status.standing()
    }

    /// The votes heard since the start, by validator; this node's own among them.
    pub fn votes(&self) -> BTreeMap<PublicKey, VotesHeard> {
        self.status.votes()
    }

    /// Values under keys at the latest final height.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::NotRunning`].
    pub async fn read(&self, keys: Vec<StateKey>) -> Result<Values, Error> {
        self.ask(|answer| Request::Read { keys, answer }).await
    }

    /// What stands under a key at the latest final height, proved.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::NotRunning`].
    pub async fn prove(&self, key: StateKey) -> Result<Proved, Error> {
        self.ask(|answer| Request::Prove { key, answer }).await
    }

    /// A final block; none where there is none yet.
    ///
    /// # Errors
    /// [`Error::NotRunning`].
    pub async fn block(&self, height: Height) -> Result<Option<FinalizedBlock>, Error> {
        self.ask(|answer| Request::Block { height, answer }).await
    }

    /// Why the block at a height is final; none where it is not, or for block 0 while it is alone.
    ///
    /// # Errors
    /// [`Error::NotRunning`].
    pub async fn finality(&self, height: Height) -> Result<Option<Finality>, Error> {
        self.ask(|answer| Request::Finality { height, answer }).await
    }

    /// The engine's metrics in the Prometheus text format.
    ///
    /// # Errors
    /// [`Error::NotRunning`].
    pub async fn metrics(&self) -> Result<String, Error> {
        self.ask(|answer| Request::Metrics { answer }).await
    }

    /// Asks the node to stop. Nothing acknowledged is lost whether or not it is asked.
    pub fn stop(&self) {
        self.status.stop(Ok(()));
    }

    /// Waits until the node is asked to stop, or fails.
    pub async fn stopped(&self) {
        // Why it stopped is for whoever waits for the node itself.
        let _ = self.status.stopped().await;
    }

    /// Whether the node was asked to stop, or failed.
    pub fn is_stopped(&self) -> bool {
        self.status.is_stopped()
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<Result<T, Error>>) -> Request) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(request(answer)).await.map_err(|_| Error::NotRunning)?;
        answered.await.map_err(|_| Error::NotRunning)?
    }
}
