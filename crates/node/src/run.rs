//! One validator, from its configuration to its graceful stop.

use crate::config::Config;
use crate::folder::{ARCHIVE, FolderError, TABLES, VAULT, inspect, seal};
use crate::follow::{FollowError, fold_founding, fold_next};
use crate::machine::{Founding, LedgerMachine};
use crate::pool::PoolLimits;
use crate::services::{Services, ValidatorName};
use crate::{keep, metrics};
use chancery_api::{InterfaceRejection, Limits};
use chancery_archive::{Archive, ArchiveError};
use chancery_consensus::keys::{Committee, ValidatorKeys};
use chancery_consensus::tokio::{Place, Running, hold};
use chancery_consensus::{NodeConfig, Peer};
use chancery_crypto::signature::SigningKey;
use chancery_ledger::Applications;
use chancery_readmodel::{ReadModel, ReadModelError};
use chancery_registry::Registry;
use chancery_registry::genesis::{Genesis, GenesisDocument, GenesisError};
use chancery_types::ids::Height;
use chancery_types::time::BlockTime;
use chancery_vault::{Vault, VaultError};
use std::future::Future;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Why a node does not start, or stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// A file or folder cannot be used.
    #[error("cannot use {path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The genesis document founds nothing.
    #[error("{path}: {source}")]
    Genesis {
        /// The document.
        path: PathBuf,
        /// What is wrong.
        source: GenesisError,
    },
    /// The finality key of the genesis is not the committee's.
    #[error("the genesis names a finality key that its polynomial does not have")]
    FinalityKey,
    /// Consensus does not start, or stopped.
    #[error(transparent)]
    Consensus(#[from] chancery_consensus::Error),
    /// The archive of blocks.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The data folder is not what it was, or cannot be used.
    #[error(transparent)]
    Folder(FolderError),
    /// The read model.
    #[error(transparent)]
    ReadModel(#[from] ReadModelError),
    /// The read model stopped following.
    #[error("the read model stopped: {0}")]
    Follow(#[from] FollowError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Something else listens where the interface should.
    #[error("cannot serve on {address}: {reason}")]
    Serve {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        reason: String,
    },
}

/// How long a block that this node proposes should take to carry out: a sixth of what it is granted for that beyond the
/// idle interval, so that a machine with several validators on it keeps its distance.
const BLOCK_TIME: Duration = Duration::from_millis(250);

/// Reads and assembles a genesis document.
///
/// # Errors
/// The file cannot be read, or founds nothing.
pub fn read_genesis(path: &Path) -> Result<Genesis, NodeError> {
    let file = |error: std::io::Error| NodeError::File { path: path.to_owned(), reason: error.to_string() };
    let bytes = std::fs::read(path).map_err(file)?;
    GenesisDocument::from_json(&bytes)
        .and_then(GenesisDocument::assemble)
        .map_err(|source| NodeError::Genesis { path: path.to_owned(), source })
}

/// Runs a validator until `stop` resolves or something fails. Calls `ready` with the node's services when it serves.
///
/// # Errors
/// Whatever keeps it from starting, or stopped it.
pub fn run(
    config: &Config,
    keys: ValidatorKeys,
    ready: impl FnOnce(&Services),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), NodeError> {
    let genesis = read_genesis(&config.genesis)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("interface")
        .enable_all()
        .build()
        .map_err(|error| NodeError::Serve { address: config.api, reason: error.to_string() })?;
    // Before anything is written: a used port is the operator's commonest mistake.
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind(config.api))
        .map_err(|error| NodeError::Serve { address: config.api, reason: error.to_string() })?;
    look_at(&config.data)?;
    let parts = Parts::open(config, &genesis)?;
    let running = parts.start(config, &genesis, keys.clone())?;
    let (folded, follower) = follow(&parts, config.tables, running.handle().clone())?;
    let measurements = metrics::sampling::start(
        parts.machine.metrics().clone(),
        config.data.clone(),
        config.tables.then(|| parts.model.clone()),
        running.handle().clone(),
    )
    .map_err(|error| NodeError::File { path: PathBuf::from("a thread"), reason: error.to_string() })?;
    let pruning = keep::start(
        config.keep.blocks,
        parts.archive.clone(),
        folded.clone(),
        parts.machine.tip(),
        running.handle().clone(),
    )
    .map_err(|error| NodeError::File { path: PathBuf::from("a thread"), reason: error.to_string() })?;
    let services = parts.services(config, genesis, &keys, &running, folded);
    ready(&services);
    runtime.block_on(serve(services, config.portal && config.tables, listener, stop));
    running.handle().stop();
    let stopped = running.wait();
    // The follower ends with the engine; what it did not fold is folded at the next start.
    let followed = follower.join().unwrap_or(Ok(()));
    // It only looks around: what it says of itself does not matter any more.
    let _ = measurements.join();
    let pruned = pruning.join().unwrap_or(Ok(()));
    runtime.shutdown_timeout(Duration::from_secs(2));
    stopped?;
    followed?;
    pruned?;
    // Every part is closed: what stands on disk now is what the next start must find.
    let _held = hold(&config.data)?;
    seal::put_on(&config.data)?;
    Ok(())
}

/// Looks at the data folder before anything is opened, since opening repairs; then lets its files change.
fn look_at(data: &Path) -> Result<(), NodeError> {
    let _held = hold(data)?;
    inspect::at_start(data)?;
    seal::take_off(data)?;
    Ok(())
}

impl From<FolderError> for NodeError {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::Held(error) => Self::Consensus(error),
            error => Self::Folder(error),
        }
    }
}

/// What stands on disk, opened.
struct Parts {
    machine: Arc<LedgerMachine>,
    archive: Arc<Archive>,
    model: Arc<ReadModel>,
    vault: Option<Arc<Vault>>,
}

impl Parts {
    fn open(config: &Config, genesis: &Genesis) -> Result<Self, NodeError> {
        let file = |error: std::io::Error| NodeError::File { path: config.data.clone(), reason: error.to_string() };
        std::fs::create_dir_all(&config.data).map_err(file)?;
        let path = config.data.join(ARCHIVE);
        let archive = Archive::open(Some(&path)).map_err(|source| FolderError::Archive { path, source })?;
        let archive = Arc::new(archive);
        let model = Arc::new(match config.tables {
            true => ReadModel::open(Some(&config.data.join(TABLES)), genesis.network)?,
            false => ReadModel::not_kept(genesis.network),
        });
        if config.tables {
            fold_founding(&model, genesis.identity.founded, genesis.events.clone())?;
        }
        let vault = match config.vault {
            true => Some(Arc::new(Vault::open(Some(&config.data.join(VAULT)), genesis.network)?)),
            false => None,
        };
        let founding =
            Founding { network: genesis.network, time: genesis.identity.founded, writes: genesis.writes.clone() };
        let applications: Arc<dyn Applications> = Arc::new(Registry);
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let machine = LedgerMachine::new(founding, applications, archive.clone(), PoolLimits::default(), threads)?;
        let machine = Arc::new(machine.with_block_time(BLOCK_TIME));
        Ok(Self { machine, archive, model, vault })
    }

    fn start(&self, config: &Config, genesis: &Genesis, keys: ValidatorKeys) -> Result<Running, NodeError> {
        let document = &genesis.document;
        let bad = |source| NodeError::Genesis { path: config.genesis.clone(), source };
        let committee = Committee {
            validators: genesis.identity.validators.clone(),
            polynomial: document.polynomial_bytes().map_err(bad)?,
        };
        if committee.finality_key()? != document.finality_key {
            return Err(NodeError::FinalityKey);
        }
        let node = NodeConfig {
            keys,
            committee,
            peers: config.peers.iter().map(|peer| Peer { key: peer.key, address: peer.address }).collect(),
            listen: config.listen,
            peers_from_anywhere: false,
            idle_interval: Duration::from_millis(document.idle_interval_ms),
            blocks_for_peers: Some(config.keep.for_peers),
            cache_bytes: usize::try_from(config.cache_mib).unwrap_or(usize::MAX).saturating_mul(1024 * 1024),
        };
        // Beside the key: whoever puts back an older data folder does not put back this.
        let place = Place { folder: config.data.clone(), starts: Some(config.key.with_extension("starts")) };
        Ok(chancery_consensus::tokio::start(node, &place, self.machine.clone())?)
    }

    fn services(
        self,
        config: &Config,
        genesis: Genesis,
        keys: &ValidatorKeys,
        running: &Running,
        folded: watch::Receiver<Height>,
    ) -> Services {
        let document = genesis.document;
        let interface = InterfaceRejection::ALL.iter().copied();
        tracing::info!(network = %genesis.network, api = %config.api, "serving");
        Services {
            validators: Arc::new(
                document
                    .validators
                    .into_iter()
                    .map(|one| ValidatorName { key: one.key, name: one.name, operator: one.operator })
                    .collect(),
            ),
            idle_interval: Duration::from_millis(document.idle_interval_ms),
            archives: Arc::new(config.keep.archives.clone()),
            identity: Arc::new(genesis.identity),
            network: genesis.network,
            applications: Arc::new(Registry.applications()),
            refusals: Arc::new(Registry.refusals().into_iter().chain(interface).collect()),
            signer: Arc::new(SigningKey::from_seed(&keys.identity)),
            machine: self.machine,
            engine: running.handle().clone(),
            archive: self.archive,
            model: self.model,
            folded,
            vault: self.vault,
        }
    }
}

type Follower = std::thread::JoinHandle<Result<(), FollowError>>;

/// Folds final blocks into the read model as they come, in a thread of its own. A failure stops the node. Without tables
/// a block counts as folded when it is archived.
fn follow(
    parts: &Parts,
    tables: bool,
    engine: chancery_consensus::Handle,
) -> Result<(watch::Receiver<Height>, Follower), NodeError> {
    let (model, archive, machine) = (parts.model.clone(), parts.archive.clone(), parts.machine.clone());
    let folded = if tables { model.position()?.unwrap_or_default() } else { archive.latest() };
    let (sender, receiver) = watch::channel(folded);
    let thread = std::thread::Builder::new()
        .name("read model".to_owned())
        .spawn(move || {
            let model = tables.then_some(&*model);
            let outcome = fold_until_stopped(model, &archive, &machine, &engine, &sender);
            if outcome.is_err() {
                engine.stop();
            }
            outcome
        })
        .map_err(|error| NodeError::File { path: PathBuf::from("a thread"), reason: error.to_string() })?;
    Ok((receiver, thread))
}

/// How often the follower looks for new blocks; SQL transactions are cheaper for several blocks together.
const FOLLOW_EVERY: Duration = Duration::from_millis(20);

fn fold_until_stopped(
    model: Option<&ReadModel>,
    archive: &Archive,
    machine: &LedgerMachine,
    engine: &chancery_consensus::Handle,
    folded: &watch::Sender<Height>,
) -> Result<(), FollowError> {
    let tip = machine.tip();
    while !engine.is_stopped() {
        if *folded.borrow() < tip.borrow().height {
            folded.send_replace(match model {
                Some(model) => fold_next(model, archive)?,
                None => archive.latest(),
            });
        } else {
            std::thread::sleep(FOLLOW_EVERY);
        }
    }
    Ok(())
}

async fn serve(
    services: Services,
    portal: bool,
    listener: tokio::net::TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let engine = services.engine.clone();
    let limits = Limits::default();
    let source = Arc::new(services.clone());
    let measurements = Arc::<chancery_api::Measurements>::default();
    let mut router = chancery_api::router(Arc::new(services), limits.clone(), measurements.clone());
    if portal {
        router = router.merge(chancery_portal::router(source));
    }
    let ended = async move {
        tokio::select! {
            () = stop => {}
            () = engine.stopped() => {}
        }
    };
    chancery_api::serve(listener, router, limits, measurements, ended).await;
}

/// The time by this machine's clock, for a new genesis.
#[must_use]
pub fn now() -> BlockTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    BlockTime(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
