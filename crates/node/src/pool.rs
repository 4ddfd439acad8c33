//! The pool: transactions that wait to be ordered.
//!
//! Promises: nobody fills it for others (a member holds at most half of what is left free, in number and in bytes, and
//! selection takes one from each member in turn); it is bounded in bytes and in number; it never gives up what it took
//! in, until that is final, has expired or has no place in any block; the oldest of a member come first. It is a plain
//! data structure without clock, thread or randomness. Does not promise: that the sender named in a transaction is the
//! one who sent it, or that its signature is good: it keeps what is known of that. Whoever takes transactions in from
//! members checks both first, or a stranger could use up a member's share.

use chancery_ledger::admission::Opened;
use chancery_types::hash::Digest;
use chancery_types::ids::{MemberId, TransactionId};
use chancery_types::key::PublicKey;
use chancery_types::time::BlockTime;
use chancery_types::transaction::TRANSACTION_BYTES_MAX;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

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
/// A member that has no more than this many bytes is let in as long as there is any room: one transaction of any size.
pub const SHARE_BYTES_MIN: usize = TRANSACTION_BYTES_MAX;

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

/// What is known of a transaction's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// It was checked here.
    Checked,
    /// This validator passed it on, and should have checked it.
    VouchedBy(PublicKey),
}

struct Waiting {
    bytes: Vec<u8>,
    opened: Arc<Opened>,
    seal: Seal,
    arrival: u64,
}

impl Waiting {
    fn expires(&self) -> BlockTime {
        self.opened.envelope.body.expires
    }
}

/// What waits of one member. INVARIANT: never empty.
#[derive(Default)]
struct Queue {
    /// By arrival, so the oldest come first.
    ids: BTreeMap<u64, TransactionId>,
    bytes: usize,
}

/// Transactions that wait to be ordered.
///
/// INVARIANT: `queues`, `by_expiry` and `digests` name what is in `waiting`, each exactly once, and nothing else.
pub struct Pool {
    limits: PoolLimits,
    waiting: HashMap<TransactionId, Waiting>,
    queues: BTreeMap<MemberId, Queue>,
    by_expiry: BTreeSet<(BlockTime, TransactionId)>,
    digests: HashMap<Digest, TransactionId>,
    bytes: usize,
    /// How many have ever been taken in.
    arrivals: u64,
    /// Whose turn it is next.
    turn: MemberId,
}

impl Pool {
    /// An empty pool.
    pub fn new(limits: PoolLimits) -> Self {
        Self {
            limits,
            waiting: HashMap::new(),
            queues: BTreeMap::new(),
            by_expiry: BTreeSet::new(),
            digests: HashMap::new(),
            bytes: 0,
            arrivals: 0,
            turn: MemberId([0; MemberId::SIZE]),
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
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether a transaction waits here that was checked here. What others vouch for may be a forgery under its id.
    pub fn contains(&self, id: &TransactionId) -> bool {
        self.waiting.get(id).is_some_and(|waiting| waiting.seal == Seal::Checked)
    }

    /// The transaction of exactly these bytes, if it waits here.
    pub fn opened(&self, digest: &Digest) -> Option<(Arc<Opened>, Seal)> {
        let found = self.digests.get(digest).and_then(|id| self.waiting.get(id));
        found.map(|waiting| (Arc::clone(&waiting.opened), waiting.seal))
    }

    /// Notes that the signature of these bytes is good.
    pub fn note_checked(&mut self, digest: &Digest) {
        if let Some(waiting) = self.digests.get(digest).and_then(|id| self.waiting.get_mut(id)) {
            waiting.seal = Seal::Checked;
        }
    }

    /// Whether there would be room, before the signature is checked at some cost.
    ///
    /// # Errors
    /// Why not.
    pub fn room_for(&self, opened: &Opened, seal: Seal) -> Result<(), NotNow> {
        match self.waiting.get(&opened.id) {
            None => self.room(opened),
            // What is checked takes the place of what is not.
            Some(waiting) if waiting.seal != Seal::Checked && seal == Seal::Checked => Ok(()),
            Some(_) => Err(NotNow::AlreadyHere),
        }
    }

    fn room(&self, opened: &Opened) -> Result<(), NotNow> {
        if chancery_planted::is("pool-unbounded") {
            return Ok(());
        }
        let count_free = self.limits.count_max.saturating_sub(self.waiting.len());
        let bytes_free = self.limits.bytes_max.saturating_sub(self.bytes);
        if count_free == 0 || bytes_free < opened.size {
            return Err(NotNow::Full { retry_ms: RETRY_MS });
        }
        // Dynamic thresholds (Choudhury and Hahne 1998): each member takes at most a third of what those before it
        // left, and as the pool drains k members who all want more come to equal parts with 2/(k + 2) of it free,
        // without anybody counting who wants what.
        let held = self.queues.get(&opened.envelope.body.sender);
        let (count_held, bytes_held) = held.map_or((0, 0), |queue| (queue.ids.len(), queue.bytes));
        let fits = count_held < share(count_free, SHARE_COUNT_MIN)
            && bytes_held.saturating_add(opened.size) <= share(bytes_free, SHARE_BYTES_MIN);
        if fits { Ok(()) } else { Err(NotNow::ShareUsedUp { retry_ms: RETRY_MS }) }
    }

    /// Takes a transaction in. One that is checked takes the place of one with its id that is not.
    ///
    /// # Errors
    /// Why not.
    pub fn admit(&mut self, opened: Arc<Opened>, bytes: Vec<u8>, seal: Seal) -> Result<(), NotNow> {
        self.room_for(&opened, seal)?;
        // Of one body and so of one size: the place that it gives up is room enough.
        self.remove(&opened.id);
        let (member, expires) = (opened.envelope.body.sender, opened.envelope.body.expires);
        let (arrival, digest) = (self.arrivals, opened.digest);
        self.arrivals = self.arrivals.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes.len());
        let queue = self.queues.entry(member).or_default();
        queue.ids.insert(arrival, opened.id);
        queue.bytes = queue.bytes.saturating_add(bytes.len());
        self.by_expiry.insert((expires, opened.id));
        self.digests.insert(digest, opened.id);
        self.waiting.insert(opened.id, Waiting { bytes, opened, seal, arrival });
        Ok(())
    }

    /// Chooses transactions for a block at `time`: one of each member in turn, oldest first, within the bounds, none
    /// of `taken`. They stay here until they are final or expired.
    ///
    /// The member for whose transaction there was no room any more begins the next block, so with n members waiting
    /// and room for c transactions, each is chosen from at least once in ⌈n / c⌉ selections.
    pub fn select(
        &mut self,
        time: BlockTime,
        count_max: usize,
        bytes_max: usize,
        taken: &BTreeSet<TransactionId>,
    ) -> Vec<Vec<u8>> {
        let waiting = &self.waiting;
        // What alone is too large for this block is left for another one; it must not hold up the rest.
        let eligible = |id: &TransactionId| {
            let found = waiting.get(id).filter(|found| found.expires() >= time && found.bytes.len() <= bytes_max);
            found.filter(|_| !taken.contains(id))
        };
        let in_turn = self.queues.range(self.turn..).chain(self.queues.range(..self.turn));
        let mut members: VecDeque<_> = in_turn.map(|(member, queue)| (*member, queue.ids.values())).collect();
        let (mut chosen, mut bytes) = (Vec::new(), 0usize);
        while let Some((member, mut ids)) = members.pop_front() {
            let Some(next) = ids.find_map(eligible) else { continue };
            bytes = bytes.saturating_add(next.bytes.len());
            if chosen.len() >= count_max || bytes > bytes_max {
                self.turn = member;
                break;
            }
            chosen.push(next.bytes.clone());
            members.push_back((member, ids));
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
        if chancery_planted::is("pool-forgets") {
            self.waiting.clear();
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
        let member = gone.opened.envelope.body.sender;
        self.by_expiry.remove(&(gone.expires(), *id));
        self.digests.remove(&gone.opened.digest);
        if let Some(queue) = self.queues.get_mut(&member) {
            queue.ids.remove(&gone.arrival);
            queue.bytes = queue.bytes.saturating_sub(gone.bytes.len());
            if queue.ids.is_empty() {
                self.queues.remove(&member);
            }
        }
    }
}

/// The most that a member may hold of something of which so much is free.
fn share(free: usize, least: usize) -> usize {
    (free / 2).max(least)
}

#[cfg(test)]
mod tests;
