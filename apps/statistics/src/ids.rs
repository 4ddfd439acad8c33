//! The application's number, its codes and its bounds.

use chancery_types::ids::ApplicationId;
use chancery_types::time::DAY_MS;

/// The statistics application.
pub const STATISTICS: ApplicationId = ApplicationId(16);

/// The most returns under one signature.
pub const RETURNS_PER_FILING_MAX: usize = 256;
/// The most decisions under one signature.
pub const DECISIONS_PER_BATCH_MAX: usize = 512;
/// The most identities of a structure.
pub const IDENTITIES_MAX: usize = 32;
/// The most terms of an identity.
pub const TERMS_MAX: usize = 16;
/// The most ratios of a structure.
pub const RATIOS_MAX: usize = 16;
/// The longest label, citation or reason, in bytes of UTF-8.
pub const TEXT_BYTES_MAX: usize = 500;
/// The fewest different owners that may stand behind a confidential figure, whatever a period declares.
pub const RESPONDENTS_FLOOR: u16 = 3;
/// The largest encoded structure, in bytes: what a value of the state may hold, with room for its number.
pub const STRUCTURE_BYTES_MAX: usize = 15 * 1024;
/// The greatest power of ten, up or down, of a cell's scale.
pub const SCALE_MAX: i8 = 18;
/// The most decimal digits of a per cent.
pub const RATIO_DECIMALS_MAX: u8 = 6;
/// The longest term in which an authority decides on a return.
pub const DECISION_TERM_MS_MAX: u64 = 366 * DAY_MS;
/// How long after a period has closed a filing that arrived in time may still be ordered.
pub const INTAKE_GRACE_MS: u64 = 7 * DAY_MS;
/// The most regions directly within a region of a confidential register that can be shown beside it. The guard
/// against subtraction looks at each of them.
pub const PARTS_MAX: usize = 256;
/// How many segments of overdue decisions one block works off, each of at most
/// [`chancery_ledger::SEGMENT_ITEMS_MAX`]; the rest carries over.
pub const OVERDUE_SEGMENTS_MAX: usize = 4;
/// The most regions whose shares lie together under their owner; further ones have keys of their own.
pub const HOLDINGS_MAX: usize = 8;
