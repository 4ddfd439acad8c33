//! The application's number, its codes and its bounds.

use chancery_types::ids::ApplicationId;

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
