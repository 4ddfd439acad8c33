//! A node's data folder as files: looking for damage, copying it, and setting parts of it aside.
//!
//! - [`seal`]: what every file was when the node last stopped cleanly
//! - [`inspect`]: whether it still is, at every start in short and on demand in full
//! - [`copy`]: back-ups and snapshots, and putting them back
//! - [`repair`]: setting damaged parts aside, so that they are fetched anew
//!
//! Promises: nothing here deletes a file of a node; nothing here makes a vote journal, a record of votes or a key. All of it
//! wants the node to be stopped, and holds the folder while it works.

pub mod copy;
pub mod inspect;
pub mod repair;
pub mod seal;

use chancery_consensus::partitions::{self, Part};
use chancery_consensus::tokio::ENGINE_FOLDER;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The archive's file.
pub const ARCHIVE: &str = "archive.sqlite";
/// The read model's file.
pub const TABLES: &str = "readmodel.sqlite";
/// The vault's file.
pub const VAULT: &str = "vault.sqlite";
/// Where parts go that were set aside.
pub const SET_ASIDE: &str = "set-aside";

/// Why a data folder cannot be looked at, copied or repaired.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file cannot be used.
    #[error("cannot use {path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A node runs on the folder, or it cannot be held.
    #[error(transparent)]
    Held(#[from] chancery_consensus::Error),
    /// A file is not what it was.
    #[error("{path} is damaged: {what}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The archive does not open.
    #[error("{path} is damaged: {source}")]
    Archive {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: chancery_archive::ArchiveError,
    },
    /// The folder holds no back-up, or one that is not whole.
    #[error("{path} is no back-up: {reason}")]
    NoBackup {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The back-up is of another network.
    #[error("the back-up is of network {found}, and the configuration is of network {expected}")]
    OtherNetwork {
        /// The back-up's.
        found: String,
        /// The configuration's.
        expected: String,
    },
    /// There is something where nothing may be.
    #[error("{0} is not empty; nothing is overwritten")]
    NotEmpty(PathBuf),
}

impl FolderError {
    fn file(path: &Path, error: &io::Error) -> Self {
        Self::File { path: path.to_owned(), reason: error.to_string() }
    }
}

/// What a file of a data folder belongs to, as far as its damage and repair go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Belongs {
    /// Final blocks with their outcomes, as they are served.
    Archive,
    /// The engine's blocks and certificates.
    Blocks,
    /// The state.
    State,
    /// Whose folder it is.
    Network,
    /// The vote journal.
    VoteJournal,
    /// The record of votes.
    VoteRecord,
    /// What an observer has heard.
    Heard,
    /// The SQL tables.
    Tables,
    /// Sealed openings.
    Vault,
    /// Anything else.
    Other,
}

impl Belongs {
    /// By the file's path within the data folder.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let stem = path.strip_suffix("-wal").unwrap_or(path);
        match (stem, path.strip_prefix(ENGINE_FOLDER)) {
            (ARCHIVE, _) => Self::Archive,
            (TABLES, _) => Self::Tables,
            (VAULT, _) => Self::Vault,
            (_, Some(rest)) => match rest.split('/').nth(1).and_then(partitions::part_of) {
                Some(part) => part.into(),
                None => Self::Other,
            },
            _ => Self::Other,
        }
    }

    /// What to do when it is damaged.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Archive | Self::Blocks | Self::State | Self::Network => {
                "Run `chancery repair --config FILE`: it sets the damaged parts aside, and the node fetches them anew."
            }
            Self::VoteJournal | Self::VoteRecord => {
                "Run `chancery repair --config FILE`. The node then follows without voting: what it has voted cannot be \
                 fetched from anybody."
            }
            Self::Tables => "Run `chancery repair --config FILE`: the tables are folded anew from the blocks.",
            Self::Vault => {
                "Restore vault.sqlite from a back-up. What was handed over since is with the filers, who can hand it over again."
            }
            Self::Heard | Self::Other => "Run `chancery repair --config FILE`.",
        }
    }
}

impl From<Part> for Belongs {
    fn from(part: Part) -> Self {
        match part {
            Part::Network => Self::Network,
            Part::Standing => Self::VoteRecord,
            Part::Journal => Self::VoteJournal,
            Part::Observer => Self::Heard,
            Part::Blocks => Self::Blocks,
            Part::State => Self::State,
        }
    }
}

/// A file of a data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Its path within the folder, with `/`.
    pub(crate) path: String,
    /// Its size.
    pub(crate) bytes: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub(crate) modified_ns: u64,
}

/// The files that a node's data consists of, in the order of their paths. Locks, shared memory of SQLite, seals and what was
/// set aside are not among them.
pub(crate) fn list(data: &Path) -> Result<Vec<Listed>, FolderError> {
    let mut files = Vec::new();
    for name in [ARCHIVE, TABLES, VAULT] {
        for name in [name.to_owned(), format!("{name}-wal")] {
            push_file(data, name, &mut files)?;
        }
    }
    let engine = data.join(ENGINE_FOLDER);
    for partition in entries(&engine)? {
        for blob in entries(&engine.join(&partition))? {
            push_file(data, format!("{ENGINE_FOLDER}/{partition}/{blob}"), &mut files)?;
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn push_file(data: &Path, path: String, files: &mut Vec<Listed>) -> Result<(), FolderError> {
    let full = data.join(&path);
    let metadata = match fs::metadata(&full) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(FolderError::file(&full, &error)),
    };
    if metadata.is_file() {
        let since = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let modified_ns = since.and_then(|since| u64::try_from(since.as_nanos()).ok()).unwrap_or_default();
        files.push(Listed { path, bytes: metadata.len(), modified_ns });
    }
    Ok(())
}

/// The names in a folder; none where there is no such folder.
fn entries(folder: &Path) -> Result<Vec<String>, FolderError> {
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(FolderError::file(folder, &error)),
    };
    let names = listed.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    names.collect::<Result<_, _>>().map_err(|error| FolderError::file(folder, &error))
}

/// Bytes that are read at a time.
const CHUNK_BYTES: usize = 1 << 20;

/// A file's SHA-256 in hexadecimal, as `sha256sum` prints it; copies the file on the way, if it is to be.
fn digest(from: &Path, to: Option<&Path>) -> Result<String, FolderError> {
    let unreadable = |error: io::Error| FolderError::file(from, &error);
    let mut source = File::open(from).map_err(unreadable)?;
    let mut target = match to {
        Some(to) => Some((File::create_new(to).map_err(|error| FolderError::file(to, &error))?, to)),
        None => None,
    };
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = source.read(&mut chunk).map_err(unreadable)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hasher.update(bytes);
        if let Some((file, path)) = &mut target {
            file.write_all(bytes).map_err(|error| FolderError::file(path, &error))?;
        }
    }
    if let Some((file, path)) = target {
        file.sync_all().map_err(|error| FolderError::file(path, &error))?;
    }
    Ok(hex::encode(hasher.finalize()))
}

/// Writes a small file so that it is either the old one or the new one, whatever happens.
fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    let fresh = path.with_extension("new");
    let write = || {
        let mut file = File::create(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    write().map_err(|error| FolderError::file(path, &error))?;
    path.parent().map_or(Ok(()), sync_folder)
}

fn sync_folder(folder: &Path) -> Result<(), FolderError> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(|error| FolderError::file(folder, &error))
}

/// A document with its own SHA-256 in its first line.
fn with_checksum(json: &str) -> String {
    format!("{}\n{json}\n", hex::encode(Sha256::digest(json.as_bytes())))
}

/// The document, if its first line is its SHA-256.
fn without_checksum(text: &str) -> Option<&str> {
    let (checksum, json) = text.split_once('\n')?;
    let json = json.trim_end_matches('\n');
    (hex::encode(Sha256::digest(json.as_bytes())) == checksum).then_some(json)
}

#[cfg(test)]
mod tests;
