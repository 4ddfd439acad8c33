//! Stories of authorities, members, keys and roles.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod delegation;
mod ending;
mod invitations;
mod keys;
mod properties;
mod refused_access;
mod registering;
mod roles;
mod world;
