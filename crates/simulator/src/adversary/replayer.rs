//! A validator that repeats old messages on every channel, those of others too, under its own name, doubles its own, and
//! garbles one in a hundred. Everything still comes over its own authenticated connection: nobody can speak under
//! another's key, so a repeated vote of another is a vote under the wrong name.
//!
//! A final transaction that it gossips again comes back to the others' pools; its own machine cannot propose one, because
//! the ledger's execution leaves it out of the block that it builds.

use chancery_consensus::links::Weather;

/// What becomes of its messages.
pub(super) const LINK: Weather =
    Weather { lost: 0, doubled: 200, delay_min_ms: 0, delay_max_ms: 50, replayed: 200, garbled: 10, withheld: 0 };
