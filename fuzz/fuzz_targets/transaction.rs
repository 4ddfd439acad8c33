//! The target `transaction` of `chancery-fuzzing`.
#![no_main]

chancery_fuzz::fuzz!("transaction");
