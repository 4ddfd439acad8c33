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
    /// The runtime's digest of everything that happened, for each time the cluster had power.
    pub auditors: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}: every oracle is content", self.seed)?;
        let lasted_s = self.lasted_ms / 1_000;
        writeln!(f, "  {} blocks in {lasted_s} s of the cluster's time, state root {}", self.height, self.state_root)?;
        let refused: usize = self.refused.values().sum();
        writeln!(f, "  {} transactions accepted, {refused} refused {:?}", self.accepted, self.refused)?;
        writeln!(f, "  {} shown as final, none lost; {} figures reckoned anew", self.acknowledged, self.figures)?;
        for fault in &self.faults {
            writeln!(f, "  {fault}")?;
        }
        for (auditor, life) in self.auditors.iter().zip(1..) {
            writeln!(f, "  auditor after life {life}: {auditor}")?;
        }
        Ok(())
    }
}
