//! The nouns of the ledger as data: typed ids, heights, times, periods, regions, amounts, and the formats of
//! transaction, outcome, block header and receipt.
//!
//! Promises: no value of these types can be constructed out of its bounds; everything that is signed or hashed has
//! one canonical encoding ([`encoding`]). Does not promise: any cryptography (layer `crypto`) or any rule about who
//! may do what (layers `ledger` and up).
#![deny(clippy::float_arithmetic, clippy::cast_possible_truncation)]

mod bytes;

pub mod amount;
pub mod block;
pub mod code;
pub mod encoding;
pub mod event;
pub mod figure;
pub mod hash;
pub mod ids;
pub mod intake;
pub mod key;
pub mod member;
pub mod network;
pub mod opening;
pub mod outcome;
pub mod period;
pub mod receipt;
pub mod record;
pub mod rejection;
pub mod session;
pub mod storage_receipt;
pub mod time;
pub mod transaction;
