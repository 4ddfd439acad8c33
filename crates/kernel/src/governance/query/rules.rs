//! Which rules hold at a height, and whether a program knows them.

use crate::governance::record::Rules;
use crate::governance::state;
use chancery_ledger::View;
use chancery_types::ids::Height;

/// The rules in force. A network without government follows rules 1.
pub fn rules(view: &View<'_>) -> Rules {
    view.read(&state::rules()).unwrap_or(Rules { version: 1, since: Height(0), planned: None })
}

/// The version of the rules of a height, as the state before it says: those that are planned count from their height on,
/// so that a node can ask ahead. Whether they come into force is certain only when the block before them is final.
pub fn version_at(view: &View<'_>, height: Height) -> u32 {
    let rules = rules(view);
    rules.planned.filter(|planned| planned.height <= height).map_or(rules.version, |planned| planned.version)
}

/// The program does not know the rules of a height. Carrying the block out regardless would found a network of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "from block {height} on the network follows rules {needed}, and this program knows rules up to {known}: \
     install a version that knows them; nothing is lost, and the node goes on where it stopped"
)]
pub struct UnknownRules {
    /// The height.
    pub height: Height,
    /// The rules that hold there.
    pub needed: u32,
    /// The newest rules that the program knows.
    pub known: u32,
}

/// Whether a program that knows rules up to `known` may carry out the block at a height. A node asks this, over the
/// state before that block, and stops with the answer's words if not.
///
/// # Errors
/// [`UnknownRules`].
pub fn check_known(view: &View<'_>, height: Height, known: u32) -> Result<(), UnknownRules> {
    let needed = version_at(view, height);
    if needed <= known { Ok(()) } else { Err(UnknownRules { height, needed, known }) }
}
