//! Stories of authorities, members, keys and roles.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod delegation;
mod ending;
mod identification;
mod invitations;
mod keys;
mod properties;
mod refused_access;
mod registering;
mod roles;
mod standing;
mod standing_properties;
mod succession;
mod world;
