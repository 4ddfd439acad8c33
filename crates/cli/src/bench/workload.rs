//! What is sent: each workload says which transaction stands at which place of a run.

pub(crate) mod batch;
pub(crate) mod mixed;
pub(crate) mod rollup;
pub(crate) mod single;

pub(crate) use batch::Batches;
pub(crate) use mixed::{Decided, Mixed};
pub(crate) use single::Singles;

use crate::exit::Exit;
use chancery_client::signing::SignedTransaction;
use chancery_types::time::BlockTime;
use rand_chacha::ChaCha20Rng;

/// A run's transactions, by their place. Asked from several threads, each place once.
pub(crate) trait Workload: Sync {
    /// How many records the transaction at a place holds.
    fn records(&self, place: usize) -> u32;

    /// How many committed amounts each validator decodes for the transaction at a place.
    fn amounts(&self, _place: usize) -> u32 {
        0
    }

    /// Signs the transaction at a place.
    ///
    /// # Errors
    /// Only what is a fault of this program.
    fn sign(&self, place: usize, expires: BlockTime, rng: &mut ChaCha20Rng) -> Result<SignedTransaction, Exit>;
}
