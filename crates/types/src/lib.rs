//! Typed ids, heights, times, periods, amounts; the canonical encoding; the formats of transaction, block and outcome.
