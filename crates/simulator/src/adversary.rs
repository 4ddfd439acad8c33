//! Validators that do not keep to the rules, one file for each way.

mod ignorer;

pub use ignorer::Ignorer;
