//! How much anything may be: time, memory, disk, and how far a block may lie in the future.

use super::Violation;

/// Within this time after the last fault everything that was handed in must be final.
pub const PROGRESS_MS_MAX: u64 = 60_000;
/// How far a block's time may be ahead of the true time: the drift that validators allow, and how far the clocks of honest
/// ones are off in a run.
pub const AHEAD_MS_MAX: u64 = 500 + CLOCK_OFF_MS_MAX + 5;
/// How far the clock of an honest validator is off at most, but for one whose clock is the fault.
pub const CLOCK_OFF_MS_MAX: u64 = 150;
/// The disk of a node that has done nothing yet.
pub const DISK_BYTES_BASE: u64 = 8 << 20;
/// What a block without transactions takes on the engine's disk at most: header, certificate, votes, state and journals.
pub const DISK_BYTES_PER_BLOCK: u64 = 24 << 10;
/// What a transaction takes there at most: itself, and the state that it changes.
pub const DISK_BYTES_PER_TRANSACTION: u64 = 64 << 10;

/// Whether something of a node keeps to its bound.
///
/// # Errors
/// [`Violation::Unbounded`].
pub const fn check(node: usize, what: &'static str, found: u64, most: u64) -> Result<(), Violation> {
    if found <= most { Ok(()) } else { Err(Violation::Unbounded { node, what, found, most }) }
}
