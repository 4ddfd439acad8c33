//! The votes that this node has cast: what its journal holds, and a copy of it to hold the journal to.
//!
//! The engine writes every vote into its journal, durably, before it sends it, and cuts off what it finds damaged at the
//! journal's end. That is right after a crash, where the end was never sent; after damage it would be a vote forgotten.
//! So votes that were sent are copied beside the journal ([`crate::standing`]), and a journal that lacks one of them is
//! not to be trusted.
//!
//! INVARIANT: the copy is behind the journal, never before it: a vote is copied only after the engine has announced it.

use crate::config::bounds;
use crate::env::Env;
use crate::scheme::Scheme;
use crate::standing::{Ledger, Reason};
use crate::status::Status;
use chancery_types::ids::View;
use commonware_consensus::Viewable as _;
use commonware_consensus::simplex::types::{Activity, Artifact, Attributable as _};
use commonware_consensus::types::Participant;
use commonware_cryptography::certificate::Verifier as _;
use commonware_cryptography::sha256;
use commonware_macros::select;
use commonware_runtime::ReadOptions;
use commonware_runtime::buffer::paged::CacheRef;
use commonware_storage::journal::segmented::variable::{Config, Journal};
use commonware_utils::channel::{mpsc, oneshot};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// Views whose votes are copied: more than the journal keeps behind the last final one.
pub(crate) const VIEWS_COPIED: u64 = 4 * bounds::VIEW_RETENTION;
/// How long votes wait to be copied. What is lost of the copy in a crash, the journal still has.
const COPY_EVERY: Duration = Duration::from_millis(500);
/// Votes that wait to be copied.
const WAITING_MAX: usize = 4_096;

/// A vote, without its signature: 0 to notarize, 1 to nullify, 2 to finalise; and what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Vote {
    kind: u8,
    payload: [u8; 32],
}

const VOTE_BYTES: usize = 33;

pub(crate) fn encode(votes: &BTreeSet<Vote>) -> Vec<u8> {
    votes.iter().flat_map(|vote| std::iter::once(vote.kind).chain(vote.payload)).collect()
}

/// The votes that [`encode`] wrote; the store has a checksum of its own.
pub(crate) fn decode(bytes: &[u8]) -> BTreeSet<Vote> {
    let entries = bytes.as_chunks::<VOTE_BYTES>().0;
    let vote = |entry: &[u8; VOTE_BYTES]| {
        let (kind, payload) = entry.split_first()?;
        Some(Vote { kind: *kind, payload: payload.try_into().ok()? })
    };
    entries.iter().filter_map(vote).collect()
}

/// What an engine's journal holds of this node's votes.
#[derive(Debug)]
pub(crate) enum Journaled {
    /// There is none.
    Missing,
    /// It cannot be read to its end.
    Damaged(String),
    /// These votes, and this last final view.
    Read {
        /// By view.
        votes: BTreeMap<View, BTreeSet<Vote>>,
        /// Up to here nothing is voted on any more.
        finalized: View,
    },
}

impl Journaled {
    /// The last view that the journal knows of: voted in, or final. A node that was cut off may have no vote left in it.
    pub(crate) fn newest(&self) -> View {
        match self {
            Self::Read { votes, finalized } => {
                votes.last_key_value().map(|(view, _)| *view).unwrap_or_default().max(*finalized)
            }
            Self::Missing | Self::Damaged(_) => View::default(),
        }
    }
}

/// The first view with a copied vote that the journal should hold and does not. The engine prunes what lies further
/// behind the last final view than [`bounds::VIEW_RETENTION`]; half of that is asked for.
pub(crate) fn first_missing(
    copied: &BTreeMap<View, BTreeSet<Vote>>,
    journal: &BTreeMap<View, BTreeSet<Vote>>,
    finalized: View,
) -> Option<View> {
    let pruned = View(finalized.0.saturating_sub(bounds::VIEW_RETENTION / 2));
    let missing =
        |view: &View, votes: &BTreeSet<Vote>| journal.get(view).is_none_or(|journaled| !votes.is_subset(journaled));
    copied.range(pruned..).find(|(view, votes)| missing(view, votes)).map(|(view, _)| *view)
}

/// Reads an engine's journal to its end.
pub(crate) async fn journaled<E: Env>(context: &E, partition: String, scheme: &Scheme, cache: CacheRef) -> Journaled {
    if context.scan(&partition).await.map_or(true, |sections| sections.is_empty()) {
        return Journaled::Missing;
    }
    let damaged = |error: &dyn std::fmt::Display| Journaled::Damaged(error.to_string());
    let config = Config {
        partition,
        compression: None,
        codec_config: scheme.certificate_codec_config(),
        page_cache: cache,
        write_buffer: bounds::BUFFER_BYTES,
    };
    let journal = match Journal::<_, Artifact<Scheme, sha256::Digest>>::init(context.child("votes"), config).await {
        Ok(journal) => journal,
        Err(error) => return damaged(&error),
    };
    let mut replay = match journal.replay(0, 0, bounds::BUFFER_BYTES, ReadOptions::DONT_CACHE).await {
        Ok(replay) => replay,
        Err(error) => return damaged(&error),
    };
    let (mut votes, mut finalized) = (BTreeMap::<View, BTreeSet<Vote>>::new(), View::default());
    while let Some(item) = replay.next().await {
        let artifact = match item {
            Ok((_, _, _, artifact)) => artifact,
            Err(error) => return damaged(&error),
        };
        let view = View(artifact.view().get());
        let vote = match artifact {
            Artifact::Notarize(vote) => Some(Vote { kind: 0, payload: vote.proposal.payload.0 }),
            Artifact::Nullify(_) => Some(Vote { kind: 1, payload: [0; 32] }),
            Artifact::Finalize(vote) => Some(Vote { kind: 2, payload: vote.proposal.payload.0 }),
            Artifact::Finalization(_) => {
                finalized = finalized.max(view);
                None
            }
            Artifact::Notarization(_) | Artifact::Certification(..) | Artifact::Nullification(_) => None,
        };
        if let Some(vote) = vote {
            votes.entry(view).or_default().insert(vote);
        }
    }
    Journaled::Read { votes, finalized }
}

/// Who cast a vote that the engine announces, in which view, and what it says.
pub(crate) fn cast(activity: &Activity<Scheme, sha256::Digest>) -> Option<(Participant, View, Vote)> {
    let (signer, vote) = match activity {
        Activity::Notarize(vote) => (vote.signer(), Vote { kind: 0, payload: vote.proposal.payload.0 }),
        Activity::Nullify(vote) => (vote.signer(), Vote { kind: 1, payload: [0; 32] }),
        Activity::Finalize(vote) => (vote.signer(), Vote { kind: 2, payload: vote.proposal.payload.0 }),
        _ => return None,
    };
    Some((signer, View(activity.view().get()), vote))
}

enum Note {
    Cast(View, Vote),
    Renounce(Reason, oneshot::Sender<()>),
}

/// Tells the task that keeps the copy.
#[derive(Clone)]
pub(crate) struct Recorder(mpsc::Sender<Note>);

impl Recorder {
    /// Notes a vote that was sent. One that finds no room is not copied, which takes nothing from the journal.
    pub(crate) fn cast(&self, view: View, vote: Vote) {
        let _ = self.0.try_send(Note::Cast(view, vote));
    }

    /// Gives up the right to vote; durable when it returns.
    pub(crate) async fn renounce(&self, reason: Reason) {
        let (done, renounced) = oneshot::channel();
        if self.0.send(Note::Renounce(reason, done)).await.is_ok() {
            let _ = renounced.await;
        }
    }
}

/// What the task that keeps the copy takes its notes from.
pub(crate) struct Notes(mpsc::Receiver<Note>);

pub(crate) fn recorder() -> (Recorder, Notes) {
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    (Recorder(sender), Notes(receiver))
}

/// Keeps the copy until the node stops; does not come back before.
pub(crate) async fn copy<E: Env>(context: E, ledger: Option<Ledger<E>>, notes: Notes, status: Arc<Status>) {
    if let Some(ledger) = ledger
        && copy_until_stopped(&context, ledger, notes, &status).await.is_none()
    {
        let reason = "the copy of this node's votes could not be written".to_owned();
        match status.fail(crate::error::Error::Storage(reason)).await {}
    }
    std::future::pending().await
}

/// None where the disk failed.
async fn copy_until_stopped<E: Env>(
    context: &E,
    mut ledger: Ledger<E>,
    Notes(mut notes): Notes,
    status: &Status,
) -> Option<()> {
    loop {
        let first = select! {
            _ = status.stopped() => { return Some(()); },
            note = notes.recv() => note,
        };
        // Nobody is left to tell of votes: the node is stopping.
        let mut next = Some(first?);
        select! {
            _ = status.stopped() => {},
            _ = context.sleep(COPY_EVERY) => {},
        }
        let mut cast = BTreeMap::<View, BTreeSet<Vote>>::new();
        while let Some(note) = next {
            match note {
                Note::Cast(view, vote) => {
                    cast.entry(view).or_default().insert(vote);
                }
                Note::Renounce(reason, done) => {
                    ledger = ledger.renounce(reason).await?;
                    let _ = done.send(());
                }
            }
            next = notes.try_recv().ok();
        }
        ledger = ledger.keep(cast).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn votes(entries: &[(u64, u8)]) -> BTreeMap<View, BTreeSet<Vote>> {
        let mut votes = BTreeMap::<View, BTreeSet<Vote>>::new();
        for (view, kind) in entries {
            votes.entry(View(*view)).or_default().insert(Vote { kind: *kind, payload: [7; 32] });
        }
        votes
    }

    #[test]
    fn votes_come_back_from_their_bytes() {
        for set in votes(&[(1, 0), (1, 2), (2, 1)]).values() {
            assert_eq!(decode(&encode(set)), *set);
        }
    }

    #[test]
    fn a_journal_must_hold_every_copied_vote_that_is_not_pruned() {
        let check = |copied: &[(u64, u8)], journal: &[(u64, u8)], finalized: u64, expected: Option<u64>| {
            assert_eq!(first_missing(&votes(copied), &votes(journal), View(finalized)), expected.map(View));
        };
        check(&[], &[], 0, None);
        check(&[], &[(5, 0)], 0, None);
        check(&[(5, 0)], &[(5, 0), (5, 2)], 4, None);
        check(&[(5, 0), (5, 1)], &[(5, 0)], 4, Some(5));
        check(&[(5, 0), (6, 0)], &[(6, 0)], 4, Some(5));
        check(&[(5, 0)], &[], 0, Some(5));
        // Pruned, as the engine does.
        check(&[(5, 0), (200, 0)], &[(200, 0)], 200, None);
        // A journal that has lost its last final view has lost what it should still hold.
        check(&[(5, 0), (200, 0)], &[(200, 0)], 0, Some(5));
    }

    #[test]
    fn a_journal_without_votes_still_knows_how_far_it_goes() {
        let newest = |journal: &[(u64, u8)], finalized: u64| {
            Journaled::Read { votes: votes(journal), finalized: View(finalized) }.newest()
        };
        assert_eq!(newest(&[], 7), View(7));
        assert_eq!(newest(&[(9, 0)], 7), View(9));
        assert_eq!(Journaled::Missing.newest(), View(0));
    }

    #[test]
    fn another_payload_is_another_vote() {
        let mut journal = votes(&[(5, 0)]);
        journal.insert(View(5), BTreeSet::from([Vote { kind: 0, payload: [8; 32] }]));
        assert_eq!(first_missing(&votes(&[(5, 0)]), &journal, View(0)), Some(View(5)));
    }
}
