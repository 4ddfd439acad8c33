//! What has to be looked up now and then, in a thread of its own: the disk, and the deadlines in the tables.
//!
//! A look takes some milliseconds and happens every [`EVERY`]. What cannot be told is absent, and nothing here stops a
//! node: that is the business of the parts that store what matters.

use super::{Metrics, locked};
use chancery_consensus::Handle;
use chancery_readmodel::{Deadlines, ReadModel};
use std::collections::VecDeque;
use std::fs;
use std::io::{Seek as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often it is looked.
pub const EVERY: Duration = Duration::from_secs(10);
/// How often the thread looks whether the node has stopped.
const POLL: Duration = Duration::from_millis(200);
/// Over how long the growth of the data folder is observed.
const GROWTH_OVER: Duration = Duration::from_secs(3_600);
/// How many files of one part are looked at; more are counted as if they were empty.
const FILES_MAX: usize = 100_000;
/// How much is written to see how long the disk takes.
const PROBE_BYTES: usize = 4_096;

/// What was seen last.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    /// Space that the parts of the data folder take, in bytes.
    pub used_bytes: Vec<(&'static str, u64)>,
    /// Space on the data folder's disk.
    pub disk: Option<Disk>,
    /// How fast the data folder grows, once it was seen twice.
    pub growth: Option<Growth>,
    /// How often the disk could not be written durably.
    pub sync_failures: u64,
    /// Deadlines that are near or passed.
    pub deadlines: Option<Deadlines>,
    seen: VecDeque<(Instant, u64)>,
}

/// Space on a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// All of it, in bytes.
    pub size_bytes: u64,
    /// What this process may still fill, in bytes.
    pub free_bytes: u64,
}

/// How fast the data folder grows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// Bytes per second; below zero when it shrinks.
    pub bytes_per_second: f64,
    /// Over how long this was seen.
    pub observed: Duration,
}

/// What a data folder consists of: a part's name and the files and folders whose names begin so.
const PARTS: [(&str, &str); 4] =
    [("engine", "engine"), ("archive", "archive"), ("tables", "readmodel"), ("vault", "vault")];

/// Looks around until the engine has stopped.
///
/// # Errors
/// The thread cannot be started.
pub fn start(
    metrics: Arc<Metrics>,
    data: PathBuf,
    model: Option<Arc<ReadModel>>,
    engine: Handle,
) -> std::io::Result<JoinHandle<()>> {
    thread::Builder::new().name("measurements".to_owned()).spawn(move || {
        let mut probe = Probe::new(&data);
        let mut next = Instant::now();
        while !engine.is_stopped() {
            if Instant::now() >= next {
                next = Instant::now() + EVERY;
                look(&metrics, &data, model.as_deref(), &mut probe);
            }
            thread::sleep(POLL);
        }
    })
}

fn look(metrics: &Metrics, data: &Path, model: Option<&ReadModel>, probe: &mut Probe) {
    let used = used_bytes(data);
    let disk = disk(data);
    let synced = probe.sync();
    if let Ok(took) = synced {
        metrics.disk_sync.observe(took);
    }
    let deadlines = model.and_then(|model| match model.deadlines(super::clock()) {
        Ok(deadlines) => Some(deadlines),
        Err(error) => {
            tracing::warn!(%error, "the deadlines could not be looked up");
            None
        }
    });
    let mut samples = locked(&metrics.samples);
    samples.grown(Instant::now(), used.iter().map(|(_, bytes)| bytes).sum());
    samples.used_bytes = used;
    samples.disk = disk;
    samples.deadlines = deadlines;
    if let Err(error) = synced {
        samples.sync_failures = samples.sync_failures.saturating_add(1);
        tracing::warn!(%error, folder = %data.display(), "the disk of the data folder cannot be written durably");
    }
}

impl Samples {
    /// Notes the data folder's size and tells its growth over the last hour at most.
    fn grown(&mut self, now: Instant, bytes: u64) {
        while self.seen.front().is_some_and(|(then, _)| now.saturating_duration_since(*then) > GROWTH_OVER) {
            self.seen.pop_front();
        }
        self.growth = self.seen.front().and_then(|(then, before)| {
            let observed = now.saturating_duration_since(*then);
            let seconds = observed.as_secs_f64();
            (seconds > 0.0).then(|| Growth { bytes_per_second: difference(bytes, *before) / seconds, observed })
        });
        self.seen.push_back((now, bytes));
    }
}

/// The first number minus the second. Both are sizes of folders, far below what a float holds exactly.
fn difference(bytes: u64, before: u64) -> f64 {
    bytes as f64 - before as f64
}

/// Space that each part of a data folder takes on the disk.
fn used_bytes(data: &Path) -> Vec<(&'static str, u64)> {
    let entries: Vec<fs::DirEntry> = fs::read_dir(data).into_iter().flatten().flatten().collect();
    let of_part = |prefix: &str| {
        let named = |entry: &&fs::DirEntry| entry.file_name().to_str().is_some_and(|name| name.starts_with(prefix));
        entries.iter().filter(named).map(|entry| allocated(&entry.path())).fold(0u64, u64::saturating_add)
    };
    PARTS.iter().map(|(part, prefix)| (*part, of_part(prefix))).collect()
}

/// Space that a file, or everything in a folder, takes. Files that vanish meanwhile take none.
fn allocated(path: &Path) -> u64 {
    let mut bytes = 0u64;
    let mut waiting = vec![path.to_owned()];
    let mut looked_at = 0;
    while let Some(path) = waiting.pop().filter(|_| looked_at < FILES_MAX) {
        looked_at += 1;
        let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
        // Whatever the file system's own blocks are, this is counted in 512 bytes (stat(2)).
        bytes = bytes.saturating_add(metadata.blocks().saturating_mul(512));
        if metadata.is_dir() {
            waiting.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
        }
    }
    bytes
}

fn disk(data: &Path) -> Option<Disk> {
    let found = rustix::fs::statvfs(data).ok()?;
    Some(Disk {
        size_bytes: found.f_blocks.saturating_mul(found.f_frsize),
        // What is kept for the administrator is not free to a node that runs as it should.
        free_bytes: found.f_bavail.saturating_mul(found.f_frsize),
    })
}

/// A file that is written again and again to see how long the disk takes.
struct Probe {
    path: PathBuf,
    file: Option<fs::File>,
}

impl Probe {
    fn new(data: &Path) -> Self {
        Self { path: data.join("sync-probe"), file: None }
    }

    fn sync(&mut self) -> std::io::Result<Duration> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(fs::OpenOptions::new().create(true).truncate(false).write(true).open(&self.path)?),
        };
        let begun = Instant::now();
        file.rewind()?;
        file.write_all(&[0; PROBE_BYTES])?;
        file.sync_data()?;
        Ok(begun.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_told_from_the_second_look_on_and_over_an_hour() {
        let start = Instant::now();
        let mut samples = Samples::default();
        samples.grown(start, 1_000);
        assert_eq!(samples.growth, None);
        samples.grown(start + Duration::from_secs(10), 6_000);
        assert_eq!(samples.growth, Some(Growth { bytes_per_second: 500.0, observed: Duration::from_secs(10) }));
        // The first look lies more than an hour back.
        samples.grown(start + GROWTH_OVER + Duration::from_secs(5), 2_405);
        assert_eq!(
            samples.growth,
            Some(Growth { bytes_per_second: -1.0, observed: GROWTH_OVER - Duration::from_secs(5) })
        );
    }

    #[test]
    fn the_parts_of_a_folder_are_told_apart() {
        let folder = std::env::temp_dir().join(format!("chancery-sampling-{}", std::process::id()));
        fs::create_dir_all(folder.join("engine/blocks")).unwrap();
        fs::write(folder.join("engine/blocks/0"), vec![7; 100_000]).unwrap();
        fs::write(folder.join("archive.sqlite"), vec![7; 10_000]).unwrap();
        fs::write(folder.join("archive.sqlite-wal"), vec![7; 10_000]).unwrap();
        let used: std::collections::BTreeMap<_, _> = used_bytes(&folder).into_iter().collect();
        assert!(used["engine"] >= 100_000 && used["archive"] >= 20_000, "{used:?}");
        assert_eq!((used["tables"], used["vault"]), (0, 0));
        let disk = disk(&folder).unwrap();
        assert!(disk.size_bytes >= disk.free_bytes && disk.size_bytes > 0);
        assert!(Probe::new(&folder).sync().is_ok());
        assert!(Probe::new(&folder.join("absent")).sync().is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
