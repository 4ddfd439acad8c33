//! Back-ups and snapshots: copies of a data folder with a manifest, and putting them back.
//!
//! Made while the node is stopped and the others go on: what is copied is then one state of one node, with nothing in
//! flight. Never copied: the vote journal, the record of votes, key files. So whoever runs on a copy does not vote: a copy
//! cannot know what was voted after it was made. A snapshot is a back-up without the vault, to be handed to others.

use super::{
    ARCHIVE, Belongs, FolderError, digest, list, seal, sync_folder, with_checksum, without_checksum, write_durably,
};
use chancery_archive::Archive;
use chancery_consensus::tokio::{ENGINE_FOLDER, hold};
use chancery_registry::genesis::Genesis;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

/// The manifest's file in a back-up.
pub const MANIFEST: &str = "manifest.json";
/// Where the copied files stand in a back-up.
const FILES: &str = "data";
const FORMAT: u32 = 1;

/// What a back-up is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// For this node.
    Backup,
    /// For others: without the vault.
    Snapshot,
}

/// What a back-up says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of this text.
    pub format: u32,
    /// What it is for.
    pub kind: Kind,
    /// The network.
    pub network: String,
    /// The latest block in it.
    pub height: u64,
    /// That block's hash.
    pub hash: Option<String>,
    /// The root of the state after that block.
    pub state_root: Option<String>,
    /// That block's time, in milliseconds since 1970.
    pub time_ms: u64,
    /// Every file.
    pub files: Vec<Copied>,
}

/// A file of a back-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// Its path within the data folder.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
}

impl Manifest {
    /// The bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// Copies a stopped node's data into a new folder.
///
/// # Errors
/// The node runs, the target is not empty, a file cannot be read or written, or the archive is damaged.
pub fn backup(data: &Path, genesis: &Genesis, kind: Kind, to: &Path) -> Result<Manifest, FolderError> {
    let held = hold(data)?;
    empty_folder(to)?;
    let mut manifest = describe(data, genesis, kind)?;
    for file in list(data)? {
        let wanted = match Belongs::of(&file.path) {
            Belongs::Archive | Belongs::Blocks | Belongs::State | Belongs::Network | Belongs::Tables => true,
            Belongs::Vault => kind == Kind::Backup,
            Belongs::VoteJournal | Belongs::VoteRecord | Belongs::Heard | Belongs::Other => false,
        };
        if wanted {
            let sha256 = place(&data.join(&file.path), &to.join(FILES), &file.path)?;
            manifest.files.push(Copied { path: file.path, bytes: file.bytes, sha256 });
        }
    }
    drop(held);
    let json = serde_json::to_string_pretty(&manifest)
        .map_err(|error| FolderError::File { path: to.join(MANIFEST), reason: error.to_string() })?;
    // Last, so that a folder with a manifest is a folder with everything.
    write_durably(&to.join(MANIFEST), with_checksum(&json).as_bytes())?;
    Ok(manifest)
}

/// The height up to which the folder goes, from its archive.
fn describe(data: &Path, genesis: &Genesis, kind: Kind) -> Result<Manifest, FolderError> {
    let path = data.join(ARCHIVE);
    let damaged = |source| FolderError::Archive { path: path.clone(), source };
    let archive = Archive::open(Some(&path)).map_err(damaged)?;
    let height = archive.latest();
    let last = if height.0 == 0 { None } else { Some(archive.block(height).map_err(damaged)?) };
    Ok(Manifest {
        format: FORMAT,
        kind,
        network: genesis.network.to_string(),
        height: height.0,
        hash: last.as_ref().map(|block| block.hash.to_string()),
        state_root: last.as_ref().map(|block| block.header.state_root.to_string()),
        time_ms: last.as_ref().map_or(genesis.identity.founded.0, |block| block.header.time.0),
        files: Vec::new(),
    })
}

/// Reads a back-up's manifest.
///
/// # Errors
/// There is none, or it is damaged.
pub fn read_manifest(from: &Path) -> Result<Manifest, FolderError> {
    let wrong = |reason: String| FolderError::NoBackup { path: from.to_owned(), reason };
    let text = fs::read_to_string(from.join(MANIFEST)).map_err(|error| wrong(format!("{MANIFEST}: {error}")))?;
    let json = without_checksum(&text).ok_or_else(|| wrong(format!("the checksum of {MANIFEST} does not fit")))?;
    let manifest: Manifest = serde_json::from_str(json).map_err(|error| wrong(error.to_string()))?;
    if manifest.format != FORMAT {
        return Err(wrong(format!("its format is {}, and this program reads {FORMAT}", manifest.format)));
    }
    let outside = |path: &str| Belongs::of(path) == Belongs::Other || path.split('/').any(|part| part == "..");
    match manifest.files.iter().find(|file| outside(&file.path)) {
        Some(file) => Err(wrong(format!("it names {}, which is no file of a node", file.path))),
        None => Ok(manifest),
    }
}

/// Puts a back-up into a data folder that holds nothing, and holds every file to the manifest.
///
/// # Errors
/// The back-up is not whole or of another network, or the folder holds a node's data already.
pub fn restore(from: &Path, data: &Path, genesis: &Genesis) -> Result<Manifest, FolderError> {
    let manifest = checked_manifest(from, genesis)?;
    let _held = hold(data)?;
    if !list(data)?.is_empty() {
        return Err(FolderError::NotEmpty(data.to_owned()));
    }
    // One that was left behind is of other files.
    seal::take_off(data)?;
    put(from, data, &manifest, |_| true)?;
    // A first start is for folders that have no past.
    chancery_consensus::tokio::forbid_first_start(data)?;
    Ok(manifest)
}

pub(super) fn checked_manifest(from: &Path, genesis: &Genesis) -> Result<Manifest, FolderError> {
    let manifest = read_manifest(from)?;
    let expected = genesis.network.to_string();
    if manifest.network != expected {
        return Err(FolderError::OtherNetwork { found: manifest.network, expected });
    }
    Ok(manifest)
}

/// Copies those files of a back-up for which `wanted` holds.
pub(super) fn put(
    from: &Path,
    data: &Path,
    manifest: &Manifest,
    wanted: impl Fn(Belongs) -> bool,
) -> Result<(), FolderError> {
    for file in manifest.files.iter().filter(|file| wanted(Belongs::of(&file.path))) {
        let source = from.join(FILES).join(&file.path);
        if place(&source, data, &file.path)? != file.sha256 {
            return Err(FolderError::Damaged { path: source, what: "it is not what the manifest says".to_owned() });
        }
    }
    sync_folder(data)
}

/// Copies one file under a path within a folder, durably; gives its SHA-256.
fn place(source: &Path, folder: &Path, path: &str) -> Result<String, FolderError> {
    let target = folder.join(path);
    let parent = target.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(|error| FolderError::file(parent, &error))?;
    let sha256 = digest(source, Some(&target))?;
    sync_folder(parent)?;
    if parent != folder {
        sync_folder(folder)?;
        let engine = folder.join(ENGINE_FOLDER);
        if engine.exists() {
            sync_folder(&engine)?;
        }
    }
    Ok(sha256)
}

fn empty_folder(folder: &Path) -> Result<(), FolderError> {
    fs::create_dir_all(folder).map_err(|error| FolderError::file(folder, &error))?;
    let mut entries = fs::read_dir(folder).map_err(|error| FolderError::file(folder, &error))?;
    if entries.next().is_some() {
        return Err(FolderError::NotEmpty(folder.to_owned()));
    }
    Ok(())
}
