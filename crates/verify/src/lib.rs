//! The offline verifier of receipts.
//!
//! Given a receipt and the network's public identity, it decides alone whether the receipt holds, and says in plain
//! words what that proves, what it rests on and what it does not prove.
//!
//! Promises: no engine crate, disk, network or clock; a receipt in which any byte was changed is refused with a
//! reason; the work is bounded by the size of a receipt ([`chancery_types::receipt::RECEIPT_BYTES_MAX`]), four pairings,
//! two Ed25519 signatures and one proof for each cell of a figure. Does not promise: that the identity it was given
//! is the right one (compare it with where it was printed), or that what was stated is true of the world.
#![deny(clippy::float_arithmetic, clippy::cast_possible_truncation)]

mod check;
mod error;
mod figure;
mod statement;
#[cfg(feature = "testing")]
pub mod testing;
mod words;

pub use check::verify;
pub use error::VerifyError;
pub use statement::{Statement, Verified};
pub use words::{Words, words};
