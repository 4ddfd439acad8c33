//! The network: its latest final block, its validators and its identity.

use super::{MemberLink, Text};
use serde::Serialize;

/// The latest final block, as the date line shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// Its height.
    pub height: u64,
    /// Its agreed time, UTC milliseconds.
    pub time_ms: i64,
    /// The hash of its header, hex.
    pub hash: String,
    /// How many validators signed it, if it is known who did. A threshold signature does not tell.
    pub signed: Option<u32>,
    /// How many signatures make it final.
    pub quorum: u32,
    /// How many validators there are.
    pub validators: u32,
}

/// What every page needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NetworkState {
    /// The network's public identity: the hash of its genesis, hex.
    pub id: String,
    /// The network's name.
    pub name: Text,
    /// Who publishes these pages, and under which law.
    pub publisher: Option<Text>,
    /// The latest final block.
    pub head: Head,
    /// How many times faster than real time the network's clock runs; 1 for a real network.
    pub clock_factor: u32,
    /// Whether this network was made for a demonstration.
    pub demonstration: bool,
    /// Whether one party dealt the validators' keys, so that it could sign in their place.
    pub dealt_keys: bool,
}

/// Whether a validator answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// The node that serves this page.
    Here,
    /// It answers.
    Reached,
    /// It does not answer.
    Silent,
    /// Nobody has asked yet.
    Unknown,
}

/// One validator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Validator {
    /// Its name.
    pub name: String,
    /// The authority that runs it.
    pub operator: MemberLink,
    /// Its public key, hex.
    pub key: String,
    /// Whether it answers, seen from the node that serves this page.
    pub reach: Reach,
    /// The last height that it was seen to have.
    pub last_height: Option<u64>,
}

/// The network page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Network {
    /// The validators, by operator.
    pub validators: Vec<Validator>,
    /// How many must sign.
    pub quorum: u32,
    /// The epoch.
    pub epoch: u64,
    /// Transactions that wait in the pool of this node.
    pub waiting: Option<u64>,
    /// Transactions that were refused since genesis.
    pub refused: u64,
    /// Transactions that were accepted since genesis.
    pub accepted: u64,
    /// The longest time between two blocks when nothing is filed, milliseconds.
    pub idle_interval_ms: Option<u64>,
    /// The time of the first block, UTC milliseconds.
    pub genesis_time_ms: i64,
    /// The group's public key that blocks are checked against, hex.
    pub finality_key: String,
    /// The version of the program that serves this page.
    pub version: String,
}

impl Network {
    /// How many validators answer, counting those that nobody has asked yet as not answering.
    #[must_use]
    pub fn answering(&self) -> usize {
        self.validators.iter().filter(|one| matches!(one.reach, Reach::Here | Reach::Reached)).count()
    }

    /// How many more could fall silent before blocks stop.
    #[must_use]
    pub fn margin(&self) -> usize {
        self.answering().saturating_sub(usize::try_from(self.quorum).unwrap_or(usize::MAX))
    }

    /// Whether blocks can be made final now, as far as this node sees.
    #[must_use]
    pub fn has_quorum(&self) -> bool {
        self.answering() >= usize::try_from(self.quorum).unwrap_or(usize::MAX)
    }

    /// The validators that do not answer.
    #[must_use]
    pub fn silent(&self) -> Vec<&Validator> {
        self.validators.iter().filter(|one| one.reach == Reach::Silent).collect()
    }
}
