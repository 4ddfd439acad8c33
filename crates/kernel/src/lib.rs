//! The system applications: identity and records.
