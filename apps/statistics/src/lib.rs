//! Regulatory statistics: returns, acceptance, proven totals.
