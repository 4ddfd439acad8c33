//! Whether a data folder is what it was: in short at every start, and in full on demand.
//!
//! Three nets, each finer where the other is coarse. The **seal** of a clean stop holds every byte of every file to what it
//! was. After a crash there is none: then the engine's files are checked by their own **checksums**, byte for byte but
//! without the engine, which would repair them. And a scrub **reads** everything: blocks, outcomes, certificates, places,
//! all operations of the state up to its root, votes.

use super::{ARCHIVE, Belongs, FolderError, Listed, TABLES, VAULT, digest, list, seal};
use chancery_archive::Archive;
use chancery_consensus::keys::Committee;
use chancery_consensus::tokio::{ENGINE_FOLDER, hold, scrub as scrub_engine};
use chancery_consensus::{partitions::Part, raw};
use chancery_readmodel::ReadModel;
use chancery_registry::genesis::Genesis;
use chancery_types::ids::Height;
use serde::Serialize;
use std::path::Path;

/// Files of at most this size are read at every start. A large node must start in seconds: what is larger is held to its
/// size, the engine checks the pages that it reads, and a scrub reads all.
const QUICK_BYTES_MAX: u64 = 1 << 20;

fn is_quick(file: &Listed) -> bool {
    file.bytes <= QUICK_BYTES_MAX
}

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// The file, within the data folder; where only the part is known, the part's files.
    pub file: String,
    /// What it belongs to.
    pub belongs: Belongs,
    /// What is wrong.
    pub what: String,
}

impl Damage {
    fn new(file: impl Into<String>, what: impl std::fmt::Display) -> Self {
        let file = file.into();
        Self { belongs: Belongs::of(&file), file, what: what.to_string() }
    }
}

/// What a scrub read and found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether the node had stopped cleanly and sealed its files.
    pub sealed: bool,
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Blocks that are whole, in the archive.
    pub blocks: u64,
    /// Blocks of which only the header is kept.
    pub pruned: u64,
    /// Certificates, of archive and engine.
    pub certificates: u64,
    /// Transactions whose place was found.
    pub transactions: u64,
    /// Operations of the state, hashed up to its root.
    pub operations: u64,
    /// The block after which the state stands.
    pub height: u64,
    /// What is wrong.
    pub damages: Vec<Damage>,
    /// What was noticed and is no damage.
    pub notes: Vec<String>,
}

/// Looks at a folder before its node starts on it: quick, and enough to find damage in whatever decides on votes.
///
/// # Errors
/// [`FolderError::Damaged`] names the file.
pub fn at_start(data: &Path) -> Result<(), FolderError> {
    let listed = list(data)?;
    let damage = match seal::look(data) {
        Ok(Some(seal)) => against_seal(data, &seal, &listed, is_quick)?,
        Ok(None) => after_crash(data, &listed, is_quick)?.0,
        Err(error) => {
            tracing::warn!(%error, "the seal of the last stop is damaged; the files are held to their checksums instead");
            after_crash(data, &listed, is_quick)?.0
        }
    };
    match damage.into_iter().next() {
        None => Ok(()),
        Some(damage) => Err(FolderError::Damaged { path: data.join(&damage.file), what: damage.what }),
    }
}

/// Holds files to a seal: all to their sizes, and those for which `hashed` holds to their hashes.
fn against_seal(
    data: &Path,
    seal: &seal::Seal,
    listed: &[Listed],
    hashed: impl Fn(&Listed) -> bool,
) -> Result<Vec<Damage>, FolderError> {
    let mut damages = Vec::new();
    for (path, sealed) in &seal.files {
        match listed.iter().find(|file| file.path == *path) {
            None => damages.push(Damage::new(path, "it is missing, and was there when the node stopped")),
            Some(file) if file.bytes != sealed.bytes => damages.push(Damage::new(
                path,
                format!("it has {} bytes, and had {} when the node stopped", file.bytes, sealed.bytes),
            )),
            Some(file) if hashed(file) && digest(&data.join(path), None)? != sealed.sha256 => {
                damages.push(Damage::new(path, "it is not what it was when the node stopped"));
            }
            Some(_) => {}
        }
    }
    Ok(damages)
}

/// Holds the engine's files to their own checksums; also names what a crash may have cut.
fn after_crash(
    data: &Path,
    listed: &[Listed],
    read: impl Fn(&Listed) -> bool,
) -> Result<(Vec<Damage>, Vec<String>), FolderError> {
    let (mut damages, mut torn) = (Vec::new(), Vec::<&Listed>::new());
    for file in listed.iter().filter(|file| read(file)) {
        let Some(partition) = partition(&file.path) else { continue };
        let path = data.join(&file.path);
        match raw::check(partition, &path).map_err(|error| FolderError::file(&path, &error))? {
            None => {}
            Some(raw::Wrong::Damaged(what)) => damages.push(Damage::new(&file.path, format!("{what} does not fit"))),
            Some(raw::Wrong::Torn(_)) => torn.push(file),
        }
    }
    let mut notes = Vec::new();
    for file in &torn {
        // Of two copies one may be in the middle of being written; both may not.
        let other = torn.iter().any(|other| other.path != file.path && partition(&other.path) == partition(&file.path));
        if other && (file.path.ends_with("/6c656674") || file.path.ends_with("/7269676874")) {
            damages.push(Damage::new(&file.path, "both copies are damaged"));
        } else {
            notes.push(format!("{}: its end is not whole, as a crash leaves it", file.path));
        }
    }
    Ok((damages, notes))
}

/// The engine's folder that a file is in.
fn partition(path: &str) -> Option<&str> {
    path.strip_prefix(ENGINE_FOLDER)?.split('/').nth(1)
}

/// Reads everything. The node must be stopped.
///
/// # Errors
/// A file cannot be read, or a node runs on the folder. Damage is no error: it is in the report.
pub fn scrub(data: &Path, genesis: &Genesis) -> Result<Report, FolderError> {
    let listed = {
        let _held = hold(data)?;
        list(data)?
    };
    let mut report = Report {
        files: u64::try_from(listed.len()).unwrap_or(u64::MAX),
        bytes: listed.iter().map(|file| file.bytes).sum(),
        ..Report::default()
    };
    match seal::look(data) {
        Ok(Some(seal)) => {
            report.sealed = true;
            report.damages = against_seal(data, &seal, &listed, |_| true)?;
        }
        Ok(None) => {
            report.notes.push("the node did not stop cleanly, so there is no seal to hold its files to".to_owned())
        }
        Err(error) => report.notes.push(error.to_string()),
    }
    let (damages, notes) = after_crash(data, &listed, |_| true)?;
    let known = |report: &Report, damage: &Damage| report.damages.iter().any(|one| one.file == damage.file);
    report.damages.extend(damages.into_iter().filter(|damage| !known(&report, damage)).collect::<Vec<_>>());
    report.notes.extend(notes);
    read_engine(data, genesis, &mut report)?;
    read_archive(data, genesis, &mut report);
    read_tables(data, genesis, &mut report);
    if report.sealed && report.damages.is_empty() {
        // The engine may have tidied up what it opened.
        seal::put_on(data)?;
    }
    Ok(report)
}

/// Through the engine, unless its files are damaged already: it would repair what it opens.
fn read_engine(data: &Path, genesis: &Genesis, report: &mut Report) -> Result<(), FolderError> {
    if report.damages.iter().any(|damage| damage.file.starts_with(ENGINE_FOLDER)) {
        report.notes.push("the engine's parts were not opened, since opening repairs".to_owned());
        return Ok(());
    }
    if !data.join(ENGINE_FOLDER).exists() {
        report.notes.push("there is nothing of the engine's".to_owned());
        return Ok(());
    }
    let polynomial = match genesis.document.polynomial_bytes() {
        Ok(polynomial) => polynomial,
        Err(error) => {
            report.notes.push(format!("the genesis: {error}"));
            return Ok(());
        }
    };
    let committee = Committee { validators: genesis.identity.validators.clone(), polynomial };
    match scrub_engine(data, genesis.network, &committee) {
        Ok(read) => {
            report.certificates += read.certificates;
            report.operations = read.operations;
            report.height = read.height.0;
            report.damages.extend(read.damages.into_iter().map(|damage| Damage {
                file: files_of(damage.part).to_owned(),
                belongs: damage.part.into(),
                what: damage.what,
            }));
        }
        Err(error @ chancery_consensus::Error::FolderInUse(_)) => return Err(error.into()),
        Err(error) => report.damages.push(Damage {
            file: ENGINE_FOLDER.to_owned(),
            belongs: Belongs::State,
            what: format!("it cannot be opened: {error}"),
        }),
    }
    Ok(())
}

/// The files of a part of the engine's.
fn files_of(part: Part) -> &'static str {
    match part {
        Part::Network => "engine/node-network/*",
        Part::Standing => "engine/node-standing/*",
        Part::Journal => "engine/node-simplex-0/*",
        Part::Observer => "engine/node-observer-0/*",
        Part::Blocks => "engine/node-blocks-*, engine/node-certificates-*",
        Part::State => "engine/node-state-*",
    }
}

fn read_archive(data: &Path, genesis: &Genesis, report: &mut Report) {
    let path = data.join(ARCHIVE);
    if !path.exists() {
        report.notes.push("there is no archive".to_owned());
        return;
    }
    let read =
        Archive::open(Some(&path)).and_then(|archive| archive.scrub(&genesis.network, &genesis.document.finality_key));
    match read {
        Ok(read) => {
            report.blocks = read.blocks;
            report.pruned = read.pruned;
            report.certificates += read.certificates;
            report.transactions = read.transactions;
            report.damages.extend(read.damages.into_iter().map(|what| Damage::new(ARCHIVE, what)));
        }
        Err(error) => report.damages.push(Damage::new(ARCHIVE, error)),
    }
}

/// That the tables open and are not ahead of the blocks. What stands in them no proof and no decision rests on.
fn read_tables(data: &Path, genesis: &Genesis, report: &mut Report) {
    if data.join(TABLES).exists() {
        let position = ReadModel::open(Some(&data.join(TABLES)), genesis.network).and_then(|model| model.position());
        let blocks = Height(report.blocks.saturating_add(report.pruned));
        match position {
            Ok(position) if position.unwrap_or_default() > blocks && report.damages.is_empty() => {
                report.damages.push(Damage::new(TABLES, "they are ahead of the blocks"));
            }
            Ok(_) => {}
            Err(error) => report.damages.push(Damage::new(TABLES, error)),
        }
    }
    if data.join(VAULT).exists()
        && let Err(error) = chancery_vault::Vault::open(Some(&data.join(VAULT)), genesis.network)
    {
        report.damages.push(Damage::new(VAULT, error));
    }
}
