//! The pool: transactions that wait to be ordered.
//!
//! Promises: nobody fills it for others (a member holds at most its fair share, and selection takes one from each
//! member in turn); it is bounded in bytes and in number; what it holds is well-formed, signed and not expired; the
//! oldest of a member come first. It is a plain data structure without clock, thread or randomness.

use chancery_ledger::admission::Opened;
use chancery_types::hash::Digest;
use chancery_types::ids::{MemberId, TransactionId};
use chancery_types::time::BlockTime;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How much the pool holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolLimits {
    /// The most transactions.
    pub count_max: usize,
    /// The most bytes.
    pub bytes_max: usize,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self { count_max: 65_536, bytes_max: 64 * 1024 * 1024 }
    }
}

/// A member that has no more than this many transactions is let in as long as there is any room.
pub const SHARE_COUNT_MIN: usize = 64;

/// Why the pool does not take a transaction now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// It is here already.
    #[error("the transaction waits here already")]
    AlreadyHere,
    /// The member has its fair share here.
    #[error("this member has its fair share of the pool; try again in {retry_ms} ms")]
    ShareUsedUp {
        /// When to try again.
        retry_ms: u64,
    },
    /// There is no room for anybody.
    #[error("the pool is full; try again in {retry_ms} ms")]
    Full {
        /// When to try again.
        retry_ms: u64,
    },
}

/// How long a sender who found no room is asked to wait.
const RETRY_MS: u64 = 1_000;

struct Waiting {
    bytes: Vec<u8>,
    digest: Digest,
    member: MemberId,
    expires: BlockTime,
}

/// Transactions that wait to be ordered.
pub struct Pool {
    limits: PoolLimits,
    waiting: BTreeMap<TransactionId, Waiting>,
    /// Ids of each member, oldest first. Ids that are gone are dropped when they are met.
    queues: BTreeMap<MemberId, VecDeque<TransactionId>>,
    /// How many of each member wait.
    counts: BTreeMap<MemberId, usize>,
    by_expiry: BTreeSet<(BlockTime, TransactionId)>,
    digests: BTreeSet<Digest>,
    bytes: usize,
    /// Whose turn it is next.
    turn: Option<MemberId>,
}

impl Pool {
    /// An empty pool.
    pub fn new(limits: PoolLimits) -> Self {
        Self {
            limits,
            waiting: BTreeMap::new(),
            queues: BTreeMap::new(),
            counts: BTreeMap::new(),
            by_expiry: BTreeSet::new(),
            digests: BTreeSet::new(),
            bytes: 0,
            turn: None,
        }
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How many bytes wait.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether a transaction waits here.
    pub fn contains(&self, id: &TransactionId) -> bool {
        self.waiting.contains_key(id)
    }

    /// Whether exactly these bytes wait here; their signature has been checked then.
    pub fn knows(&self, digest: &Digest) -> bool {
        self.digests.contains(digest)
    }

    /// Whether there would be room, before the signature is checked at some cost.
    ///
    /// # Errors
    /// Why not.
    pub fn room_for(&self, opened: &Opened) -> Result<(), NotNow> {
        if self.contains(&opened.id) {
            return Err(NotNow::AlreadyHere);
        }
        let full = self.waiting.len() >= self.limits.count_max
            || self.bytes.saturating_add(opened.size) > self.limits.bytes_max;
        if full {
            return Err(NotNow::Full { retry_ms: RETRY_MS });
        }
        let member = opened.envelope.body.sender;
        let held = self.counts.get(&member).copied().unwrap_or(0);
        // What would be each member's if all who wait, and this one, shared equally what is left of the room.
        let free = self.limits.count_max.saturating_sub(self.waiting.len());
        let share = (free / 2).max(SHARE_COUNT_MIN);
        if held >= share { Err(NotNow::ShareUsedUp { retry_ms: RETRY_MS }) } else { Ok(()) }
    }

    /// Takes a transaction in, whose signature is good.
    ///
    /// # Errors
    /// Why not.
    pub fn admit(&mut self, opened: &Opened, bytes: Vec<u8>) -> Result<(), NotNow> {
        self.room_for(opened)?;
        let (member, expires) = (opened.envelope.body.sender, opened.envelope.body.expires);
        self.bytes = self.bytes.saturating_add(bytes.len());
        self.queues.entry(member).or_default().push_back(opened.id);
        let count = self.counts.entry(member).or_default();
        *count = count.saturating_add(1);
        self.by_expiry.insert((expires, opened.id));
        self.digests.insert(opened.digest);
        self.waiting.insert(opened.id, Waiting { bytes, digest: opened.digest, member, expires });
        Ok(())
    }

    /// Chooses transactions for a block at `time`: one of each member in turn, oldest first, within the bounds, none
    /// of `taken`. They stay here until they are final or expired.
    pub fn select(
        &mut self,
        time: BlockTime,
        count_max: usize,
        bytes_max: usize,
        taken: &BTreeSet<TransactionId>,
    ) -> Vec<Vec<u8>> {
        self.forget_gone();
        let mut order: Vec<MemberId> = self.queues.keys().copied().collect();
        if let Some(turn) = self.turn {
            let start = order.partition_point(|member| *member < turn);
            order.rotate_left(start.min(order.len()));
        }
        let mut cursors: VecDeque<(MemberId, usize)> = order.into_iter().map(|member| (member, 0)).collect();
        let (mut chosen, mut bytes) = (Vec::new(), 0usize);
        while let Some((member, position)) = cursors.pop_front() {
            let Some(id) = self.queues.get(&member).and_then(|queue| queue.get(position)) else { continue };
            let candidate = self.waiting.get(id).filter(|w| w.expires >= time && !taken.contains(id));
            if let Some(waiting) = candidate {
                let after = bytes.saturating_add(waiting.bytes.len());
                if chosen.len() >= count_max || after > bytes_max {
                    // The member who would have been next begins the next block, so nobody is passed over for long.
                    self.turn = Some(member);
                    break;
                }
                bytes = after;
                chosen.push(waiting.bytes.clone());
            }
            cursors.push_back((member, position.saturating_add(1)));
        }
        chosen
    }

    /// Whether anything waits that could stand in a block now.
    pub fn has_work(&self) -> bool {
        !self.is_empty()
    }

    /// Removes what is final, and what has expired by `time`.
    pub fn settle(&mut self, done: &[TransactionId], time: BlockTime) {
        for id in done {
            self.remove(id);
        }
        while let Some((expires, id)) = self.by_expiry.first().copied().filter(|(expires, _)| *expires < time) {
            self.by_expiry.remove(&(expires, id));
            self.remove(&id);
        }
    }

    /// Removes a transaction that has no place in any block.
    pub fn remove(&mut self, id: &TransactionId) {
        let Some(gone) = self.waiting.remove(id) else { return };
        self.bytes = self.bytes.saturating_sub(gone.bytes.len());
        self.by_expiry.remove(&(gone.expires, *id));
        self.digests.remove(&gone.digest);
        if let Some(count) = self.counts.get_mut(&gone.member) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.counts.remove(&gone.member);
                self.queues.remove(&gone.member);
            }
        }
    }

    fn forget_gone(&mut self) {
        let waiting = &self.waiting;
        for queue in self.queues.values_mut() {
            queue.retain(|id| waiting.contains_key(id));
        }
    }
}
