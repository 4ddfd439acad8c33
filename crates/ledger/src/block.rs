//! Carrying out a block.

use crate::admission::{Opened, open};
use crate::application::{Applications, Refusal};
use crate::changes::Changes;
use crate::context::BlockContext;
use crate::history::extend_history;
use crate::replay::{Placed, turn};
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

pub(crate) fn settle(trouble: Trouble) -> Result<(), Stopped> {
    if let Some(key) = trouble.corrupt {
        return Err(Stopped::Corrupt(key));
    }
    if trouble.unknown.is_empty() { Ok(()) } else { Err(Stopped::Unknown(trouble.unknown)) }
}

/// Carries out transactions in order over `state`. Their signatures have been checked.
///
/// # Errors
/// See [`Stopped`]. While keys are unknown the run goes on to find further unknown keys, so that few runs are needed.
pub fn execute_block(
    applications: &dyn Applications,
    state: &dyn State,
    context: &BlockContext,
    parent: &Digest,
    transactions: &[Vec<u8>],
    mode: Mode,
) -> Result<Executed, Stopped> {
    let trouble = RefCell::new(Trouble::default());
    let base = View::new(state, &trouble);
    let mut done = Progress::default();
    for (index, bytes) in transactions.iter().enumerate() {
        let fate = match open(bytes, context.network) {
            Err(refusal) => Err(refusal.code()),
            Ok(opened) if done.ids.contains(&opened.id) => Err(crate::rejection::LedgerRejection::AlreadyFinal.code()),
            Ok(opened) => {
                let fate = base.after(&done.changes, |view| carry_out(applications, view, context, &opened));
                done.note(index, &opened, fate)
            }
        };
        if let Err(code) = fate {
            // An answer that rests on keys that are not loaded, or on damaged values, says nothing about the block.
            if mode == Mode::Follow && trouble.borrow().is_none() {
                return Err(Stopped::Ineligible { index, code });
            }
            done.left_out.push((index, code));
        }
    }
    let ended = base.after(&done.changes, |view| applications.end_block(view, context));
    let (writes, events) = ended.into_parts();
    done.enter(None, Digest::ZERO, &events, writes);
    let places = done.places(context);
    let turned = base.after(&done.changes, |view| turn(view, context.time, &places));
    done.changes.append(turned);
    let history_root = base.after(&Changes::new(), |view| extend_history(view, parent, &mut done.changes));
    settle(trouble.into_inner())?;
    let leaves: Vec<Digest> = done.entries.iter().map(outcome_leaf).collect();
    let (writes, _) = done.changes.into_parts();
    Ok(Executed {
        included: done.included,
        left_out: done.left_out,
        outcomes_root: root(&leaves),
        entries: done.entries,
        events: done.events,
        writes,
        history_root,
    })
}

/// The block as far as it is carried out.
#[derive(Default)]
struct Progress {
    changes: Changes,
    ids: BTreeSet<TransactionId>,
    expiries: Vec<(TransactionId, BlockTime)>,
    included: Vec<usize>,
    left_out: Vec<(usize, RejectionCode)>,
    entries: Vec<OutcomeEntry>,
    events: Vec<Vec<Event>>,
}

impl Progress {
    fn note(&mut self, index: usize, opened: &Opened, fate: Fate) -> Result<(), RejectionCode> {
        match fate {
            Fate::Ineligible(code) => return Err(code),
            Fate::Rejected(code) => {
                let outcome = Outcome::Rejected { code };
                self.entries.push(OutcomeEntry { transaction: Some(opened.id), envelope: opened.digest, outcome });
                self.events.push(Vec::new());
            }
            Fate::Accepted(changes) => {
                let (writes, events) = changes.into_parts();
                self.enter(Some(opened.id), opened.digest, &events, writes);
            }
        }
        self.ids.insert(opened.id);
        self.expiries.push((opened.id, opened.envelope.body.expires));
        self.included.push(index);
        Ok(())
    }

    fn enter(
        &mut self,
        transaction: Option<TransactionId>,
        envelope: Digest,
        events: &[Event],
        writes: BTreeMap<StateKey, Option<Vec<u8>>>,
    ) {
        let leaves: Vec<Digest> = events.iter().map(event_leaf).collect();
        // A transaction of at most 256 KiB cannot cause four billion events.
        let count = u32::try_from(events.len()).unwrap_or(u32::MAX);
        let outcome = Outcome::Accepted { events: root(&leaves), count };
        self.entries.push(OutcomeEntry { transaction, envelope, outcome });
        self.events.push(events.to_vec());
        self.changes.absorb(writes);
    }

    fn places(&self, context: &BlockContext) -> Vec<(TransactionId, BlockTime, Placed)> {
        let outcomes = self.entries.iter().map(|entry| entry.outcome);
        (0u32..)
            .zip(self.expiries.iter().zip(outcomes))
            .map(|(index, ((id, expires), outcome))| (*id, *expires, Placed { height: context.height, index, outcome }))
            .collect()
    }
}
