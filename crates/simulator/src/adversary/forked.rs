//! A validator whose state is another: from the third block on it writes under a key of its own in every block that it
//! proposes. The headers then say another state root, so what it proposes must be refused.
//!
//! Were its state another for the blocks of others too, it could not follow what they agree on and would stop at once: the
//! engine leaves it no way to take part on a fork of its own (`Error::Diverged`).

use super::honestly;
use chancery_consensus::machine::{BlockInput, Loaded, Machine, Run, Transactions, Work};
use chancery_node::machine::LedgerMachine;
use chancery_types::ids::StateKey;
use std::sync::Arc;

/// The first height at which its state is another.
const FROM: u64 = 3;

/// A validator whose state is another.
pub struct Forked(pub Arc<LedgerMachine>);

impl Machine for Forked {
    honestly!(genesis, has_work, select, check, keep, admit by 0);

    fn begin(self: Arc<Self>, input: BlockInput, transactions: Transactions) -> Box<dyn Work> {
        // Only what it proposes itself: otherwise it would stop at the first block of another, and never propose.
        let is_forked = input.height.0 >= FROM && input.proposing;
        Box::new(Forking { honest: self.0.clone().begin(input, transactions), is_forked })
    }
}

/// A block that is being executed, with one write too many at the end.
struct Forking {
    honest: Box<dyn Work>,
    is_forked: bool,
}

impl Work for Forking {
    fn run(&mut self, state: &Loaded) -> Run {
        match self.honest.run(state) {
            Run::Done(mut effects) if self.is_forked => {
                effects.writes.push((StateKey([0xfa; 32]), Some(b"forked".to_vec())));
                Run::Done(effects)
            }
            other => other,
        }
    }
}
