//! The disk of one machine of a simulated cluster: full, slow or failing when it is told to be.
//!
//! It lies over the deterministic runtime's storage, which by itself loses what was not synced whenever a blob is opened
//! anew, and tears what was being written when the whole cluster loses power.

use commonware_runtime::{
    Blob, BlobVersion, Buf as _, Clock as _, Error, Handle, IoBufs, IoBufsMut, ReadOptions, Storage, Supervisor as _,
    WriteOptions, deterministic,
};
use commonware_utils::sync::Mutex;
use std::collections::BTreeMap;
use std::io::{Error as IoError, ErrorKind};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

/// How a disk is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskState {
    /// The most it holds, in bytes; more is refused as on a full disk.
    pub bytes_max: Option<u64>,
    /// How long a write or a sync takes, in milliseconds.
    pub delay_ms: u64,
    /// Whether every write and every sync fails.
    pub is_failing: bool,
}

/// Something that sees every byte that is written.
pub(crate) type Watcher = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// Which blob: partition and name.
type Name = (String, Vec<u8>);

/// A disk.
#[derive(Default)]
pub(crate) struct Disk {
    state: Mutex<DiskState>,
    sizes: Mutex<BTreeMap<Name, u64>>,
}

impl Disk {
    pub(crate) fn set(&self, state: DiskState) {
        *self.state.lock() = state;
    }

    /// Bytes in all blobs that were ever opened and not removed.
    pub(crate) fn bytes(&self) -> u64 {
        self.sizes.lock().values().sum()
    }

    /// Blobs with something in them, by name.
    pub(crate) fn blobs(&self) -> Vec<(Name, u64)> {
        self.sizes.lock().iter().filter(|(_, size)| **size > 0).map(|(name, size)| (name.clone(), *size)).collect()
    }

    /// Forgets all blobs, and names their partitions.
    pub(crate) fn clear(&self) -> Vec<String> {
        let mut partitions: Vec<String> =
            std::mem::take(&mut *self.sizes.lock()).into_keys().map(|(partition, _)| partition).collect();
        partitions.dedup();
        partitions
    }

    /// Takes room for a blob that grows, and says how long the disk takes.
    fn take(&self, name: &Name, end: u64) -> Result<Duration, Error> {
        let state = *self.state.lock();
        if state.is_failing {
            return Err(IoError::other("the simulated disk fails").into());
        }
        let used = self.bytes();
        let mut sizes = self.sizes.lock();
        let size = sizes.entry(name.clone()).or_default();
        let grown = end.saturating_sub(*size);
        if grown > 0 && state.bytes_max.is_some_and(|most| used.saturating_add(grown) > most) {
            return Err(IoError::new(ErrorKind::StorageFull, "the simulated disk is full").into());
        }
        *size = (*size).max(end);
        Ok(Duration::from_millis(state.delay_ms))
    }

    fn note(&self, name: &Name, size: u64) {
        self.sizes.lock().insert(name.clone(), size);
    }

    pub(crate) fn forget(&self, partition: &str, name: Option<&[u8]>) {
        self.sizes.lock().retain(|(kept, blob), _| kept != partition || name.is_some_and(|name| name != blob));
    }
}

/// A blob on a disk.
pub(crate) struct DiskBlob {
    inner: <deterministic::Context as Storage>::Blob,
    name: Name,
    disk: Arc<Disk>,
    clock: deterministic::Context,
    watcher: Option<Watcher>,
}

impl DiskBlob {
    pub(crate) async fn open(
        context: &deterministic::Context,
        disk: Arc<Disk>,
        watcher: Option<Watcher>,
        (partition, name): (&str, &[u8]),
        versions: RangeInclusive<BlobVersion>,
    ) -> Result<(Self, u64, BlobVersion), Error> {
        let (inner, size, version) = context.open_versioned(partition, name, versions).await?;
        let name = (partition.to_owned(), name.to_vec());
        disk.note(&name, size);
        Ok((Self { inner, name, disk, clock: context.child("disk"), watcher }, size, version))
    }

    /// The disk's own time.
    async fn work(&self, end: u64) -> Result<(), Error> {
        let delay = self.disk.take(&self.name, end)?;
        if !delay.is_zero() {
            self.clock.sleep(delay).await;
        }
        Ok(())
    }
}

impl Blob for DiskBlob {
    async fn read_at_buf(
        &self,
        offset: u64,
        len: usize,
        bufs: impl Into<IoBufsMut> + Send,
        options: ReadOptions,
    ) -> Result<IoBufsMut, Error> {
        self.inner.read_at_buf(offset, len, bufs, options).await
    }

    async fn read_at(&self, offset: u64, len: usize, options: ReadOptions) -> Result<IoBufsMut, Error> {
        self.inner.read_at(offset, len, options).await
    }

    async fn write_at(&self, offset: u64, bufs: impl Into<IoBufs> + Send, options: WriteOptions) -> Result<(), Error> {
        let bufs: IoBufs = bufs.into();
        if let Some(watcher) = &self.watcher {
            watcher(bufs.clone().coalesce().as_ref());
        }
        self.work(offset.saturating_add(bufs.remaining() as u64)).await?;
        self.inner.write_at(offset, bufs, options).await
    }

    async fn resize(&self, len: u64) -> Result<(), Error> {
        self.work(len).await?;
        self.inner.resize(len).await?;
        self.disk.note(&self.name, len);
        Ok(())
    }

    async fn sync(&self) -> Result<(), Error> {
        self.work(0).await?;
        self.inner.sync().await
    }

    async fn start_sync(&self) -> Handle<()> {
        match self.work(0).await {
            Ok(()) => self.inner.start_sync().await,
            Err(error) => Handle::ready(Err(error)),
        }
    }
}
