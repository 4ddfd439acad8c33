//! What a node needs of a runtime. The real one and the deterministic one both have it, and nothing else in this crate
//! knows which of them it runs on: time, network, disk and randomness come from here only.

use chancery_types::time::BlockTime;
use commonware_runtime::{Clock, Metrics, Network, Resolver, Spawner, Storage, Strategizer};
use rand_core::CryptoRng;
use std::time::UNIX_EPOCH;

/// A runtime's context.
pub(crate) trait Env:
    Clock + Spawner + Storage + Metrics + CryptoRng + Network + Resolver + Strategizer + commonware_storage::Context + Sync
{
}

impl<T> Env for T where
    T: Clock
        + Spawner
        + Storage
        + Metrics
        + CryptoRng
        + Network
        + Resolver
        + Strategizer
        + commonware_storage::Context
        + Sync
{
}

/// The runtime's time.
pub(crate) fn now(clock: &impl Clock) -> BlockTime {
    // A clock before 1970 is wrong; as 0 it makes the next block follow its parent by a millisecond.
    let elapsed = clock.current().duration_since(UNIX_EPOCH).unwrap_or_default();
    BlockTime(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
}

/// Runs work that may take its time, outside the asynchronous tasks; none if the runtime is stopping.
pub(crate) async fn outside<E: Spawner, T: Send + 'static>(
    context: &E,
    name: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    context.child(name).shared(true).spawn(move |_| async move { work() }).await.ok()
}
