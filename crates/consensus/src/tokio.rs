//! A node on the real runtime: over TCP, on disk.

use crate::config::NodeConfig;
use crate::error::Error;
use crate::handle::Handle;
use crate::keys::{Committee, public_key};
use crate::machine::Machine;
use crate::node::{self, Setup};
use crate::scrub::{self, Scrubbed};
use chancery_types::ids::NetworkId;
use chancery_types::key::PublicKey;
use commonware_runtime::{Runner as _, Spawner as _, Supervisor as _, tokio};
use std::fs::{self, File, TryLockError};
use std::io::Write as _;
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
/// After how long without a byte a connection is given up and made anew. Validators greet each other every second. What piles up
/// in a connection that is cut is worked off slowly when it comes back, and votes wait behind it: with the runtime's own 60 s a
/// mended network stood still for about as long as it had been cut.
const LINK_SILENCE_MAX: Duration = Duration::from_secs(8);

/// The engine's folder within a data folder.
pub const ENGINE_FOLDER: &str = "engine";
/// How the names of the engine's folders begin.
const PREFIX: &str = "node";
/// The file that permits the first start on a data folder.
const FIRST_START: &str = "first-start";

/// Where a node runs.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its data folder; made if it is not there.
    pub folder: PathBuf,
    /// A file outside of the data folder, in which the node counts its starts: a copy of an older data folder is noticed
    /// by it. None if nobody counts.
    pub starts: Option<PathBuf>,
}

/// Permits a validator to vote from its first start on this folder. For whoever founds a network, once per validator: a
/// node that starts on a folder without this and without votes of its own never votes.
///
/// # Errors
/// [`Error::Storage`].
pub fn permit_first_start(folder: &Path, key: &PublicKey) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
    let path = folder.join(FIRST_START);
    write_durably(&path, &format!("{key}\n"))
}

/// Takes the permission of a first start back: for a folder that is given a past.
///
/// # Errors
/// [`Error::Storage`].
pub fn forbid_first_start(folder: &Path) -> Result<(), Error> {
    let permission = folder.join(FIRST_START);
    match fs::remove_file(&permission) {
        Ok(()) => sync_folder(folder),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unusable(&permission, &error)),
    }
}

/// Whether a first start is permitted to this node.
fn may_start_first(folder: &Path, key: &PublicKey) -> bool {
    fs::read_to_string(folder.join(FIRST_START)).is_ok_and(|text| text.trim() == key.to_string())
}

/// The number of starts in the file outside; 0 where it is not there yet. What cannot be read is taken for more starts
/// than any folder knows.
fn read_starts(path: &Path) -> u64 {
    match fs::read_to_string(path) {
        Ok(text) => text.trim().parse().unwrap_or(u64::MAX),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
        Err(_) => u64::MAX,
    }
}

/// Takes the permission back and notes the number of starts outside: the folder's own record is durable now.
fn count_start(place: &Place, starts: u64) -> Result<(), Error> {
    forbid_first_start(&place.folder)?;
    match &place.starts {
        Some(path) => write_durably(path, &format!("{starts}\n")),
        None => Ok(()),
    }
}

/// Writes a small file so that it is either the old one or the new one, whatever happens.
fn write_durably(path: &Path, text: &str) -> Result<(), Error> {
    let fresh = path.with_extension("new");
    let write = || {
        let mut file = File::create(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    write().map_err(|error| unusable(path, &error))?;
    path.parent().map_or(Ok(()), sync_folder)
}

fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| unusable(folder, &error))
}

fn unusable(path: &Path, error: &std::io::Error) -> Error {
    Error::Storage(format!("{}: {error}", path.display()))
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
    let key = public_key(&config.keys.identity)?;
    let counting = place.clone();
    let setup = Setup {
        first_start: may_start_first(&place.folder, &key),
        starts: place.starts.as_deref().map(read_starts),
        counted: Box::new(move |starts| count_start(&counting, starts)),
        config,
        prefix: PREFIX.to_owned(),
        machine,
        genesis,
        status,
        ends,
        #[cfg(feature = "simulation")]
        links: Default::default(),
    };
    let folder = place.folder.join(ENGINE_FOLDER);
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

/// Reads all that the engine keeps in a data folder; its node must be stopped.
///
/// # Errors
/// [`Error::FolderInUse`], [`Error::Storage`], or [`Error::Engine`] where the engine gave up over what it read.
pub fn scrub(folder: &Path, network: NetworkId, committee: &Committee) -> Result<Scrubbed, Error> {
    let _lock = lock(folder)?;
    let config = tokio::Config::new().with_worker_threads(WORKERS).with_storage_directory(folder.join(ENGINE_FOLDER));
    let work = || {
        tokio::Runner::new(config)
            .start(|context| async move { scrub::scrub(context.child("scrub"), PREFIX, network, committee).await })
    };
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| Error::Engine(message(&*panic)))
}

/// Holds a data folder, so that no node starts on it; to be dropped when done.
///
/// # Errors
/// [`Error::FolderInUse`] while a node runs on it, [`Error::Storage`].
pub fn hold(folder: &Path) -> Result<File, Error> {
    lock(folder)
}

/// Runs the node in this thread until it stops.
fn run(folder: PathBuf, setup: Setup, ready: mpsc::Sender<()>) -> Result<(), Error> {
    let config = tokio::Config::new()
        .with_worker_threads(WORKERS)
        .with_max_blocking_threads(BLOCKING_THREADS_MAX)
        .with_tcp_nodelay(Some(true))
        .with_read_write_timeout(LINK_SILENCE_MAX)
        .with_storage_directory(folder);
    let work = || {
        tokio::Runner::new(config).start(|context| async move {
            let ended = node::run(context.child("engine"), setup, move || {
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
    fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
    let file = File::create(folder.join("lock")).map_err(|error| unusable(folder, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::FolderInUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(unusable(folder, &error)),
    }
}

/// What a panic says.
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "for a reason it did not give".to_owned())
}
