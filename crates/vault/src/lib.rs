//! Sealed documents handed over to their authority.
