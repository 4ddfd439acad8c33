//! What the commands share that work on a stopped node's data folder.

use crate::exit::Exit;
use chancery_node::config::Config;
use chancery_node::folder::FolderError;
use chancery_node::run::read_genesis;
use chancery_registry::genesis::Genesis;
use std::path::Path;

/// A node by its configuration.
pub(super) struct Node {
    pub(super) config: Config,
    pub(super) genesis: Genesis,
}

impl Node {
    pub(super) fn read(path: &Path) -> Result<Self, Exit> {
        let config = Config::read(path).map_err(|error| Exit::failed(error.to_string()))?;
        let genesis = read_genesis(&config.genesis).map_err(|error| Exit::failed(error.to_string()))?;
        Ok(Self { config, genesis })
    }
}

/// Why work on a folder failed, and what helps.
pub(super) fn failed(error: FolderError) -> Exit {
    use chancery_consensus::Error as Consensus;
    let remedy = match &error {
        FolderError::Held(Consensus::FolderInUse(_)) => "Stop the node first; the others go on without it.",
        FolderError::NotEmpty(_) => "Name an empty or a new folder; nothing is overwritten.",
        FolderError::NoBackup { .. } => "Name the folder that `chancery backup` wrote.",
        FolderError::OtherNetwork { .. } => "Use a back-up of this network.",
        FolderError::Damaged { .. } | FolderError::Archive { .. } => {
            return Exit::Damaged {
                cause: error.to_string(),
                remedy: "Of a node's folder: run `chancery doctor --scrub FILE`, then `chancery repair --config FILE`. Of a \
                         back-up: use another one."
                    .to_owned(),
            };
        }
        _ => return Exit::failed(error.to_string()),
    };
    Exit::remedied(error.to_string(), remedy)
}

/// A size for people.
pub(super) fn bytes_in_words(bytes: u64) -> String {
    let units = [("GiB", 1u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let fitting = units.iter().find(|(_, unit)| bytes >= *unit);
    fitting.map_or_else(
        || format!("{bytes} B"),
        |(name, unit)| format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
    )
}

#[cfg(test)]
mod tests {
    use super::bytes_in_words;

    #[test]
    fn sizes_are_read_easily() {
        for (bytes, words) in [(12, "12 B"), (1_536, "1.5 KiB"), (5 << 20, "5.0 MiB"), (11 << 30, "11.0 GiB")] {
            assert_eq!(bytes_in_words(bytes), words);
        }
    }
}
