//! Stories of registers, and of what the operations on records promise to every application that files them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod filing;
mod links;
mod registers;
mod world;
