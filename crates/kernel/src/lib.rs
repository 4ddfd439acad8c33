//! The system applications, on which all others stand.
//!
//! - [`identity`]: authorities, members, keys, roles, regions, invitations
//! - [`governance`]: proposals and votes, validators, readiness, hearings, the rules in force
//! - [`records`]: registers, record versions, links between records
#![deny(clippy::float_arithmetic, clippy::cast_possible_truncation)]

pub mod governance;
pub mod identity;
pub mod records;
