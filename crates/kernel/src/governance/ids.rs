//! The application's number and its bounds.

use chancery_types::ids::ApplicationId;
use chancery_types::time::{DAY_MS, HOUR_MS};

/// The governance application.
pub const GOVERNANCE: ApplicationId = ApplicationId(3);

/// The newest rules that this program knows; a network begins with rules 1.
pub const RULES_KNOWN: u32 = 1;

/// The fewest validators that a change may leave: three of four go on when one fails or lies.
pub const VALIDATORS_MIN: usize = 4;
/// A committee that is decided in an epoch signs so many epochs later: the engine deals new shares in between.
pub const COMMITTEE_LEAD_EPOCHS: u64 = 3;
/// The shortest epoch, in blocks, for each validator of the largest committee: shares are dealt in blocks, and an epoch too
/// short for it fails silently.
pub const EPOCH_BLOCKS_PER_VALIDATOR_MIN: u64 = 8;
/// The longest epoch, in blocks.
pub const EPOCH_BLOCKS_MAX: u64 = 1_000_000;
/// The length of an epoch where genesis says nothing else, in blocks.
pub const EPOCH_BLOCKS_DEFAULT: u64 = 1_024;

/// The most constituting authorities.
pub const CONSTITUENTS_MAX: usize = 32;
/// The most proposals that are open or wait for their boundary.
pub const AGENDA_MAX: usize = 32;
/// The longest reason, name or title, in bytes of UTF-8.
pub const TEXT_BYTES_MAX: usize = 500;
/// The longest answer in a hearing, in bytes of UTF-8.
pub const ANSWER_BYTES_MAX: usize = 4_000;
/// The most certificate roots, admitted or retired.
pub const ROOTS_MAX: usize = 32;
/// How long a certificate root must last at least when it is admitted.
pub const ROOT_TERM_MS_MIN: u64 = 30 * DAY_MS;
/// The most applications that are paused at a time.
pub const PAUSES_MAX: usize = 8;
/// The longest pause of an application. It ends by itself; another one needs another vote.
pub const PAUSE_MS_MAX: u64 = 72 * HOUR_MS;
/// How many segments of deadlines one block works off, each of at most [`chancery_ledger::SEGMENT_ITEMS_MAX`]; the
/// rest carries over.
pub const DUE_SEGMENTS_MAX: usize = 1;
