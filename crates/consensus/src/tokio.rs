//! A node on the real runtime: over TCP, on disk.

use crate::config::NodeConfig;
use crate::error::Error;
use crate::handle::Handle;
use crate::machine::Machine;
use crate::node::{self, Setup};
use commonware_runtime::{Runner as _, Spawner as _, Supervisor as _, tokio};
use std::fs::{self, File, TryLockError};
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

/// How long tasks may take to come to an end when the node is stopped. Nothing is lost if they take longer.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// Threads for the engine's asynchronous tasks.
const WORKERS: usize = 2;
/// Threads for work that may take its time, and for the disk.
const BLOCKING_THREADS_MAX: usize = 64;

/// Where a node runs.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its data folder; made if it is not there.
    pub folder: PathBuf,
}

/// A node that runs in threads of its own.
pub struct Running {
    handle: Handle,
    thread: thread::JoinHandle<Result<(), Error>>,
}

impl Running {
    /// The node's handle.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Waits until the node has stopped. Ask it to with [`Handle::stop`].
    ///
    /// # Errors
    /// Why it stopped, if it was not asked to.
    pub fn wait(self) -> Result<(), Error> {
        self.thread.join().unwrap_or_else(|panic| Err(Error::Engine(message(&*panic))))
    }

    /// Whether the node has stopped.
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }
}

/// Starts a node and returns when it answers requests.
///
/// # Errors
/// Whatever keeps it from starting: each is something that an operator can do something about.
pub fn start(config: NodeConfig, place: &Place, machine: Arc<dyn Machine>) -> Result<Running, Error> {
    config.check()?;
    let lock = lock(&place.folder)?;
    // The engine would panic on a port that is in use. Between this and its own attempt lies a moment; whoever takes the
    // port in it makes the node stop with the engine's message instead of this one.
    TcpListener::bind(config.listen)
        .map_err(|error| Error::Listen { address: config.listen, reason: error.to_string() })?;
    let genesis = machine.genesis();
    let (handle, ends) = node::handle(&genesis);
    let status = handle.status.clone();
    let setup = Setup {
        config,
        prefix: "node".to_owned(),
        machine,
        genesis,
        status,
        ends,
        #[cfg(feature = "simulation")]
        links: Default::default(),
    };
    let folder = place.folder.join("engine");
    let (ready, started) = mpsc::channel();
    let thread = thread::Builder::new()
        .name("engine".to_owned())
        .spawn(move || {
            // Held until the node has stopped.
            let _lock = lock;
            let status = setup.status.clone();
            let ended = run(folder, setup, ready);
            // Whoever waits on the handle is told also where the engine panicked. A node that was asked to stop has
            // stopped as it was asked, whatever its parts say on their way out.
            status.stop(ended.clone());
            status.stopped_for().unwrap_or(ended)
        })
        .map_err(|error| Error::Engine(error.to_string()))?;
    let running = Running { handle, thread };
    match started.recv() {
        Ok(()) => Ok(running),
        // The sender is gone: the node ended before it was ready.
        Err(mpsc::RecvError) => Err(running.wait().err().unwrap_or(Error::NotRunning)),
    }
}

/// Runs the node in this thread until it stops.
fn run(folder: PathBuf, setup: Setup, ready: mpsc::Sender<()>) -> Result<(), Error> {
    let config = tokio::Config::new()
        .with_worker_threads(WORKERS)
        .with_max_blocking_threads(BLOCKING_THREADS_MAX)
        .with_tcp_nodelay(Some(true))
        .with_storage_directory(folder);
    let work = || {
        tokio::Runner::new(config).start(|context| async move {
            let ended = node::run(context.child("chancery"), setup, move || {
                let _ = ready.send(());
            })
            .await;
            let _ = context.stop(0, Some(STOP_TIMEOUT)).await;
            ended
        })
    };
    // The engine panics where it cannot go on, for one on a failing disk. The operator is told in one sentence.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(Error::Engine(message(&*panic))))
}

/// Makes sure that the folder can be written and that no other process uses it.
fn lock(folder: &Path) -> Result<File, Error> {
    let unusable = |error: std::io::Error| Error::Storage(format!("{}: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(unusable)?;
    let file = File::create(folder.join("lock")).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::FolderInUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}

/// What a panic says.
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "for a reason it did not give".to_owned())
}
