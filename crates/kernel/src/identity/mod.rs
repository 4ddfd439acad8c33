//! Authorities, members, keys, roles, regions, invitations: who everyone is, by real name.

pub mod event;
pub mod ids;
pub mod query;
pub mod record;
pub mod state;
pub mod transaction;
