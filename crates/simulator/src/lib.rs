//! Seeded clusters of the node under faults, judged by oracles of their own.
