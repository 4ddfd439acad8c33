//! The HTTP interface: REST, OpenAPI, server-sent events, problem details.
//!
//! Promises: `/openapi.json` says what is true; nothing that writes is open; what is not public is read by those
//! only who may, in a session that they signed; every refusal has a stable number and a remedy; every table, body,
//! list, stream and wait has a bound ([`Limits`]). Does not promise: secrecy on the wire (put TLS in front), or
//! that an answer is proved (receipts and state proofs are; lists come from the read model).
//!
//! - [`backend`]: what the interface asks of the node; [`view`]: what it answers; [`schema`]: how ids are written.
//! - [`limits`]: every bound; [`rejection`]: the interface's own refusals; [`problem`]: refusals on the wire.
//! - `routes`: the addresses; `request`: how requests are parsed; `access`, `session`: who may read what.
//! - [`router`](router()): all addresses with their state; `document`: what OpenAPI says about them; `stream`: events.
//! - [`serve`](serve()): the listening side; `rate`, `patience`, `crowd`, `weight`: what a client may not do
//!   to it.
//! - [`Measurements`]: what both count for `/metrics`.

pub mod backend;
pub mod limits;
pub mod problem;
pub mod rejection;
pub mod schema;
pub mod view;

mod access;
mod crowd;
mod document;
mod interface;
mod measure;
mod patience;
mod rate;
mod request;
mod router;
mod routes;
mod serve;
mod session;
mod stream;
mod weight;

pub use backend::{Answer, Backend, BackendError};
pub use limits::Limits;
pub use measure::Measurements;
pub use problem::Problem;
pub use rejection::InterfaceRejection;
pub use router::router;
pub use serve::serve;
pub use stream::InvalidEventPlace;
