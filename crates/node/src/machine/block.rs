//! A block of the ledger while the engine executes it.

use super::LedgerMachine;
use super::carried::Name;
use crate::metrics::{BlockSummary, journey};
use chancery_archive::Outcomes;
use chancery_consensus::machine::{BlockInput, Effects, Fault, Known, Loaded, Run, Work};
use chancery_ledger::{BlockContext, Executed, Execution, Lookup, Mode, State, Stopped};
use chancery_types::ids::{Height, StateKey, TransactionId};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A block being executed.
pub(super) struct Block {
    machine: Arc<LedgerMachine>,
    name: Name,
    height: Height,
    proposing: bool,
    /// The ids of its transactions; none of what is not one.
    ids: Vec<Option<TransactionId>>,
    /// The size of its transactions.
    bytes: usize,
    execution: Execution,
    /// Whether the keys that can be told beforehand have been asked for.
    foreseen: bool,
    begun: Instant,
    /// How long its runs have taken.
    spent: Duration,
}

impl Block {
    pub(super) fn begin(machine: Arc<LedgerMachine>, name: Name, input: &BlockInput, transactions: &[Vec<u8>]) -> Self {
        let context =
            BlockContext { network: input.network, height: input.height, epoch: input.epoch, time: input.time };
        let mode = if input.proposing { Mode::Propose } else { Mode::Follow };
        let opened: Vec<_> = machine.open_all(transactions).into_iter().map(|one| one.opened).collect();
        let ids = opened.iter().map(|opened| opened.as_ref().ok().map(|opened| opened.id)).collect();
        let execution = Execution::new(context, input.parent, mode, opened);
        let spent = Duration::ZERO;
        let (height, proposing) = (input.height, input.proposing);
        let bytes = transactions.iter().map(Vec::len).sum();
        Self { machine, name, height, proposing, ids, bytes, execution, foreseen: false, begun: Instant::now(), spent }
    }

    /// The keys that every transaction asks for, and those that the last blocks asked for.
    fn foresee(&self) -> Vec<StateKey> {
        let mut keys = self.execution.foreseen(&*self.machine.applications);
        if !keys.is_empty() {
            keys.extend(self.machine.familiar().keys());
        }
        keys.into_iter().collect()
    }

    /// Throws transactions out of the pool that have no place in any block.
    fn leave_out(&self, executed: &Executed) {
        let mut pool = self.machine.pool();
        let left_out = executed.left_out.iter().filter_map(|(index, _)| self.ids.get(*index).copied().flatten());
        left_out.for_each(|id| pool.remove(&id));
    }

    fn finish(&self, executed: Executed) -> Run {
        self.machine.familiar().note(self.execution.missed());
        self.leave_out(&executed);
        let metrics = self.machine.metrics();
        metrics.executed(self.height, executed.outcomes_root, self.spent, BlockSummary::of(&executed.entries));
        journey::executed(self.height, self.proposing, &executed.entries);
        let outcomes = Outcomes { entries: executed.entries, events: executed.events };
        // Before the vote: a block that is final after a crash is never executed again.
        let archive = &self.machine.archive;
        let kept =
            metrics.archive_write.time(|| archive.keep_outcomes(self.height, &executed.outcomes_root, &outcomes));
        if let Err(error) = kept {
            return Run::Fault(Fault(error.to_string()));
        }
        let effects = Effects {
            writes: executed.writes.into_iter().collect(),
            outcomes_root: executed.outcomes_root,
            history_root: executed.history_root,
            left_out: executed.left_out.into_iter().map(|(index, _)| index).collect(),
        };
        self.machine.carried().keep(self.name, &effects);
        Run::Done(effects)
    }
}

impl Work for Block {
    fn run(&mut self, state: &Loaded) -> Run {
        if !self.foreseen {
            self.foreseen = true;
            let keys = self.foresee();
            if !keys.is_empty() {
                return Run::Needs(keys);
            }
        }
        let begun = Instant::now();
        let run = self.execution.run(&*self.machine.applications, &Part(state));
        self.spent = self.spent.saturating_add(begun.elapsed());
        match run {
            Ok(executed) => self.finish(executed),
            Err(Stopped::Unknown(keys)) => {
                let (done, all) = (self.execution.carried_out(), self.ids.len());
                tracing::debug!(height = %self.height, done, all, keys = keys.len(), "a block needs more of the state");
                self.machine.metrics().ran_in_vain();
                Run::Needs(keys.into_iter().collect())
            }
            Err(stopped @ Stopped::Corrupt(_)) => Run::Fault(Fault(stopped.to_string())),
            Err(stopped @ Stopped::Ineligible { .. }) => Run::Invalid(stopped.to_string()),
        }
    }

    fn sealed(self: Box<Self>) {
        if let Some(mut pace) = self.machine.pace() {
            pace.note(self.bytes, self.begun.elapsed());
        }
    }
}

/// The part of the state that is loaded, as the ledger reads it.
struct Part<'a>(&'a Loaded);

impl State for Part<'_> {
    fn lookup(&self, key: &StateKey) -> Lookup<'_> {
        match self.0.get(key) {
            Known::Present(value) => Lookup::Present(value),
            Known::Absent => Lookup::Absent,
            Known::Unknown => Lookup::Unknown,
        }
    }
}
