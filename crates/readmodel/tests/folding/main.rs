//! What the read model promises: every final block exactly once, the same tables whichever way they came about, sums
//! that are the sums of what counts.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod deadlines;
mod exactly_once;
mod ledger;
mod members;
mod standing;
mod totals;
