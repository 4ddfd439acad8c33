//! The system applications, on which all others stand.
//!
//! - [`identity`]: authorities, members, keys, roles, regions, invitations
//! - [`records`]: registers, record versions, links between records
#![deny(clippy::float_arithmetic, clippy::cast_possible_truncation)]

pub mod identity;
pub mod records;
