//! How long a node keeps what: the `[keep]` part of its configuration, and carrying it out.
//!
//! ```toml
//! [keep]
//! blocks = "90 days"        # or "500000 heights"; "all" unless it is said
//! for_peers = 100000        # final blocks that the engine keeps for peers that lack them
//! archives = ["https://archive.example:8800"]   # who keeps all, named to those who ask for more than is here
//! ```
//!
//! Of a block that is not kept whole the header stays ([`chancery_archive`]). A block is let go of only when the SQL tables
//! have folded it.

use chancery_archive::{Archive, ArchiveError};
use chancery_consensus::Handle;
use chancery_types::ids::Height;
use chancery_types::time::{BlockTime, DAY_MS};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::sync::watch;

/// Final blocks that the engine keeps for peers unless it is said otherwise: more than a day at a block per second.
pub const FOR_PEERS: usize = 100_000;
/// Fewer are refused: a node that restarts would find nobody who has the blocks it missed.
pub const FOR_PEERS_MIN: usize = 1_000;
/// Blocks let go of at a time; the archive is locked meanwhile.
const BLOCKS_AT_ONCE: u64 = 256;
/// How often is looked whether there is anything to let go of.
const LOOK: Duration = Duration::from_secs(5);
/// How often the thread looks whether the node is stopping.
const STOP_LOOK: Duration = Duration::from_millis(200);

/// What a node keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeepConfig {
    /// Which blocks are kept whole.
    pub blocks: Blocks,
    /// How many final blocks the engine keeps for peers that lack them.
    pub for_peers: usize,
    /// Addresses of nodes that keep all.
    pub archives: Vec<String>,
}

impl Default for KeepConfig {
    fn default() -> Self {
        Self { blocks: Blocks::All, for_peers: FOR_PEERS, archives: Vec::new() }
    }
}

impl KeepConfig {
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What cannot be meant, in words.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        (self.for_peers < FOR_PEERS_MIN)
            .then(|| format!("keep.for_peers is {}; the least is {FOR_PEERS_MIN}", self.for_peers))
    }
}

/// Which blocks are kept whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Blocks {
    /// All of them: this node is an archive.
    #[default]
    All,
    /// So many of the latest.
    Heights(u64),
    /// Those of so many days before the latest.
    Days(u64),
}

impl fmt::Display for Blocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Heights(count) => write!(f, "{count} heights"),
            Self::Days(count) => write!(f, "{count} days"),
        }
    }
}

impl From<Blocks> for String {
    fn from(blocks: Blocks) -> Self {
        blocks.to_string()
    }
}

impl TryFrom<String> for Blocks {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Blocks {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("{text:?} is none of \"all\", \"N heights\" and \"N days\"");
        if text == "all" {
            return Ok(Self::All);
        }
        let (count, unit) = text.split_once(' ').ok_or_else(unknown)?;
        let count: u64 = count.parse().ok().filter(|count| *count > 0).ok_or_else(unknown)?;
        match unit {
            "heights" => Ok(Self::Heights(count)),
            "days" => Ok(Self::Days(count)),
            _ => Err(unknown()),
        }
    }
}

impl Blocks {
    /// Below which height, and before which time, blocks are let go of; none if all are kept.
    fn bounds(self, folded: Height, tip: BlockTime) -> Option<(Height, Option<BlockTime>)> {
        match self {
            Self::All => None,
            Self::Heights(count) => Some((Height(folded.0.saturating_sub(count)), None)),
            Self::Days(days) => Some((folded, Some(BlockTime(tip.0.saturating_sub(days.saturating_mul(DAY_MS)))))),
        }
    }
}

/// Lets go of blocks as they grow old, in a thread of its own, until the node stops. A failure stops the node.
pub(crate) fn start(
    blocks: Blocks,
    archive: Arc<Archive>,
    folded: watch::Receiver<Height>,
    tip: watch::Receiver<crate::machine::Tip>,
    engine: Handle,
) -> std::io::Result<thread::JoinHandle<Result<(), ArchiveError>>> {
    thread::Builder::new().name("pruning".to_owned()).spawn(move || {
        let mut wait = Duration::ZERO;
        while !engine.is_stopped() {
            if wait > Duration::ZERO {
                thread::sleep(STOP_LOOK);
                wait = wait.saturating_sub(STOP_LOOK);
                continue;
            }
            let (height, time) = (*folded.borrow(), tip.borrow().time);
            let Some((below, before)) = blocks.bounds(height, time) else { return Ok(()) };
            match archive.prune(below, before, BLOCKS_AT_ONCE) {
                Ok(BLOCKS_AT_ONCE) => wait = STOP_LOOK,
                Ok(_) => wait = LOOK,
                Err(error) => {
                    engine.stop();
                    return Err(error);
                }
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_and_written_alike() {
        for (text, blocks) in
            [("all", Blocks::All), ("500000 heights", Blocks::Heights(500_000)), ("90 days", Blocks::Days(90))]
        {
            assert_eq!(text.parse(), Ok(blocks));
            assert_eq!(blocks.to_string(), text);
        }
        for text in ["", "none", "0 days", "5", "5 weeks", "-1 days", "5 days ago"] {
            assert!(text.parse::<Blocks>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_the_tables_have_not_folded_is_never_let_go_of() {
        let now = BlockTime(100 * DAY_MS);
        assert_eq!(Blocks::All.bounds(Height(9), now), None);
        assert_eq!(Blocks::Heights(10).bounds(Height(9), now), Some((Height(0), None)));
        assert_eq!(Blocks::Heights(10).bounds(Height(50), now), Some((Height(40), None)));
        assert_eq!(Blocks::Days(90).bounds(Height(50), now), Some((Height(50), Some(BlockTime(10 * DAY_MS)))));
    }
}
