//! Carrying out a block.

use crate::admission::{Opened, open};
use crate::application::{Applications, Refusal};
use crate::changes::Changes;
use crate::context::BlockContext;
use crate::history::extend_history;
use crate::recall::Recall;
use crate::rejection::LedgerRejection;
use crate::replay::{Placed, placed, turn};
use crate::transaction::{Fate, carry_out};
use crate::view::{State, Trouble, View};
use chancery_crypto::digest::{event_leaf, outcome_leaf};
use chancery_crypto::hash::Digest;
use chancery_crypto::merkle::root;
use chancery_types::event::Event;
use chancery_types::ids::{StateKey, TransactionId};
use chancery_types::outcome::{Outcome, OutcomeEntry};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Whether ineligible transactions are left out or make the block invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A leader builds a block: what has no place in it is left out and reported.
    Propose,
    /// A validator follows a block: what has no place in it makes it invalid.
    Follow,
}

/// What a block does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    /// Indices, into the transactions given, of those that stand in the block.
    pub included: Vec<usize>,
    /// Transactions left out while proposing, with the reason.
    pub left_out: Vec<(usize, RejectionCode)>,
    /// What became of each included transaction; the last entry is the work at the block's end.
    pub entries: Vec<OutcomeEntry>,
    /// The events of each entry.
    pub events: Vec<Vec<Event>>,
    /// Every write, by key.
    pub writes: BTreeMap<StateKey, Option<Vec<u8>>>,
    /// Merkle root over `entries`.
    pub outcomes_root: Digest,
    /// Root of the tree of all earlier headers.
    pub history_root: Digest,
}

/// Why a block was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// Keys are not loaded: load them and run again.
    #[error("{} keys of the state are not loaded", .0.len())]
    Unknown(BTreeSet<StateKey>),
    /// A value does not decode: the storage is damaged, and the node must stop.
    #[error("the value at state key {0} is damaged")]
    Corrupt(StateKey),
    /// A transaction has no place in this block, so the block is invalid.
    #[error("transaction {index} has no place in the block: {code}")]
    Ineligible {
        /// The transaction.
        index: usize,
        /// Why.
        code: RejectionCode,
    },
}

/// A block while it is carried out.
///
/// The state is loaded as the block turns out to need it: [`Execution::run`] stops with the keys that it misses and is
/// called again when they are there. What was carried out before the first gap stands, and is not done again.
pub struct Execution {
    context: BlockContext,
    parent: Digest,
    mode: Mode,
    transactions: Vec<Result<Arc<Opened>, LedgerRejection>>,
    done: Progress,
    missed: BTreeSet<StateKey>,
}

impl Execution {
    /// A block of opened transactions, whose signatures have been checked, on the parent with this hash.
    pub fn new(
        context: BlockContext,
        parent: Digest,
        mode: Mode,
        transactions: Vec<Result<Arc<Opened>, LedgerRejection>>,
    ) -> Self {
        Self { context, parent, mode, transactions, done: Progress::default(), missed: BTreeSet::new() }
    }

    /// The keys that every transaction asks for, whatever it is about. Loading them first saves a run; nothing depends
    /// on it.
    pub fn foreseen(&self, applications: &dyn Applications) -> BTreeSet<StateKey> {
        let mut keys = BTreeSet::new();
        for opened in self.transactions.iter().flatten() {
            keys.insert(*placed(&opened.id).raw());
            keys.extend(applications.foresee(&opened.envelope));
        }
        keys
    }

    /// Goes on over what is loaded of the state.
    ///
    /// # Errors
    /// See [`Stopped`]. After [`Stopped::Unknown`] it is to be called again; what was loaded stays loaded.
    pub fn run(&mut self, applications: &dyn Applications, state: &dyn State) -> Result<Executed, Stopped> {
        let mut missing = BTreeSet::new();
        let recall = Recall::default();
        let mut tentative = None;
        for index in self.done.next..self.transactions.len() {
            missing.extend(self.step(applications, state, &recall, index, &mut tentative)?);
        }
        let trouble = RefCell::new(Trouble::default());
        let ended = self.end(applications, &View::new(state, &trouble));
        missing.extend(settle(trouble.into_inner())?);
        self.missed.extend(&missing);
        match missing.is_empty() {
            true => Ok(std::mem::take(&mut self.done).executed(ended)),
            false => Err(Stopped::Unknown(missing)),
        }
    }

    /// How many transactions have been carried out for good.
    pub const fn carried_out(&self) -> usize {
        self.done.next
    }

    /// All keys that were not loaded when they were first asked for.
    pub const fn missed(&self) -> &BTreeSet<StateKey> {
        &self.missed
    }

    /// Carries out one transaction; gives the keys that it misses. After the first gap in a block nothing counts any
    /// more: transactions are only tried, each after what the others would do, to find the keys that they will ask for. What is
    /// not loaded is mostly not there either, so few runs are needed however much the transactions depend on each other.
    fn step(
        &mut self,
        applications: &dyn Applications,
        state: &dyn State,
        recall: &Recall,
        index: usize,
        tentative: &mut Option<Changes>,
    ) -> Result<BTreeSet<StateKey>, Stopped> {
        let trouble = RefCell::new(Trouble::default());
        let fate = match self.transactions.get(index) {
            None => return Ok(BTreeSet::new()),
            Some(Err(refusal)) => Fate::Ineligible(refusal.code()),
            Some(Ok(opened)) if self.done.ids.contains(&opened.id) => {
                Fate::Ineligible(LedgerRejection::AlreadyFinal.code())
            }
            Some(Ok(opened)) => {
                View::between(state, &trouble, &self.done.changes, tentative.as_ref(), recall, |view| {
                    carry_out(applications, view, &self.context, opened)
                })
            }
        };
        let missing = settle(trouble.into_inner())?;
        if tentative.is_some() || !missing.is_empty() {
            let tentative = tentative.get_or_insert_default();
            if let Fate::Accepted(changes) = fate {
                recall.written(changes.writes().keys());
                tentative.absorb(changes.into_parts().0);
            }
            return Ok(missing);
        }
        match (fate, self.transactions.get(index)) {
            (Fate::Ineligible(code), _) if self.mode == Mode::Follow => {
                return Err(Stopped::Ineligible { index, code });
            }
            (Fate::Ineligible(code), _) => self.done.left_out.push((index, code)),
            (Fate::Rejected(code), Some(Ok(opened))) => self.done.reject(index, opened, code),
            (Fate::Accepted(changes), Some(Ok(opened))) => {
                recall.written(changes.writes().keys());
                self.done.accept(index, opened, changes);
            }
            // Only opened transactions are carried out.
            (Fate::Rejected(_) | Fate::Accepted(_), _) => {}
        }
        self.done.next = index.saturating_add(1);
        Ok(missing)
    }

    /// The work at the block's end: the applications', the replay window's, and the tree of earlier headers.
    fn end(&self, applications: &dyn Applications, base: &View<'_>) -> Ended {
        let own = base.after(&self.done.changes, |view| applications.end_block(view, &self.context));
        let (writes, events) = own.into_parts();
        let mut changes = Changes::new();
        changes.absorb(writes);
        base.after(&self.done.changes, |view| {
            let places = self.done.places(&self.context);
            let turned = view.after(&changes, |view| turn(view, self.context.time, &places));
            changes.append(turned);
        });
        let history_root = extend_history(base, &self.parent, &mut changes);
        Ended { changes, events, history_root }
    }
}

/// What the end of a block does.
struct Ended {
    changes: Changes,
    events: Vec<Event>,
    history_root: Digest,
}

fn settle(trouble: Trouble) -> Result<BTreeSet<StateKey>, Stopped> {
    match trouble.corrupt {
        Some(key) => Err(Stopped::Corrupt(key)),
        None => Ok(trouble.unknown),
    }
}

/// Everything is answered, or it is said why not.
pub(crate) fn whole(trouble: Trouble) -> Result<(), Stopped> {
    let missing = settle(trouble)?;
    if missing.is_empty() { Ok(()) } else { Err(Stopped::Unknown(missing)) }
}

/// Carries out transactions in order over `state`, in one go. Their signatures have been checked.
///
/// # Errors
/// See [`Stopped`].
pub fn execute_block(
    applications: &dyn Applications,
    state: &dyn State,
    context: &BlockContext,
    parent: &Digest,
    transactions: &[Vec<u8>],
    mode: Mode,
) -> Result<Executed, Stopped> {
    let opened = transactions.iter().map(|bytes| open(bytes, context.network).map(Arc::new));
    Execution::new(*context, *parent, mode, opened.collect()).run(applications, state)
}

/// The block as far as it is carried out.
#[derive(Default)]
struct Progress {
    /// The first transaction that has not been carried out.
    next: usize,
    changes: Changes,
    ids: BTreeSet<TransactionId>,
    expiries: Vec<(TransactionId, BlockTime)>,
    included: Vec<usize>,
    left_out: Vec<(usize, RejectionCode)>,
    entries: Vec<OutcomeEntry>,
    events: Vec<Vec<Event>>,
}

impl Progress {
    fn reject(&mut self, index: usize, opened: &Opened, code: RejectionCode) {
        self.include(index, opened, Outcome::Rejected { code }, Vec::new());
    }

    fn accept(&mut self, index: usize, opened: &Opened, changes: Changes) {
        let (writes, events) = changes.into_parts();
        self.changes.absorb(writes);
        self.include(index, opened, accepted(&events), events);
    }

    fn include(&mut self, index: usize, opened: &Opened, outcome: Outcome, events: Vec<Event>) {
        self.entries.push(OutcomeEntry { transaction: Some(opened.id), envelope: opened.digest, outcome });
        self.events.push(events);
        self.ids.insert(opened.id);
        self.expiries.push((opened.id, opened.envelope.body.expires));
        self.included.push(index);
    }

    fn places(&self, context: &BlockContext) -> Vec<(TransactionId, BlockTime, Placed)> {
        let outcomes = self.entries.iter().map(|entry| entry.outcome);
        (0u32..)
            .zip(self.expiries.iter().zip(outcomes))
            .map(|(index, ((id, expires), outcome))| (*id, *expires, Placed { height: context.height, index, outcome }))
            .collect()
    }

    fn executed(mut self, ended: Ended) -> Executed {
        let outcome = accepted(&ended.events);
        self.entries.push(OutcomeEntry { transaction: None, envelope: Digest::ZERO, outcome });
        self.events.push(ended.events);
        self.changes.append(ended.changes);
        let leaves: Vec<Digest> = self.entries.iter().map(outcome_leaf).collect();
        let (writes, _) = self.changes.into_parts();
        Executed {
            included: self.included,
            left_out: self.left_out,
            outcomes_root: root(&leaves),
            entries: self.entries,
            events: self.events,
            writes,
            history_root: ended.history_root,
        }
    }
}

fn accepted(events: &[Event]) -> Outcome {
    let leaves: Vec<Digest> = events.iter().map(event_leaf).collect();
    // A transaction of at most 256 KiB cannot cause four billion events.
    Outcome::Accepted { events: root(&leaves), count: u32::try_from(events.len()).unwrap_or(u32::MAX) }
}
