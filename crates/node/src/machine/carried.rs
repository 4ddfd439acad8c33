//! The block that was carried out last, so that it need not be carried out again.
//!
//! The engine lets go of what it has not finished when others make the block final first, and asks for it anew, which
//! was seen again and again under load. What a block does is a pure function of it and its parent, so the answer stands.

use chancery_consensus::machine::{BlockInput, Effects, Loaded, Run, Work};
use chancery_crypto::digest::body_digest;
use chancery_types::hash::Digest;
use chancery_types::ids::{Epoch, Height};
use chancery_types::time::BlockTime;

/// All that a block's effects depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    parent: Digest,
    height: Height,
    epoch: Epoch,
    time: BlockTime,
    body: Digest,
}

impl Name {
    pub(super) fn of(input: &BlockInput, transactions: &[Vec<u8>]) -> Self {
        let BlockInput { parent, height, epoch, time, .. } = *input;
        Self { parent, height, epoch, time, body: body_digest(transactions) }
    }
}

/// The effects of the last block.
#[derive(Default)]
pub(super) struct Carried(Option<(Name, Effects)>);

impl Carried {
    /// Keeps the effects of a block, unless they are those of another: of the one without what was left out.
    pub(super) fn keep(&mut self, name: Name, effects: &Effects) {
        if effects.left_out.is_empty() {
            self.0 = Some((name, effects.clone()));
        }
    }

    /// The work that is left of a block that was carried out before.
    pub(super) fn again(&self, name: &Name) -> Option<Again> {
        self.0.as_ref().filter(|(known, _)| known == name).map(|(_, effects)| Again(effects.clone()))
    }
}

/// A block of which only the answer is left to be given.
pub(super) struct Again(Effects);

impl Work for Again {
    fn run(&mut self, _: &Loaded) -> Run {
        Run::Done(self.0.clone())
    }
}
