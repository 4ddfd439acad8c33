//! The web pages, served by the same binary.
