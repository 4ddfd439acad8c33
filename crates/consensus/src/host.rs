//! One machine of a simulated cluster: the deterministic runtime with a clock, a disk and a scheduler of its own.
//!
//! A node runs on a [`Host`] as it runs on the real runtime. The machine's clock may be wrong and jump, its disk may be full
//! or slow, and all its tasks may stand still for a while, as a stopped process does: messages wait, timers run out, and
//! everything goes on at once afterwards.

use crate::disk::{Disk, DiskBlob, Watcher};
use commonware_runtime::telemetry::metrics::{Metric, Registered};
use commonware_runtime::{
    BlobVersion, Clock, Error, Handle, ListenerOf, Metrics, Name, Network, Resolver, SinkOf, Spawner, Storage,
    Strategizer, StreamOf, Supervisor, deterministic, signal,
};
use commonware_utils::sync::Mutex;
use rand_core::{TryCryptoRng, TryRng};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

/// What a machine's parts share.
#[derive(Clone, Default)]
pub(crate) struct Conditions {
    pub(crate) clock: Arc<Mutex<Skew>>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) disk: Arc<Disk>,
    pub(crate) watcher: Option<Watcher>,
}

/// How far a machine's clock is from the true time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Skew {
    /// In milliseconds; negative if it is slow.
    pub(crate) ms: i64,
}

impl Skew {
    fn shown(self, time: SystemTime) -> SystemTime {
        let by = Duration::from_millis(self.ms.unsigned_abs());
        if self.ms < 0 { time.checked_sub(by).unwrap_or(time) } else { time + by }
    }

    fn meant(self, shown: SystemTime) -> SystemTime {
        Self { ms: self.ms.saturating_neg() }.shown(shown)
    }
}

/// Lets a machine's tasks run, or not.
#[derive(Default)]
pub(crate) struct Gate(Mutex<Standing>);

#[derive(Default)]
struct Standing {
    is_closed: bool,
    waiting: Vec<Waker>,
    panic: Option<String>,
}

impl Gate {
    pub(crate) fn close(&self) {
        self.0.lock().is_closed = true;
    }

    pub(crate) fn open(&self) {
        let waiting = {
            let mut standing = self.0.lock();
            standing.is_closed = false;
            std::mem::take(&mut standing.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    /// What a task of the machine panicked with, if one did.
    pub(crate) fn panic(&self) -> Option<String> {
        self.0.lock().panic.clone()
    }

    pub(crate) fn forget_panic(&self) {
        self.0.lock().panic = None;
    }

    fn holds(&self, waker: &Waker) -> bool {
        let mut standing = self.0.lock();
        if standing.is_closed && !standing.waiting.iter().any(|waiting| waiting.will_wake(waker)) {
            standing.waiting.push(waker.clone());
        }
        standing.is_closed
    }

    fn note_panic(&self, payload: &(dyn std::any::Any + Send)) {
        let text = payload.downcast_ref::<String>().cloned();
        let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        self.0.lock().panic.get_or_insert(text.unwrap_or_else(|| "a panic without words".to_owned()));
    }
}

/// A task behind the gate.
struct Gated<F> {
    gate: Arc<Gate>,
    task: Pin<Box<F>>,
}

impl<F: Future> Future for Gated<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        if self.gate.holds(context.waker()) {
            return Poll::Pending;
        }
        let task = self.task.as_mut();
        match catch_unwind(AssertUnwindSafe(|| task.poll(context))) {
            Ok(polled) => polled,
            Err(payload) => {
                self.gate.note_panic(&*payload);
                resume_unwind(payload)
            }
        }
    }
}

/// A machine.
pub(crate) struct Host {
    inner: deterministic::Context,
    conditions: Conditions,
}

impl Host {
    pub(crate) fn new(inner: deterministic::Context, conditions: Conditions) -> Self {
        Self { inner, conditions }
    }
}

impl Supervisor for Host {
    fn name(&self) -> Name {
        self.inner.name()
    }

    fn child(&self, label: &'static str) -> Self {
        Self::new(self.inner.child(label), self.conditions.clone())
    }

    fn with_attribute(self, key: &'static str, value: impl std::fmt::Display) -> Self {
        Self::new(self.inner.with_attribute(key, value), self.conditions)
    }
}

impl Spawner for Host {
    fn shared(self, blocking: bool) -> Self {
        Self::new(self.inner.shared(blocking), self.conditions)
    }

    fn dedicated(self) -> Self {
        Self::new(self.inner.dedicated(), self.conditions)
    }

    fn spawn<F, Fut, T>(self, task: F) -> Handle<T>
    where
        F: FnOnce(Self) -> Fut + Send + 'static,
        Fut: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        let conditions = self.conditions;
        self.inner.spawn(move |inner| {
            let gate = conditions.gate.clone();
            Gated { gate, task: Box::pin(task(Self::new(inner, conditions))) }
        })
    }

    async fn stop(self, value: i32, timeout: Option<Duration>) -> Result<(), Error> {
        self.inner.stop(value, timeout).await
    }

    fn stopped(&self) -> signal::Signal {
        self.inner.stopped()
    }
}

impl Strategizer for Host {
    fn strategy(&self, parallelism: NonZeroUsize) -> commonware_parallel::Rayon {
        self.inner.strategy(parallelism)
    }
}

impl Metrics for Host {
    fn register<N: Into<String>, H: Into<String>, M: Metric>(&self, name: N, help: H, metric: M) -> Registered<M> {
        self.inner.register(name, help, metric)
    }

    fn encode(&self) -> String {
        self.inner.encode()
    }
}

impl Clock for Host {
    fn current(&self) -> SystemTime {
        self.conditions.clock.lock().shown(self.inner.current())
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + 'static + use<> {
        self.inner.sleep(duration)
    }

    fn sleep_until(&self, deadline: SystemTime) -> impl Future<Output = ()> + Send + 'static + use<> {
        // A timer runs for as long as the clock promised when it was set, as on a real machine: it does not jump.
        self.inner.sleep_until(self.conditions.clock.lock().meant(deadline))
    }
}

impl governor::clock::Clock for Host {
    type Instant = SystemTime;

    fn now(&self) -> SystemTime {
        self.current()
    }
}

impl governor::clock::ReasonablyRealtime for Host {}

impl Network for Host {
    type Listener = ListenerOf<deterministic::Context>;

    async fn bind(&self, socket: SocketAddr) -> Result<Self::Listener, Error> {
        self.inner.bind(socket).await
    }

    async fn dial(&self, socket: SocketAddr) -> Result<(SinkOf<Self>, StreamOf<Self>), Error> {
        self.inner.dial(socket).await
    }
}

impl Resolver for Host {
    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, Error> {
        self.inner.resolve(host).await
    }
}

impl TryRng for Host {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.inner.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.inner.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.inner.try_fill_bytes(bytes)
    }
}

impl TryCryptoRng for Host {}

impl Storage for Host {
    type Blob = DiskBlob;

    async fn open_versioned(
        &self,
        partition: &str,
        name: &[u8],
        versions: RangeInclusive<BlobVersion>,
    ) -> Result<(Self::Blob, u64, BlobVersion), Error> {
        let Conditions { disk, watcher, .. } = &self.conditions;
        DiskBlob::open(&self.inner, disk.clone(), watcher.clone(), (partition, name), versions).await
    }

    async fn remove(&self, partition: &str, name: Option<&[u8]>) -> Result<(), Error> {
        self.inner.remove(partition, name).await?;
        self.conditions.disk.forget(partition, name);
        Ok(())
    }

    async fn scan(&self, partition: &str) -> Result<Vec<Vec<u8>>, Error> {
        self.inner.scan(partition).await
    }
}
