//! The replay window: every final transaction's id is kept until its expiry, with its place and outcome.

use crate::changes::Changes;
use crate::due::DueQueue;
use crate::key::Key;
use crate::rejection::LEDGER;
use crate::view::View;
use chancery_types::ids::{Height, TransactionId};
use chancery_types::outcome::Outcome;
use chancery_types::time::{BlockTime, MINUTE_MS};
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// How many segments of expired ids a block forgets: at [`crate::due::SEGMENT_ITEMS_MAX`] each, more than a block
/// can add.
const FORGET_SEGMENTS_MAX: usize = 64;

const EXPIRING: DueQueue<TransactionId> = DueQueue::new(LEDGER, "expiring");

/// Where a final transaction stands and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Placed {
    /// The block.
    #[n(0)]
    pub height: Height,
    /// Its index in the block.
    #[n(1)]
    pub index: u32,
    /// What became of it.
    #[n(2)]
    pub outcome: Outcome,
}

/// Where a transaction's place is kept until it expires.
pub fn placed(id: &TransactionId) -> Key<Placed> {
    Key::new(LEDGER, "placed", id)
}

/// Remembers the block's transactions and forgets those that have expired.
pub(crate) fn turn(view: &View<'_>, now: BlockTime, block: &[(TransactionId, BlockTime, Placed)]) -> Changes {
    let mut changes = Changes::new();
    let mut by_minute: BTreeMap<u64, Vec<TransactionId>> = BTreeMap::new();
    let block = if chancery_planted::is("replay-forgotten") { &[] } else { block };
    for (id, expires, place) in block {
        changes.put(&placed(id), place);
        by_minute.entry(expires.0 / MINUTE_MS).or_default().push(*id);
    }
    for (minute, ids) in by_minute {
        let pushed =
            view.after(&changes, |view| EXPIRING.push(view, now, BlockTime(minute.saturating_mul(MINUTE_MS)), &ids));
        changes.append(pushed);
    }
    let (expired, taken) = view.after(&changes, |view| EXPIRING.take(view, now, FORGET_SEGMENTS_MAX));
    changes.append(taken);
    for id in expired {
        changes.delete(&placed(&id));
    }
    changes
}
