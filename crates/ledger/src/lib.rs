//! The pure state machine.
//!
//! Promises: what a block does is a function of the block and the state before it, and of nothing else; a transaction
//! that was not authorised cannot be carried out, because only this crate builds [`Permitted`]; effects are a value
//! ([`Changes`]) and are applied whole or not at all. Does not promise: signatures, which are checked in batches
//! before execution ([`admission`]), or storage.
#![deny(clippy::float_arithmetic, clippy::cast_possible_truncation)]

pub mod admission;
mod application;
mod block;
mod changes;
mod context;
mod due;
mod history;
mod key;
mod recall;
pub mod rejection;
mod replay;
#[cfg(feature = "testing")]
pub mod testing;
mod transaction;
mod view;

pub use application::{Application, Applications, Permitted, Refusal, Sender, run};
pub use block::{Executed, Execution, Mode, Stopped, execute_block};
pub use changes::{Changes, VALUE_BYTES_MAX};
pub use context::BlockContext;
pub use due::{DueQueue, EMPTY_MINUTES_MAX, SEGMENT_ITEMS_MAX};
pub use key::Key;
pub use replay::{Placed, placed};
pub use view::{Lookup, State, View};
