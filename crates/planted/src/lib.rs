//! Planted faults: one-line defects in other crates, by which the simulator shows that it can find bugs.
//!
//! Without the feature `active` every question is answered "no" by a constant, so the lines vanish from the program. With it
//! `choose` puts one of them in. Only the simulator's feature `planted` turns it on, which
//! `cargo xtask tidy` checks, and it does not compile without debug assertions: no release can have it.

#![deny(clippy::float_arithmetic, clippy::cast_possible_truncation)]

#[cfg(all(feature = "active", not(debug_assertions)))]
compile_error!("planted faults are for the simulator in the development profile; never for a release");

/// A planted fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its name.
    pub name: &'static str,
    /// The crate that it lies in.
    pub lies_in: &'static str,
    /// What goes wrong.
    pub what: &'static str,
}

const fn fault(name: &'static str, lies_in: &'static str, what: &'static str) -> Fault {
    Fault { name, lies_in, what }
}

/// All of them.
pub const FAULTS: [Fault; 17] = [
    fault("batch-skips-last", "crypto", "the last signature of a batch is not checked"),
    fault("proof-unchecked", "crypto", "a proof of a hidden total holds whatever it says"),
    fault("expiry-unchecked", "ledger", "a transaction never expires"),
    fault("replay-forgotten", "ledger", "the ids of final transactions are not remembered"),
    fault("region-by-anyone", "kernel", "whoever is a member may add a region"),
    fault("correction-adds", "statistics", "a correction adds its values and leaves the old ones in the total"),
    fault("total-unchecked", "statistics", "an open total is not compared with the running sum"),
    fault("read-misses-last", "storage", "of many keys read at once the last is said to be absent"),
    fault("roots-unchecked", "consensus", "a validator votes for a header whose roots it did not compute"),
    fault("future-voted", "consensus", "a validator votes for a block of the future at once"),
    fault("acknowledged-early", "consensus", "every seventh block counts as delivered and never reaches the machine"),
    fault("place-shifted", "archive", "from the third transaction of a block on, places are one too high"),
    fault("outcomes-late", "archive", "the outcomes of every fifth block are said to be kept and are not"),
    fault("pool-forgets", "node", "a final transaction takes all others of its sender out of the pool"),
    fault("pool-unbounded", "node", "the pool takes whatever comes"),
    fault("fold-misses-correction", "readmodel", "a later version does not become the one that counts"),
    fault("reason-tells", "client", "the reason of a sealed correction names the value"),
];

/// Whether a fault is there.
#[cfg(not(feature = "active"))]
#[inline]
pub const fn is(_name: &str) -> bool {
    false
}

/// Whether a fault is there.
#[cfg(feature = "active")]
pub fn is(name: &str) -> bool {
    CHOSEN.get().is_some_and(|chosen| chosen == name)
}

/// The one that is there.
#[cfg(feature = "active")]
static CHOSEN: std::sync::OnceLock<String> = std::sync::OnceLock::new();

/// Puts a fault in, for as long as the process lives. The first choice counts.
#[cfg(feature = "active")]
pub fn choose(name: String) {
    // A second choice has no effect, as the first line says.
    let _ = CHOSEN.set(name);
}
