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
/// The most authorities that vouch for a member beside the one that registered it.
pub const VOUCHERS_MAX: usize = 4;
/// The most steps from an authority's word to a constituting authority, over whatever was taken over and merged.
pub const LINE_STEPS_MAX: usize = 4 * DEPTH_MAX;
/// How long before it begins a suspension is announced. Whoever must be stopped at once is stopped by ending keys,
/// which touches nobody else.
pub const NOTICE_MS_MIN: u64 = chancery_types::time::DAY_MS;
/// How long before it begins a suspension is announced at most.
pub const NOTICE_MS_MAX: u64 = 90 * chancery_types::time::DAY_MS;
/// The most regions, or authorities, on one side of a merger or split.
pub const REFORMED_MAX: usize = 16;
/// The most names that a region or member has had after its first.
pub const NAMES_MAX: usize = 16;
/// How far ahead a new name or an end may be announced.
pub const REFORM_MS_MAX: u64 = 10 * 366 * chancery_types::time::DAY_MS;
/// The longest that a calibration is good.
pub const CALIBRATION_MS_MAX: u64 = 10 * 366 * chancery_types::time::DAY_MS;
/// How far ahead an invitation may expire.
pub const INVITATION_MS_MAX: u64 = 90 * chancery_types::time::DAY_MS;
