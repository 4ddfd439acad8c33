//! The pure state machine: state view, changes, the application trait, block execution.
