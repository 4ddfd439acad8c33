//! Many signatures at once, over all cores.

use super::{PublicKey, Purpose, Signature, signed_bytes, verify};
use crate::hash::{Hasher, Tag};
use chancery_types::ids::NetworkId;
use ed25519_zebra::{Signature as ZebraSignature, VerificationKeyBytes, batch};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::num::NonZeroUsize;
use std::thread;

/// The most signatures checked by one equation; more do not make it cheaper.
pub const BATCH_MAX: usize = 1_024;

/// Below this many a further thread costs more than it saves.
const PER_THREAD_MIN: usize = 64;

/// One signature to check, with all that it is over.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// What it is for.
    pub purpose: Purpose,
    /// The network it is for.
    pub network: &'a NetworkId,
    /// The message.
    pub message: &'a [u8],
    /// Who is said to have signed.
    pub key: &'a PublicKey,
    /// The signature.
    pub signature: &'a Signature,
}

impl Signed<'_> {
    fn is_valid(&self) -> bool {
        verify(self.purpose, self.network, self.message, self.key, self.signature).is_ok()
    }
}

/// Checks many signatures, with a fixed number of threads that live no longer than the call.
///
/// The answer is the same as checking each alone (but for a chance of 2^-128 that a bad batch passes), on every machine
/// and with every number of threads. The random coefficients of the batch equation are derived from all that is
/// checked, keys, signatures and messages, so no source of randomness is needed and nobody can choose a signature after
/// knowing its coefficient.
#[derive(Clone, Copy, Debug)]
pub struct BatchVerifier {
    threads: NonZeroUsize,
}

impl BatchVerifier {
    /// A verifier that uses so many threads.
    pub const fn new(threads: NonZeroUsize) -> Self {
        Self { threads }
    }

    /// The places of the bad signatures in `items`, ascending; empty if all are good.
    pub fn bad(&self, items: &[Signed<'_>]) -> Vec<usize> {
        let share = items.len().div_ceil(self.threads.get()).clamp(PER_THREAD_MIN, BATCH_MAX);
        let mut bad = self.bad_by_batch(items, share);
        bad.sort_unstable();
        bad
    }

    /// Whether all are good.
    pub fn all_good(&self, items: &[Signed<'_>]) -> bool {
        self.bad(items).is_empty()
    }

    fn bad_by_batch(&self, items: &[Signed<'_>], share: usize) -> Vec<usize> {
        let workers = self.threads.get().min(items.len().div_ceil(share));
        // Worker w takes batches w, w + workers, ...; the caller's own thread is worker 0.
        let work = |worker: usize| -> Vec<usize> {
            items
                .chunks(share)
                .enumerate()
                .skip(worker)
                .step_by(workers.max(1))
                .flat_map(|(place, batch)| bad_in_batch(batch, place * share))
                .collect()
        };
        thread::scope(|scope| {
            // A thread that cannot be had (a platform without threads, a limit reached) leaves its work to the caller.
            let others: Vec<_> = (1..workers)
                .map(|worker| (worker, thread::Builder::new().spawn_scoped(scope, move || work(worker)).ok()))
                .collect();
            let mut bad = work(0);
            for (worker, handle) in others {
                match handle.map(thread::ScopedJoinHandle::join) {
                    Some(Ok(found)) => bad.extend(found),
                    Some(Err(panic)) => std::panic::resume_unwind(panic),
                    None => bad.extend(work(worker)),
                }
            }
            bad
        })
    }
}

/// The bad ones of a batch that begins at place `offset`. A batch that fails is checked one by one: with the failed
/// equation that costs at most half as much again as never to have batched, however many are bad. Dividing it first
/// was measured and saves little when one is bad, and costs more when many are.
fn bad_in_batch(items: &[Signed<'_>], offset: usize) -> Vec<usize> {
    let items = if chancery_planted::is("batch-skips-last") {
        items.split_last().map_or(items, |(_, rest)| rest)
    } else {
        items
    };
    if equation_holds(items) {
        return Vec::new();
    }
    items.iter().enumerate().filter(|(_, item)| !item.is_valid()).map(|(place, _)| offset + place).collect()
}

fn equation_holds(items: &[Signed<'_>]) -> bool {
    let mut verifier = batch::Verifier::new();
    let mut coefficients = Hasher::new(Tag::BatchCoefficients);
    for item in items {
        let message = signed_bytes(item.purpose, item.network, item.message);
        coefficients.part(item.key.as_bytes()).part(item.signature.as_bytes()).part(&message);
        let signature = ZebraSignature::from_bytes(&item.signature.0);
        verifier.queue((VerificationKeyBytes::from(item.key.0), signature, &message));
    }
    verifier.verify(ChaCha20Rng::from_seed(coefficients.finish().0)).is_ok()
}
