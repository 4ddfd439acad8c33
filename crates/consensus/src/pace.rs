//! When to propose and when to vote: the two places where consensus looks at a clock.
//!
//! A leader waits for something to order, at the latest until the idle interval is over. A validator holds back its vote
//! for a block whose time is too far ahead of its own clock. Neither decides whether a block is valid: that must be the
//! same on every validator, and clocks are not. A block from the future that gets a quorum of votes had f + 1 honest
//! clocks on its side.

use crate::block::{Block, EngineContext};
use crate::config::CLOCK_DRIFT_MAX;
use crate::env::{Env, now};
use crate::machine::Machine;
use crate::scheme::Scheme;
use crate::status::Status;
use crate::votes::{self, Recorder};
use chancery_types::hash::Digest;
use chancery_types::key::PublicKey;
use chancery_types::time::BlockTime;
use commonware_actor::Feedback;
use commonware_consensus::marshal::core::{DigestFallback, Mailbox};
use commonware_consensus::marshal::standard::Standard;
use commonware_consensus::simplex::types::Activity;
use commonware_consensus::types::Round;
use commonware_consensus::{Automaton, CertifiableAutomaton, Relay, Reporter};
use commonware_cryptography::sha256;
use commonware_macros::select;
use commonware_utils::channel::oneshot;
use std::sync::Arc;
use std::time::Duration;

/// The engine's own automaton, paced.
pub(crate) struct Paced<E, A> {
    pub(crate) context: Arc<E>,
    pub(crate) inner: A,
    pub(crate) marshal: Mailbox<Scheme, Standard<Block>>,
    pub(crate) machine: Arc<dyn Machine>,
    pub(crate) status: Arc<Status>,
    pub(crate) idle_interval: Duration,
    pub(crate) ballots: Arc<Ballots>,
}

/// Whose votes are heard, and where this node's own are copied to.
pub(crate) struct Ballots {
    /// The validators, by the index of their shares.
    pub(crate) validators: Vec<PublicKey>,
    /// This node.
    pub(crate) me: PublicKey,
    /// Keeps the copy of this node's votes.
    pub(crate) recorder: Recorder,
}

impl Ballots {
    fn heard(&self, status: &Status, activity: &Activity<Scheme, sha256::Digest>) {
        let Some((signer, view, vote)) = votes::cast(activity) else { return };
        let Some(validator) = self.validators.get(usize::from(signer)) else { return };
        status.voted(*validator, view);
        if *validator == self.me {
            self.recorder.cast(view, vote);
        }
    }
}

impl<E, A: Clone> Clone for Paced<E, A> {
    fn clone(&self) -> Self {
        Self {
            context: self.context.clone(),
            inner: self.inner.clone(),
            marshal: self.marshal.clone(),
            machine: self.machine.clone(),
            status: self.status.clone(),
            idle_interval: self.idle_interval,
            ballots: self.ballots.clone(),
        }
    }
}

impl<E: Env, A> Paced<E, A> {
    /// Returns when there is something to order, or the idle interval is over.
    async fn work(&self, clock: &E) {
        let mut wakes = self.status.wakes();
        let deadline = clock.current() + self.idle_interval;
        while !self.machine.has_work() {
            select! {
                _ = clock.sleep_until(deadline) => { return; },
                woken = wakes.changed() => { if woken.is_err() { return; } },
            }
        }
    }
}

/// Returns when the clock is close enough to the time.
async fn until_near(clock: &impl Env, time: BlockTime) {
    let ahead = Duration::from_millis(time.0.saturating_sub(now(clock).0));
    clock.sleep(ahead.saturating_sub(CLOCK_DRIFT_MAX)).await;
}

impl<E, A> Automaton for Paced<E, A>
where
    E: Env,
    A: Automaton<Context = EngineContext, Digest = sha256::Digest> + Sync,
{
    type Context = EngineContext;
    type Digest = sha256::Digest;

    async fn propose(&mut self, context: EngineContext) -> oneshot::Receiver<sha256::Digest> {
        let (mut answer, receiver) = oneshot::channel();
        let mut paced = self.clone();
        self.context.child("propose").spawn(move |clock| async move {
            let proposal = async {
                paced.work(&clock).await;
                paced.inner.propose(context).await.await
            };
            select! {
                _ = answer.closed() => {},
                proposal = proposal => {
                    // No proposal closes the channel, which is how the engine is told so.
                    if let Ok(digest) = proposal {
                        paced.status.proposed(Digest(digest.0));
                        let _ = answer.send(digest);
                    }
                },
            }
        });
        receiver
    }

    async fn verify(&mut self, context: EngineContext, payload: sha256::Digest) -> oneshot::Receiver<bool> {
        let (mut answer, receiver) = oneshot::channel();
        // Asked for before the engine verifies, so that the block is not gone from its buffer afterwards.
        let block = self.marshal.subscribe_by_digest(payload, DigestFallback::Wait);
        let verdict = self.inner.verify(context, payload).await;
        self.context.child("verify").spawn(move |clock| async move {
            let verdict = async {
                let verdict = verdict.await.ok()?;
                if verdict && !chancery_planted::is("future-voted") {
                    until_near(&clock, block.await.ok()?.inner().header().time).await;
                }
                Some(verdict)
            };
            select! {
                _ = answer.closed() => {},
                verdict = verdict => { if let Some(verdict) = verdict { let _ = answer.send(verdict); } },
            }
        });
        receiver
    }
}

impl<E, A> CertifiableAutomaton for Paced<E, A>
where
    E: Env,
    A: CertifiableAutomaton<Context = EngineContext, Digest = sha256::Digest> + Sync,
{
    async fn certify(&mut self, round: Round, payload: sha256::Digest) -> oneshot::Receiver<bool> {
        self.inner.certify(round, payload).await
    }
}

impl<E: Env, A: Relay + Sync> Relay for Paced<E, A> {
    type Digest = A::Digest;
    type PublicKey = A::PublicKey;
    type Plan = A::Plan;

    fn broadcast(&mut self, payload: A::Digest, plan: A::Plan) -> Feedback {
        self.inner.broadcast(payload, plan)
    }
}

impl<E: Env, A: Reporter<Activity = Activity<Scheme, sha256::Digest>> + Sync> Reporter for Paced<E, A> {
    type Activity = A::Activity;

    fn report(&mut self, activity: A::Activity) -> Feedback {
        self.ballots.heard(&self.status, &activity);
        self.inner.report(activity)
    }
}
