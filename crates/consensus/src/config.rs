//! What a node is told, and the engine's tuning.

use crate::error::Error;
use crate::keys::{self, Committee, ValidatorKeys};
use chancery_types::key::PublicKey;
use std::net::SocketAddr;
use std::time::Duration;

/// How far a proposal's time may lie ahead of a validator's clock. Beyond it the validator waits with its vote, so the
/// view passes without the block.
pub const CLOCK_DRIFT_MAX: Duration = Duration::from_millis(500);
/// The shortest and the longest idle interval: it is part of every view's patience, see [`Timing`].
pub const IDLE_INTERVAL_RANGE: std::ops::RangeInclusive<Duration> = Duration::from_millis(50)..=Duration::from_secs(60);

/// What a leader is granted beyond the idle interval to build and send a block.
const PROPOSAL_SLACK: Duration = Duration::from_millis(1_500);
/// What validators are granted beyond that to check it.
const CERTIFICATION_SLACK: Duration = Duration::from_millis(1_800);

/// Everything that one node needs to take part.
#[derive(Clone, Debug)]
pub struct NodeConfig {
    /// This validator's secrets.
    pub keys: ValidatorKeys,
    /// Who signs blocks.
    pub committee: Committee,
    /// Where the others are found; this node's own entry may be missing. Only these are let in.
    pub peers: Vec<Peer>,
    /// Where this node listens.
    pub listen: SocketAddr,
    /// Whether peers may come from other addresses than they are dialled at (behind address translation). They are
    /// known by their keys in any case.
    pub peers_from_anywhere: bool,
    /// How long a leader waits for something to order before it proposes an empty block. The same on every validator.
    pub idle_interval: Duration,
    /// How many final blocks are kept for peers that lack them; none for all. A peer that is further behind than all
    /// others keep needs a snapshot.
    pub blocks_for_peers: Option<usize>,
    /// Memory for what was read from the disk last. The engine reads past the system's cache: a key whose page is not here
    /// is read from the disk, and under load a validator then waits for its disk.
    pub cache_bytes: usize,
}

impl NodeConfig {
    /// Checks what can be checked before anything runs.
    ///
    /// # Errors
    /// [`Error::Committee`], [`Error::Key`], [`Error::NotAValidator`] or [`Error::IdleInterval`].
    pub fn check(&self) -> Result<(), Error> {
        self.committee.check()?;
        if !self.committee.validators.contains(&keys::public_key(&self.keys.identity)?) {
            return Err(Error::NotAValidator);
        }
        if !IDLE_INTERVAL_RANGE.contains(&self.idle_interval) {
            return Err(Error::IdleInterval(self.idle_interval));
        }
        Ok(())
    }
}

/// Where a validator is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its identity.
    pub key: PublicKey,
    /// Its address.
    pub address: SocketAddr,
}

/// The patience of the protocol, derived from the idle interval.
///
/// A leader may keep quiet for the idle interval, so nobody gives up on it sooner; [`PROPOSAL_SLACK`] on top covers
/// building and sending a full block, [`CERTIFICATION_SLACK`] on top of that covers checking it on a busy machine. Too
/// little of either and a network under load gives up views for ever. A leader that has been silent for `skip` is passed
/// over at once until it is heard again: one dead validator of four costs a few slow views, not every fourth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timing {
    /// How long to wait for a proposal.
    pub(crate) leader: Duration,
    /// How long to wait until the proposal is certified.
    pub(crate) certification: Duration,
    /// How often to repeat a vote to give up a view.
    pub(crate) retry: Duration,
    /// After how long a silence a leader is passed over.
    pub(crate) skip: Duration,
    /// How long to wait for a peer's answer.
    pub(crate) fetch: Duration,
    /// How long to wait before asking the next peer.
    pub(crate) fetch_retry: Duration,
}

impl Timing {
    pub(crate) fn new(idle_interval: Duration) -> Self {
        let leader = idle_interval + PROPOSAL_SLACK;
        let certification = leader + CERTIFICATION_SLACK;
        Self {
            leader,
            certification,
            retry: Duration::from_millis(500),
            skip: certification + Duration::from_millis(500),
            fetch: Duration::from_secs(1),
            fetch_retry: Duration::from_millis(50),
        }
    }
}

/// Bounds of what a node holds in memory and sends. One place, so that they can be weighed against each other.
pub(crate) mod bounds {
    use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};

    /// Turns a literal into a bound; a zero would not compile.
    macro_rules! bound {
        ($($(#[$doc:meta])* $name:ident: $ty:ident = $value:expr;)+) => {
            $($(#[$doc])* pub(crate) const $name: $ty = match $ty::new($value) { Some(bound) => bound, None => $ty::MIN };)+
        };
    }

    bound! {
        /// Messages that wait for one of the engine's actors.
        MAILBOX: NonZeroUsize = 1_024;
        /// Messages per second and peer on a channel. The network reserves room for peers × this on every channel, so it
        /// is not generous.
        MESSAGES_PER_SECOND: NonZeroU32 = 128;
        /// The same for votes and certificates: a handful per block, at more blocks per second than one machine makes.
        VOTES_PER_SECOND: NonZeroU32 = 512;
        /// Connection attempts per second from one address: all validators of a demonstration share one.
        HANDSHAKES_PER_SECOND: NonZeroU32 = 64;
        /// Blocks per peer that are kept until consensus wants them.
        BLOCKS_BUFFERED: NonZeroUsize = 16;
        /// Final blocks that wait for the state and the machine.
        PENDING_ACKNOWLEDGEMENTS: NonZeroUsize = 16;
        /// Missing blocks that are fetched at a time.
        REPAIR: NonZeroUsize = 16;
        /// Bytes of a write or replay buffer.
        BUFFER_BYTES: NonZeroUsize = 1 << 16;
        /// Entries in one section of an archive.
        SECTION_ITEMS: NonZeroU64 = 1_024;
        /// Operations served to a peer at a time.
        SERVE_OPERATIONS: NonZeroU64 = 64;
        /// Operations applied at a time while syncing the state.
        APPLY_OPERATIONS: NonZeroU64 = 256;
        /// State requests in flight.
        SYNC_REQUESTS: NonZeroUsize = 8;
        /// Blocks between one pruning and the next.
        PRUNE_EVERY: NonZeroUsize = 64;
        /// Heights in the one epoch that there is until resharing: no network lives to see its end.
        EPOCH_HEIGHTS: NonZeroU64 = 1 << 62;
    }

    /// Bytes of a page of the disk cache.
    pub(crate) const PAGE_BYTES: std::num::NonZeroU16 = match std::num::NonZeroU16::new(4_084) {
        Some(bytes) => bytes,
        None => std::num::NonZeroU16::MIN,
    };
    /// Views behind the last final one that are remembered.
    pub(crate) const VIEW_RETENTION: u64 = 64;
    /// Unfinalised ancestors that a leader looks through; there are a handful at most.
    pub(crate) const ANCESTORS: usize = 64;
    /// Transactions that wait to be gossiped.
    pub(crate) const GOSSIP_QUEUE: usize = 16_384;
    /// Bytes of one gossip message.
    pub(crate) const GOSSIP_BYTES: usize = 512 * 1024;
    /// Transactions in one gossip message.
    pub(crate) const GOSSIP_ITEMS: usize = 4_096;
    /// Requests that wait for the node.
    pub(crate) const REQUESTS: usize = 1_024;
    /// Blocks whose operations of the state are kept beyond those in use, for peers that sync the state.
    pub(crate) const STATE_BLOCKS: usize = 1_024;
    /// Descendants that are searched for a certificate.
    pub(crate) const CERTIFICATE_SEARCH: usize = 4_096;
}
