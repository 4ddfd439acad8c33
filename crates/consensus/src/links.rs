//! Bad connections, for simulations: what arrives from a peer is let through, lost, delayed, doubled or forged.
//!
//! It sits where messages arrive, under all channels alike, so the engine sees what it would see if the network had
//! treated them so. Connections stay up: a peer behind a cut link looks alive and says nothing, which is the harder case.
//! Each direction has a link of its own.

use crate::env::Env;
use chancery_types::key::PublicKey;
use commonware_macros::select;
use commonware_p2p::{Channel, Message, Receiver};
use commonware_runtime::IoBuf;
use commonware_utils::sync::Mutex;
use futures::future::BoxFuture;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Messages of a channel that are remembered for replaying.
const REMEMBERED: usize = 64;
/// Messages of a channel that are held back at a time; what comes beyond is lost.
const HELD_MAX: usize = 4_096;

/// The channels between validators, as bits of [`Weather::withheld`].
pub mod channel {
    /// Votes.
    pub const VOTES: u8 = 1;
    /// Certificates.
    pub const CERTIFICATES: u8 = 1 << 1;
    /// Blocks that a peer is asked for.
    pub const BACKFILL: u8 = 1 << 3;
    /// Blocks as they are proposed.
    pub const BLOCKS: u8 = 1 << 4;
    /// Transactions and heartbeats.
    pub const GOSSIP: u8 = 1 << 6;
}

/// What becomes of the messages from one peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// They arrive.
    Open,
    /// One in so many is lost.
    Lossy(u32),
    /// None arrives.
    Cut,
    /// All sorts of things happen to them.
    Bad(Weather),
}

/// All sorts of things; each by itself, in so many of a thousand messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// Lost.
    pub lost: u32,
    /// Arriving twice, the second time later.
    pub doubled: u32,
    /// The shortest delay. Where it differs from the longest, messages overtake each other.
    pub delay_min_ms: u64,
    /// The longest delay.
    pub delay_max_ms: u64,
    /// Followed by an old message of the channel, whoever sent that one first.
    pub replayed: u32,
    /// Followed by a copy with one byte changed.
    pub garbled: u32,
    /// Channels of which nothing arrives, as bits of [`channel`].
    pub withheld: u8,
}

/// The links to one node; all are open until set otherwise.
#[derive(Clone, Default)]
pub struct Links(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    links: BTreeMap<PublicKey, (Link, u32)>,
    memory: BTreeMap<Channel, VecDeque<IoBuf>>,
    dice: Dice,
    listener: Option<Listener>,
}

/// What happens to one message: copies, each after a delay.
type Fate = Vec<(Duration, IoBuf)>;

impl Links {
    /// Links whose accidents follow from a seed.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Inner { dice: Dice(seed), ..Inner::default() })))
    }

    /// Sets what becomes of messages from a peer.
    pub fn set(&self, from: PublicKey, link: Link) {
        self.0.lock().links.insert(from, (link, 0));
    }

    /// Has every message heard as it arrives, in clear, before its fate is decided.
    pub(crate) fn listen(&self, listener: Option<Listener>) {
        self.0.lock().listener = listener;
    }

    /// Puts receivers behind these links.
    pub(crate) fn around<E: Env, R: Receiver>(self, context: &E) -> impl Fn(Channel, R) -> Through<R> + use<E, R> {
        let clock = Arc::new(context.child("links"));
        let sleeper = clock.clone();
        let timer = Timer {
            now: Arc::new(move || clock.current()),
            sleep: Arc::new(move |wait| Box::pin(sleeper.sleep(wait))),
        };
        move |channel, receiver| Through {
            receiver,
            channel,
            links: self.clone(),
            timer: timer.clone(),
            held: BTreeMap::new(),
            count: 0,
        }
    }

    /// What happens to a message that has just arrived from a peer.
    fn fate(&self, from: &[u8], on: Channel, message: &IoBuf) -> Fate {
        let at_once = || vec![(Duration::ZERO, message.clone())];
        let mut inner = self.0.lock();
        let Inner { links, memory, dice, listener } = &mut *inner;
        if let Some(listener) = listener {
            listener(message.as_ref());
        }
        let Some((link, count)) = PublicKey::from_slice(from).and_then(|from| links.get_mut(&from)) else {
            return at_once();
        };
        *count = count.wrapping_add(1);
        match *link {
            Link::Open => at_once(),
            Link::Lossy(one_in) if one_in > 0 && count.is_multiple_of(one_in) => Fate::new(),
            Link::Lossy(_) => at_once(),
            Link::Cut => Fate::new(),
            Link::Bad(weather) => weather.fate(dice, memory.entry(on).or_default(), on, message),
        }
    }
}

impl Weather {
    fn fate(&self, dice: &mut Dice, memory: &mut VecDeque<IoBuf>, on: Channel, message: &IoBuf) -> Fate {
        let bit = u32::try_from(on).ok().and_then(|bit| 1_u8.checked_shl(bit)).unwrap_or_default();
        let mut fate = Fate::new();
        if self.withheld & bit != 0 || dice.happens(self.lost) {
            return fate;
        }
        fate.push((self.delay(dice), message.clone()));
        if dice.happens(self.doubled) {
            fate.push((self.delay(dice) + Duration::from_millis(1), message.clone()));
        }
        if self.replayed > 0 {
            let place = dice.below(memory.len() as u64);
            let old = usize::try_from(place).ok().and_then(|place| memory.get(place)).cloned();
            if let Some(old) = old.filter(|_| dice.happens(self.replayed)) {
                fate.push((self.delay(dice), old));
            }
            memory.push_back(message.clone());
            if memory.len() > REMEMBERED {
                memory.pop_front();
            }
        }
        if dice.happens(self.garbled) {
            let mut bytes = message.as_ref().to_vec();
            let place = usize::try_from(dice.below(bytes.len() as u64)).unwrap_or_default();
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << dice.below(8);
            }
            fate.push((self.delay(dice), bytes.into()));
        }
        fate
    }

    fn delay(&self, dice: &mut Dice) -> Duration {
        let span = self.delay_max_ms.saturating_sub(self.delay_min_ms);
        Duration::from_millis(self.delay_min_ms + dice.below(span + 1))
    }
}

/// A small generator of its own (splitmix64), so that accidents on links leave the engine's chances as they were.
#[derive(Debug, Default)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).checked_rem(bound).unwrap_or_default()
    }

    fn happens(&mut self, of_a_thousand: u32) -> bool {
        self.below(1_000) < u64::from(of_a_thousand)
    }
}

/// Something that listens in on every message as it arrives, in clear.
pub(crate) type Listener = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// Time, without the type of the runtime that it comes from.
#[derive(Clone)]
struct Timer {
    now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    sleep: Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>,
}

/// A receiver behind links.
pub struct Through<R: Receiver> {
    receiver: R,
    channel: Channel,
    links: Links,
    timer: Timer,
    /// What is held back, by the time at which it arrives.
    held: BTreeMap<(SystemTime, u64), Message<R::PublicKey>>,
    count: u64,
}

impl<R: Receiver> Through<R> {
    /// Decides about a message that has just arrived; gives it back if it arrives at once and alone.
    fn take(&mut self, message: Message<R::PublicKey>) -> Option<Message<R::PublicKey>> {
        let (from, bytes) = message;
        let mut fate = self.links.fate(from.as_ref(), self.channel, &bytes);
        if let [(Duration::ZERO, _)] = fate.as_slice() {
            return fate.pop().map(|(_, bytes)| (from, bytes));
        }
        for (delay, bytes) in fate {
            if self.held.len() < HELD_MAX {
                self.count += 1;
                self.held.insert(((self.timer.now)() + delay, self.count), (from.clone(), bytes));
            }
        }
        None
    }
}

impl<R: Receiver> fmt::Debug for Through<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Through")
            .field("receiver", &self.receiver)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

impl<R: Receiver> Receiver for Through<R> {
    type Error = R::Error;
    type PublicKey = R::PublicKey;

    async fn recv(&mut self) -> Result<Message<R::PublicKey>, R::Error> {
        loop {
            let arrived = match self.held.first_entry() {
                None => self.receiver.recv().await?,
                Some(first) => {
                    let wait = first.key().0.duration_since((self.timer.now)()).unwrap_or_default();
                    if wait.is_zero() {
                        return Ok(first.remove());
                    }
                    let due = (self.timer.sleep)(wait);
                    select! {
                        arrived = self.receiver.recv() => arrived?,
                        _ = due => continue,
                    }
                }
            };
            if let Some(message) = self.take(arrived) {
                return Ok(message);
            }
        }
    }

    fn capacity(&self) -> NonZeroUsize {
        self.receiver.capacity()
    }
}
