//! A validator.
//!
//! - [`machine`]: the ledger as the engine sees it, over the [`pool`] and the archive
//! - [`services`]: what the node answers, to the HTTP interface ([`backend`]) and to the pages (`pages`)
//! - [`follow`]: feeding the read model from final blocks
//! - [`metrics`]: what the node measures about itself; [`readiness`]: whether it can serve
//! - [`folder`]: the data folder as files: damage, back-ups, repair; [`keep`]: how long what is kept
//!
//! Promises: a transaction that was acknowledged as final is on disk here; a failed write stops the node; what is read
//! through the interface never blocks what is ordered. Does not promise: availability of the read model, which may lag
//! and says by how much.

pub mod backend;
pub mod config;
pub mod folder;
pub mod follow;
pub mod keep;
pub mod keys;
pub mod machine;
pub mod metrics;
mod pages;
pub mod pool;
pub mod readiness;
pub mod run;
pub mod services;
