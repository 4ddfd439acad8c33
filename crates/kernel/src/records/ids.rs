//! The application's number and its bounds.

use chancery_types::ids::ApplicationId;

/// The records application.
pub const RECORDS: ApplicationId = ApplicationId(2);

/// The longest title, citation or reason, in bytes of UTF-8.
pub const TEXT_BYTES_MAX: usize = 500;
/// The most links of one version.
pub const LINKS_MAX: usize = 32;
