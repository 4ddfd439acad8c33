//! SQL tables folded from finalised blocks, exactly once.
