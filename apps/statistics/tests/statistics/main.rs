//! Stories of structures, returns, decisions and figures, and properties over random histories.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod bounds;
mod confidential;
mod disclosure;
mod filing;
mod governed;
mod guards;
mod intake;
mod loading;
mod overdue;
mod publishing;
mod random;
mod refused_access;
mod sealed;
mod sums;
mod world;
