//! The application's number and its bounds.

use chancery_types::ids::ApplicationId;

/// The identity application.
pub const IDENTITY: ApplicationId = ApplicationId(1);

/// The most members registered by one transaction, and the most that one invitation covers.
pub const MEMBERS_PER_BATCH_MAX: usize = 256;
/// The most domains of a jurisdiction.
pub const DOMAINS_MAX: usize = 16;
/// The most roles given by one registration.
pub const ROLES_PER_BATCH_MAX: usize = 8;
/// The most roles of a member that lie together; further ones have places of their own.
pub const ROLES_TOGETHER_MAX: usize = 8;
/// The longest public name, in bytes of UTF-8.
pub const NAME_BYTES_MAX: usize = 200;
/// The deepest tree of regions, and of authorities.
pub const DEPTH_MAX: usize = 8;
/// The most keys of one member.
pub const KEYS_MAX: usize = 8;
/// How far ahead an invitation may expire.
pub const INVITATION_MS_MAX: u64 = 90 * chancery_types::time::DAY_MS;
