//! What carrying out a block promises, whatever the applications are.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod due_queue;
mod eligibility;
mod history;
mod loading;
mod rejection;
mod toy;
