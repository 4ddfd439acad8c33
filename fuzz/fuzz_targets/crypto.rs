//! The target `crypto` of `chancery-fuzzing`.
#![no_main]

chancery_fuzz::fuzz!("crypto");
