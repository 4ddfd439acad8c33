//! What a member, an authority or a program needs to work with a network: a typed client of the HTTP interface, and
//! the work that is done before and after a request.
//!
//! - [`http`]: the interface, typed: submit and wait, read, receipts, events, sessions, intake
//! - [`signing`]: envelopes, sessions, possession of keys
//! - [`filing`]: returns, in clear or as commitments with sealed openings
//! - [`office`]: an authority's work: open, decide, form totals, guard and publish them
//! - [`keyring`], [`enrolment`], [`pipeline`]: keys held in trust, registering their members, many transactions at once
//! - [`country`]: a generated country for demonstrations and tests
//! - [`county`]: reads county files as a stream of rows fit to be filed
//!
//! Promises: nothing secret is sent or printed; every wait, list and answer has a bound; being told to slow down, a
//! lost answer or a node that is down is handled here and not by the caller. Does not promise: that an answer is
//! proved. Receipts are, and `verify` checks them.

pub mod country;
pub mod county;
pub mod enrolment;
pub mod error;
pub mod filing;
pub mod http;
pub mod keyring;
pub mod office;
pub mod pipeline;
pub mod randomness;
pub mod signing;

pub use error::{ClientError, Problem};
pub use http::Client;
