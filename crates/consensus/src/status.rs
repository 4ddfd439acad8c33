//! What the tasks of a node tell each other, and its handle: where it stands, whom it hears, and why it stops.

use crate::error::Error;
use crate::standing::{Reason, Standing};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, View};
use chancery_types::key::PublicKey;
use chancery_types::time::BlockTime;
use commonware_utils::channel::watch;
use commonware_utils::sync::Mutex;
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;

/// The last final block that the machine has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Its position.
    pub height: Height,
    /// Its header's hash.
    pub hash: Digest,
    /// Its time.
    pub time: BlockTime,
}

/// What is known of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerStatus {
    /// Who it is.
    pub key: PublicKey,
    /// When it was last heard, by this node's clock.
    pub heard: BlockTime,
    /// Where it said it stands.
    pub height: Height,
    /// Its clock when it said so. Minus `heard`, this is how far the clocks differ, but for the way of the message.
    pub clock: BlockTime,
}

/// Which votes of a validator this node has heard since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VotesHeard {
    /// How many.
    pub count: u64,
    /// The latest view it voted in.
    pub view: View,
}

/// Proposals of this life that are remembered: many more than wait to become final.
const PROPOSALS_REMEMBERED: usize = 4_096;

/// Shared by the tasks of one node.
pub(crate) struct Status {
    tip: watch::Sender<Tip>,
    wake: watch::Sender<()>,
    stop: watch::Sender<Option<Result<(), Error>>>,
    peers: Mutex<BTreeMap<PublicKey, PeerStatus>>,
    votes: Mutex<BTreeMap<PublicKey, VotesHeard>>,
    standing: Mutex<Standing>,
    proposed: Mutex<VecDeque<Digest>>,
}

impl Status {
    pub(crate) fn new(tip: Tip) -> Self {
        let (tip, _) = watch::channel(tip);
        let (wake, _) = watch::channel(());
        let (stop, _) = watch::channel(None);
        let standing = Mutex::new(Standing::Observer(Reason::Starting));
        let (peers, votes, proposed) = Default::default();
        Self { tip, wake, stop, peers, votes, standing, proposed }
    }

    pub(crate) fn tip(&self) -> Tip {
        *self.tip.borrow()
    }

    pub(crate) fn tips(&self) -> watch::Receiver<Tip> {
        self.tip.subscribe()
    }

    pub(crate) fn set_tip(&self, tip: Tip) {
        self.tip.send_replace(tip);
    }

    /// Tells a leader that waits that there may be something to order.
    pub(crate) fn wake(&self) {
        self.wake.send_replace(());
    }

    pub(crate) fn wakes(&self) -> watch::Receiver<()> {
        self.wake.subscribe()
    }

    pub(crate) fn heard(&self, peer: PeerStatus) {
        self.peers.lock().insert(peer.key, peer);
    }

    pub(crate) fn peers(&self) -> Vec<PeerStatus> {
        self.peers.lock().values().copied().collect()
    }

    pub(crate) fn voted(&self, validator: PublicKey, view: View) {
        let mut votes = self.votes.lock();
        let heard = votes.entry(validator).or_default();
        *heard = VotesHeard { count: heard.count.saturating_add(1), view: heard.view.max(view) };
    }

    pub(crate) fn votes(&self) -> BTreeMap<PublicKey, VotesHeard> {
        self.votes.lock().clone()
    }

    pub(crate) fn set_standing(&self, standing: Standing) {
        *self.standing.lock() = standing;
    }

    pub(crate) fn standing(&self) -> Standing {
        self.standing.lock().clone()
    }

    /// Remembers a proposal of this node's.
    pub(crate) fn proposed(&self, block: Digest) {
        let mut proposed = self.proposed.lock();
        if proposed.len() >= PROPOSALS_REMEMBERED {
            proposed.pop_front();
        }
        proposed.push_back(block);
    }

    /// Whether this node has proposed a block since its start.
    pub(crate) fn has_proposed(&self, block: &Digest) -> bool {
        self.proposed.lock().contains(block)
    }

    /// Asks the node to stop; the first reason counts.
    pub(crate) fn stop(&self, reason: Result<(), Error>) {
        self.stop.send_if_modified(|stop| {
            let first = stop.is_none();
            if first {
                *stop = Some(reason);
            }
            first
        });
    }

    /// Stops the node for a failure that must not be walked past, and never comes back: the caller has no way to go on.
    pub(crate) async fn fail(&self, error: Error) -> Infallible {
        self.stop(Err(error));
        std::future::pending().await
    }

    /// Whether the node was asked to stop.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.borrow().is_some()
    }

    /// Why the node stopped, if it did.
    pub(crate) fn stopped_for(&self) -> Option<Result<(), Error>> {
        self.stop.borrow().clone()
    }

    /// Waits until the node is asked to stop.
    pub(crate) async fn stopped(&self) -> Result<(), Error> {
        let mut stop = self.stop.subscribe();
        match stop.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or(Ok(())),
            Err(_) => Ok(()),
        }
    }
}
