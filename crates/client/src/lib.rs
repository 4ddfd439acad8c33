//! What a member, an authority or a program needs to work with a network: a typed client of the HTTP interface, and
//! the work that is done before and after a request.
//!
//! - [`county`]: reads county files as a stream of rows fit to be filed
pub mod county;
