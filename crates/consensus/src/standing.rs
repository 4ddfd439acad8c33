//! Whether this node votes (ADR 0010).
//!
//! A validator that forgets what it has voted can vote twice in one view. So the right to vote is a thing that a data
//! folder has or has not: it is given once, to a new folder, by whoever founds the network; it is kept beside a copy of
//! the votes ([`crate::votes`]); and it is gone for good when the record is missing, when the vote journal lacks a vote
//! that is in the copy, when the folder is older than what ran before, or when a block turns up that this node proposed and
//! does not remember. Without it the node is an observer: it follows, executes and serves, and signs no vote.
//!
//! INVARIANT: nothing in this crate turns a record from observer to voter.

use crate::env::Env;
use crate::votes::{self, Vote};
use chancery_types::encoding;
use chancery_types::ids::{Height, NetworkId, View};
use chancery_types::key::PublicKey;
use commonware_codec::RangeCfg;
use commonware_storage::metadata::{Config, Metadata};
use commonware_utils::sequence::U64;
use minicbor::{Decode, Encode};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Whether a node votes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It votes.
    Voter,
    /// It follows, executes and serves, and signs no vote.
    Observer(Reason),
}

/// Why a node does not vote. What it says is shown to operators.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Reason {
    /// It is not known yet: the node is starting.
    #[n(0)]
    Starting,
    /// The folder holds no record of votes, and nobody permitted a first start.
    #[n(1)]
    NoRecord,
    /// Both copies of the record are damaged, or it is another node's.
    #[n(2)]
    RecordDamaged,
    /// The vote journal is gone.
    #[n(3)]
    JournalMissing,
    /// The vote journal cannot be read to its end.
    #[n(4)]
    JournalDamaged(#[n(0)] String),
    /// The vote journal lacks a vote that this node has cast.
    #[n(5)]
    VoteForgotten(#[n(0)] View),
    /// The folder is older than what this node ran on before.
    #[n(6)]
    FolderOlder,
    /// A block is final that this node proposed and does not remember.
    #[n(7)]
    ProposalForgotten(#[n(0)] Height),
    /// The share of the finality key is gone.
    #[n(8)]
    NoShare,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => f.write_str("the node is starting"),
            Self::NoRecord => f.write_str(
                "the data folder holds no record of what this node has voted: it was wiped, restored, or made by hand",
            ),
            Self::RecordDamaged => f.write_str("the record of what this node has voted is damaged or another node's"),
            Self::JournalMissing => f.write_str("the vote journal is missing"),
            Self::JournalDamaged(what) => write!(f, "the vote journal is damaged: {what}"),
            Self::VoteForgotten(view) => write!(f, "the vote journal lacks a vote that this node cast in view {view}"),
            Self::FolderOlder => f.write_str("the data folder is older than what this node ran on before"),
            Self::ProposalForgotten(height) => {
                write!(f, "block {height} is this node's own proposal, and its vote journal does not know it")
            }
            Self::NoShare => f.write_str("the key file holds no share of the finality key"),
        }
    }
}

/// What a node is told about its right to vote before its folder is opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    /// Whose folder it must be.
    pub(crate) network: NetworkId,
    /// Which node's.
    pub(crate) key: PublicKey,
    /// Whether whoever founded the network permitted a first start on this folder.
    pub(crate) first_start: bool,
    /// How often the node has started, as counted outside of the folder; none where nobody counts.
    pub(crate) starts: Option<u64>,
    /// Whether there is a share of the finality key.
    pub(crate) has_share: bool,
}

/// The record's own entry; the votes of a view stand under the view, which is never 0.
const RECORD: U64 = U64::new(0);
/// Longer than any entry.
const ENTRY_BYTES_MAX: usize = 4_096;

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Record {
    #[n(0)]
    network: NetworkId,
    #[n(1)]
    key: PublicKey,
    #[n(2)]
    starts: u64,
    #[n(3)]
    observer: Option<Reason>,
}

type Store<E> = Metadata<E, U64, Vec<u8>>;

/// The record and the copy of the votes, as they stand in the data folder.
pub(crate) struct Ledger<E: Env> {
    store: Store<E>,
    record: Record,
}

/// Where the record stands.
pub(crate) fn partition(prefix: &str) -> String {
    format!("{prefix}-standing")
}

impl<E: Env> Ledger<E> {
    /// Opens the record; makes one that permits votes only where a first start is permitted. None where both copies of
    /// it are damaged.
    pub(crate) async fn open(context: &E, prefix: &str, claim: &Claim) -> Option<Self> {
        let store = Self::store(context, prefix).await.ok()?;
        let Some(bytes) = store.get(&RECORD) else {
            let observer = (!claim.first_start).then_some(Reason::NoRecord);
            let record = Record { network: claim.network, key: claim.key, starts: 0, observer };
            return Self { store, record }.write().await;
        };
        let record: Record = encoding::from_bytes(bytes).ok()?;
        (record.network == claim.network && record.key == claim.key).then_some(Self { store, record })
    }

    /// Reads the record as it stands; none where there is none.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) async fn look(context: &E, prefix: &str) -> Result<Option<Self>, String> {
        let store = Self::store(context, prefix).await.map_err(|error| error.to_string())?;
        let Some(bytes) = store.get(&RECORD) else { return Ok(None) };
        let record = encoding::from_bytes(bytes).map_err(|error| error.to_string())?;
        Ok(Some(Self { store, record }))
    }

    /// What the journal lacks, if the folder permits votes.
    pub(crate) fn lacks(&self, journal: &votes::Journaled) -> Option<Reason> {
        match self.record.observer {
            Some(_) => None,
            None => self.missing(journal),
        }
    }

    async fn store(context: &E, prefix: &str) -> Result<Store<E>, commonware_storage::metadata::Error> {
        let config = Config { partition: partition(prefix), codec_config: (RangeCfg::from(0..=ENTRY_BYTES_MAX), ()) };
        Store::<E>::init(context.child("standing"), config).await
    }

    /// Decides whether this start may vote, given the votes in the journal, and counts the start.
    pub(crate) async fn settle(mut self, claim: &Claim, journal: votes::Journaled) -> Option<(Self, Standing)> {
        let forgotten = self.record.observer.take().or_else(|| self.forgotten(claim, &journal));
        self.record.observer = forgotten;
        self.record.starts = self.record.starts.saturating_add(1);
        // The key file may come back with its share; that is no reason to remember.
        let standing = match (&self.record.observer, claim.has_share) {
            (Some(reason), _) => Standing::Observer(reason.clone()),
            (None, false) => Standing::Observer(Reason::NoShare),
            (None, true) => Standing::Voter,
        };
        Some((self.write().await?, standing))
    }

    /// How often the node has started on this folder, this start included.
    pub(crate) fn starts(&self) -> u64 {
        self.record.starts
    }

    fn forgotten(&self, claim: &Claim, journal: &votes::Journaled) -> Option<Reason> {
        if claim.starts.is_some_and(|counted| counted > self.record.starts) {
            return Some(Reason::FolderOlder);
        }
        self.missing(journal)
    }

    fn missing(&self, journal: &votes::Journaled) -> Option<Reason> {
        let copied = self.votes();
        match journal {
            votes::Journaled::Damaged(what) => Some(Reason::JournalDamaged(what.clone())),
            votes::Journaled::Missing if copied.is_empty() => None,
            votes::Journaled::Missing => Some(Reason::JournalMissing),
            votes::Journaled::Read { votes, finalized } => {
                votes::first_missing(&copied, votes, *finalized).map(Reason::VoteForgotten)
            }
        }
    }

    fn votes(&self) -> BTreeMap<View, BTreeSet<Vote>> {
        let entries = self.store.keys().filter(|key| **key != RECORD);
        entries.filter_map(|key| Some((View(u64::from(key)), votes::decode(self.store.get(key)?)))).collect()
    }

    /// Copies votes; durable when it returns.
    pub(crate) async fn keep(mut self, cast: BTreeMap<View, BTreeSet<Vote>>) -> Option<Self> {
        for (view, votes) in cast {
            let key = U64::new(view.0);
            let mut all = self.store.get(&key).map(|bytes| votes::decode(bytes)).unwrap_or_default();
            all.extend(votes);
            self.store.put(key, votes::encode(&all));
        }
        let newest = self.store.keys().map(u64::from).max().unwrap_or_default();
        let oldest = newest.saturating_sub(votes::VIEWS_COPIED);
        self.store.retain(|key, _| *key == RECORD || u64::from(key) >= oldest);
        let store = self.store.sync().await.ok()?;
        Some(Self { store, ..self })
    }

    /// Gives up the right to vote; durable when it returns.
    pub(crate) async fn renounce(mut self, reason: Reason) -> Option<Self> {
        self.record.observer = Some(reason);
        self.write().await
    }

    /// Writes the record into both of the store's copies: if one is damaged later, the other says the same.
    async fn write(self) -> Option<Self> {
        let Self { mut store, record } = self;
        for _ in 0..2 {
            store = store.put_sync(RECORD, encoding::to_bytes(&record)).await.ok()?;
        }
        Some(Self { store, record })
    }
}
