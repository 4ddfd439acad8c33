//! Registers, record versions and the links between them.

pub mod event;
pub mod record;
pub mod transaction;
