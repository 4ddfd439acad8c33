//! What came of a run.

use chancery_types::hash::Digest;
use chancery_types::ids::Height;
use std::collections::BTreeMap;
use std::fmt;

/// What came of a run. Two runs of one seed give equal reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// How many validators there were.
    pub nodes: usize,
    /// How many blocks every node has.
    pub height: Height,
    /// The state root at that height.
    pub state_root: Digest,
    /// How many transactions were accepted.
    pub accepted: usize,
    /// How many were refused, by number.
    pub refused: BTreeMap<String, usize>,
    /// How many published figures were reckoned anew.
    pub figures: usize,
    /// How many transactions were shown as final while the cluster ran.
    pub acknowledged: usize,
    /// What went wrong, in order.
    pub faults: Vec<String>,
    /// How long it took by the cluster's own clock.
    pub lasted_ms: u64,
    /// How many bytes that were sent or written were searched for committed values.
    pub bytes_searched: u64,
    /// The fullest of the nodes' disks at the end, as far as the engine uses it.
    pub disk_bytes_max: u64,
    /// The runtime's digest of everything that happened, for each time the cluster had power.
    pub auditors: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}: {} validators, every oracle is content", self.seed, self.nodes)?;
        let lasted_s = self.lasted_ms / 1_000;
        writeln!(f, "  {} blocks in {lasted_s} s of the cluster's time, state root {}", self.height, self.state_root)?;
        let refused: usize = self.refused.values().sum();
        writeln!(f, "  {} transactions accepted, {refused} refused {:?}", self.accepted, self.refused)?;
        writeln!(f, "  {} shown as final, none lost; {} figures reckoned anew", self.acknowledged, self.figures)?;
        let (searched, disk) = (self.bytes_searched >> 20, self.disk_bytes_max >> 10);
        writeln!(f, "  {searched} MiB searched for committed values; at most {disk} KiB on a disk")?;
        for fault in &self.faults {
            writeln!(f, "  {fault}")?;
        }
        for (auditor, life) in self.auditors.iter().zip(1..) {
            writeln!(f, "  auditor after life {life}: {auditor}")?;
        }
        Ok(())
    }
}
