//! The HTTP interface: REST, OpenAPI, server-sent events, problem details.
//!
//! Promises: `/openapi.json` says what is true; nothing that writes is open; what is not public is read by those
//! only who may, in a session that they signed; every refusal has a stable number and a remedy; every table, body,
//! list, stream and wait has a bound ([`Limits`]). Does not promise: secrecy on the wire (put TLS in front), or
//! that an answer is proved (receipts and state proofs are; lists come from the read model).
//!
//! - [`backend`]: what the interface asks of the node; [`view`]: what it answers; [`schema`]: how ids are written.
//! - [`rejection`]: the interface's own refusals.

pub mod backend;
pub mod rejection;
pub mod schema;
pub mod view;

pub use backend::{Answer, Backend, BackendError};
pub use rejection::InterfaceRejection;
