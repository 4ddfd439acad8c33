//! Typed client of the HTTP interface.
