//! Setting damaged parts aside, so that the node fetches them anew.
//!
//! What is damaged is renamed into a folder of its own under [`SET_ASIDE`] and never deleted. Blocks and state hang
//! together: if one is damaged all are replaced, from a snapshot if one is given, and otherwise by the node itself, which
//! asks its peers for every block since the last one it has and executes it. The vote journal is not replaced: without it
//! the node follows and does not vote (ADR 0010). One that is whole stays, and its node goes on voting.

use super::copy::{self, Manifest};
use super::inspect::Report;
use super::{Belongs, FolderError, SET_ASIDE, list, seal, sync_folder};
use chancery_consensus::tokio::hold;
use chancery_registry::genesis::Genesis;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What a repair did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repaired {
    /// Where the damaged parts are now; none if nothing was damaged.
    pub set_aside: Option<PathBuf>,
    /// Which parts.
    pub parts: BTreeSet<Belongs>,
    /// The block up to which a snapshot has filled them; none if the node asks its peers.
    pub height: Option<u64>,
    /// Whether the node has lost its right to vote.
    pub observes: bool,
}

/// The parts that go when these are damaged.
fn concerned(damaged: &BTreeSet<Belongs>) -> BTreeSet<Belongs> {
    let mut parts = damaged.clone();
    let engine = [Belongs::Blocks, Belongs::State, Belongs::Network];
    if damaged.contains(&Belongs::Archive) {
        // Outcomes are only computed by executing blocks, and that begins with the state before them.
        parts.extend(engine);
        parts.insert(Belongs::Tables);
    }
    if engine.iter().any(|part| damaged.contains(part)) {
        parts.extend(engine);
    }
    // What an operator has and no peer has.
    parts.remove(&Belongs::Vault);
    parts
}

/// Sets aside what a scrub found damaged, and fills it from a snapshot if one is given.
///
/// # Errors
/// A file cannot be moved or copied, a node runs on the folder, or the snapshot is not whole.
pub fn repair(
    data: &Path,
    genesis: &Genesis,
    report: &Report,
    snapshot: Option<&Path>,
    stamp: &str,
) -> Result<Repaired, FolderError> {
    let damaged: BTreeSet<Belongs> = report.damages.iter().map(|damage| damage.belongs).collect();
    let mut parts = concerned(&damaged);
    let manifest = snapshot.map(|from| copy::checked_manifest(from, genesis)).transpose()?;
    if manifest.is_some() && parts.contains(&Belongs::State) {
        // A snapshot is one state of one node: its blocks, its state and its archive go together.
        parts.extend([Belongs::Archive, Belongs::Tables]);
    }
    let _held = hold(data)?;
    let set_aside = move_aside(data, &parts, stamp)?;
    let height = match (snapshot, manifest) {
        (Some(from), Some(manifest)) if parts.contains(&Belongs::State) => Some(fill(from, data, &manifest, &parts)?),
        _ => None,
    };
    let observes = parts.contains(&Belongs::VoteJournal) || parts.contains(&Belongs::VoteRecord);
    Ok(Repaired { set_aside, parts, height, observes })
}

fn fill(from: &Path, data: &Path, manifest: &Manifest, parts: &BTreeSet<Belongs>) -> Result<u64, FolderError> {
    copy::put(from, data, manifest, |belongs| parts.contains(&belongs))?;
    Ok(manifest.height)
}

/// Renames every file of these parts into a folder of its own.
fn move_aside(data: &Path, parts: &BTreeSet<Belongs>, stamp: &str) -> Result<Option<PathBuf>, FolderError> {
    let files: Vec<_> = list(data)?.into_iter().filter(|file| parts.contains(&Belongs::of(&file.path))).collect();
    if files.is_empty() {
        return Ok(None);
    }
    seal::take_off(data)?;
    let aside = data.join(SET_ASIDE).join(stamp);
    for file in files {
        let (from, to) = (data.join(&file.path), aside.join(&file.path));
        let parent = to.parent().unwrap_or(&aside);
        fs::create_dir_all(parent).map_err(|error| FolderError::file(parent, &error))?;
        fs::rename(&from, &to).map_err(|error| FolderError::file(&from, &error))?;
    }
    sync_folder(&aside)?;
    sync_folder(data)?;
    Ok(Some(aside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_together_goes_together_and_votes_stay() {
        let check = |damaged: &[Belongs], expected: &[Belongs]| {
            assert_eq!(concerned(&damaged.iter().copied().collect()), expected.iter().copied().collect());
        };
        let engine = [Belongs::Blocks, Belongs::State, Belongs::Network];
        check(&[], &[]);
        check(&[Belongs::Tables], &[Belongs::Tables]);
        check(&[Belongs::State], &engine);
        check(&[Belongs::Network], &engine);
        check(&[Belongs::VoteJournal], &[Belongs::VoteJournal]);
        check(&[Belongs::Vault], &[]);
        check(&[Belongs::Archive], &[&engine[..], &[Belongs::Archive, Belongs::Tables]].concat());
    }
}
