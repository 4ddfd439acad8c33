//! Stories of proposals, votes, validators and rules.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod committees;
mod emergency;
mod founding;
mod hearings;
mod preflight;
mod properties;
mod refused_access;
mod versions;
mod voting;
mod world;
