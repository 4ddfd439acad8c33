//! What goes wrong in a run.

use crate::draw::Draw;
use chancery_consensus::links::Weather;
use std::fmt;

/// One thing that goes wrong. What lasts is put right again; a node that died of it starts again over its disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A validator is killed; its pool is gone, and what its disk was not told to keep.
    Crash(usize),
    /// A validator stands still, as a stopped process does, and goes on.
    Pause(usize),
    /// A validator and the others do not hear each other.
    Isolation(usize),
    /// Two groups do not hear each other; each node's bit says in which it is.
    Partition(u8),
    /// Nothing from the first reaches the second; the other way is open.
    OneWay(usize, usize),
    /// Everything from and to a validator takes long.
    SlowLinks(usize, u64),
    /// On all links messages are lost, doubled and overtake each other.
    Storm(Weather),
    /// A validator's clock jumps, and jumps back.
    Clock(usize, i64),
    /// Every write of a validator takes long.
    SlowDisk(usize, u64),
    /// A validator's disk is full.
    FullDisk(usize),
    /// Every write of a validator fails.
    FailingDisk(usize),
    /// All validators lose power at once: what no disk was told to keep is lost or torn, and all pools are gone.
    PowerLoss,
    /// One bit on a validator's disk changes while it is down, in one of the parts named [`ROTTING`].
    Rot(usize, u64),
    /// A validator comes back with an empty disk.
    Wipe(usize),
}

/// Parts of a disk in which a bit may change: all, the state, the blocks, the vote journal, the certificates.
pub const ROTTING: [&str; 5] = ["", "state", "blocks", "simplex", "certificates"];

impl Fault {
    /// Whether it leaves a validator that may be wrong for good, as those of which there may be f.
    pub const fn uses_up_trust(&self) -> bool {
        matches!(self, Self::Rot(..) | Self::Wipe(_))
    }

    /// The validator that it strikes, if it is one.
    pub const fn strikes(&self) -> Option<usize> {
        match self {
            Self::Crash(node)
            | Self::Pause(node)
            | Self::Isolation(node)
            | Self::SlowLinks(node, _)
            | Self::Clock(node, _)
            | Self::SlowDisk(node, _)
            | Self::FullDisk(node)
            | Self::FailingDisk(node)
            | Self::Rot(node, _)
            | Self::Wipe(node) => Some(*node),
            Self::OneWay(..) | Self::Partition(_) | Self::Storm(_) | Self::PowerLoss => None,
        }
    }

    /// Draws one that is put right again.
    pub(crate) fn draw(draw: &mut Draw, nodes: usize) -> Self {
        let node = draw.place(nodes);
        match draw.between(0, 14) {
            0..=2 => Self::Crash(node),
            3 => Self::Pause(node),
            4 => Self::Isolation(node),
            5 => Self::Partition(u8::try_from(draw.between(1, 126)).unwrap_or(1)),
            6 => Self::OneWay(node, (node + 1 + draw.place(nodes - 1)) % nodes),
            7 => Self::SlowLinks(node, draw.between(100, 900)),
            8 => Self::Storm(Weather {
                lost: u32::try_from(draw.between(0, 250)).unwrap_or_default(),
                doubled: u32::try_from(draw.between(0, 250)).unwrap_or_default(),
                delay_min_ms: 0,
                delay_max_ms: draw.between(0, 300),
                ..Weather::default()
            }),
            9 => Self::Clock(node, draw.between(0, 8_000).cast_signed() - 4_000),
            10 => Self::SlowDisk(node, draw.between(5, 60)),
            11 => Self::FullDisk(node),
            12 => Self::FailingDisk(node),
            _ => Self::PowerLoss,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crash(node) => write!(f, "node {node} is killed"),
            Self::Pause(node) => write!(f, "node {node} stands still"),
            Self::Isolation(node) => write!(f, "node {node} is cut off"),
            Self::Partition(bits) => write!(f, "the network falls apart as {bits:07b} says"),
            Self::OneWay(from, to) => write!(f, "nothing from node {from} reaches node {to}"),
            Self::SlowLinks(node, ms) => write!(f, "the links of node {node} take up to {ms} ms"),
            Self::Storm(Weather { lost, doubled, delay_max_ms, .. }) => {
                write!(f, "of 1,000 messages {lost} are lost and {doubled} doubled, delays up to {delay_max_ms} ms")
            }
            Self::Clock(node, ms) => write!(f, "the clock of node {node} jumps by {ms} ms"),
            Self::SlowDisk(node, ms) => write!(f, "each write of node {node} takes {ms} ms"),
            Self::FullDisk(node) => write!(f, "the disk of node {node} is full"),
            Self::FailingDisk(node) => write!(f, "the disk of node {node} fails"),
            Self::PowerLoss => f.write_str("the whole cluster loses power"),
            Self::Rot(node, pick) => {
                let part = ROTTING.get(usize::try_from(pick % 5).unwrap_or_default()).copied().unwrap_or_default();
                write!(f, "a bit changes on the disk of node {node} (\"{part}\")")
            }
            Self::Wipe(node) => write!(f, "node {node} comes back with an empty disk"),
        }
    }
}
