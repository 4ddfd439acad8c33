//! What every file of a data folder was when its node last stopped cleanly.
//!
//! The seal is written as the last thing before a clean stop and taken off as the first thing of a start, so while it is
//! there no file of the folder may change. Hashing is bounded: files that did not change since the last seal keep the hash
//! that they had, and of the others at most [`FRESH_BYTES_MAX`] are hashed at one stop, the smallest first. A file that is
//! left out is still looked at by a scrub, which reads what it says.

use super::{FolderError, Listed, digest, list, sync_folder, with_checksum, without_checksum, write_durably};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Bytes that are hashed at one stop at most: a few seconds of one core.
pub const FRESH_BYTES_MAX: u64 = 4 << 30;
const FILE: &str = "seal.json";
/// The seal of the start before, for the hashes of files that have not changed since.
const TAKEN_OFF: &str = "seal-taken-off.json";

/// A seal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// By path within the data folder.
    pub files: BTreeMap<String, Sealed>,
}

/// What a file was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Its size.
    pub bytes: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub modified_ns: u64,
    /// Its SHA-256.
    pub sha256: String,
}

/// Seals a folder that no node uses.
///
/// # Errors
/// A file cannot be read, or the seal cannot be written.
pub fn put_on(data: &Path) -> Result<(), FolderError> {
    let before = read(data, TAKEN_OFF).ok().flatten().unwrap_or_default();
    let mut listed = list(data)?;
    listed.sort_by_key(|file| file.bytes);
    // A database that was not closed is written to once more.
    let open = |file: &Listed, all: &[Listed]| {
        let stem = file.path.strip_suffix("-wal").unwrap_or(&file.path);
        all.iter().any(|other| other.path.strip_suffix("-wal") == Some(stem))
    };
    let mut seal = Seal::default();
    let mut room = FRESH_BYTES_MAX;
    for file in &listed {
        if open(file, &listed) {
            continue;
        }
        let unchanged = before.files.get(&file.path);
        let unchanged = unchanged.filter(|one| (one.bytes, one.modified_ns) == (file.bytes, file.modified_ns));
        let sha256 = match unchanged {
            Some(sealed) => sealed.sha256.clone(),
            None if file.bytes <= room => {
                room -= file.bytes;
                let path = data.join(&file.path);
                // What the seal says must still be so when the power goes a moment later.
                File::open(&path).and_then(|file| file.sync_all()).map_err(|error| FolderError::file(&path, &error))?;
                digest(&path, None)?
            }
            None => continue,
        };
        seal.files.insert(file.path.clone(), Sealed { bytes: file.bytes, modified_ns: file.modified_ns, sha256 });
    }
    let json = serde_json::to_string(&seal)
        .map_err(|error| FolderError::File { path: data.join(FILE), reason: error.to_string() })?;
    write_durably(&data.join(FILE), with_checksum(&json).as_bytes())
}

/// The seal; none if the node did not stop cleanly, or is new.
///
/// # Errors
/// The seal itself is damaged or cannot be read.
pub fn look(data: &Path) -> Result<Option<Seal>, FolderError> {
    read(data, FILE)
}

/// Takes the seal off: from now on files change.
///
/// # Errors
/// It cannot be moved.
pub fn take_off(data: &Path) -> Result<(), FolderError> {
    let path = data.join(FILE);
    match fs::rename(&path, data.join(TAKEN_OFF)) {
        Ok(()) => sync_folder(data),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(FolderError::file(&path, &error)),
    }
}

fn read(data: &Path, name: &str) -> Result<Option<Seal>, FolderError> {
    let path = data.join(name);
    let text = match fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(FolderError::file(&path, &error)),
    };
    let seal = without_checksum(&text).and_then(|json| serde_json::from_str(json).ok());
    seal.map(Some).ok_or_else(|| FolderError::Damaged { path, what: "its checksum does not fit".to_owned() })
}
