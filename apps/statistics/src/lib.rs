//! Regulatory statistics: returns are filed, accepted by their supervising authority, and their totals published
//! with proof.
//!
//! Promises: a published total equals the sum of all returns accepted for it up to its cut-off, or consensus refuses
//! it; a confidential return's values are never on the ledger. Does not promise: that a return is true (that is what
//! supervision is for), or that overlapping tables reveal nothing in combination.
#![deny(clippy::float_arithmetic, clippy::cast_possible_truncation)]

pub mod event;
pub mod ids;
pub mod record;
pub mod transaction;
