//! Requests, parsed once: what a handler is given is well-formed, and what is not is refused with its number.

mod accept;
mod body;
mod caller;
mod number;
mod path;
mod query;

pub(crate) use accept::{Produced, negotiate, prefers};
pub(crate) use body::{CBOR, Cbor, OCTETS, Sealed};
pub(crate) use caller::Caller;
pub(crate) use number::Number;
pub(crate) use path::PathOf;
pub(crate) use query::{NoQuery, QueryOf};
