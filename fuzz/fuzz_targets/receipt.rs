//! The target `receipt` of `chancery-fuzzing`.
#![no_main]

chancery_fuzz::fuzz!("receipt");
