//! The target `keyfile` of `chancery-fuzzing`.
#![no_main]

chancery_fuzz::fuzz!("keyfile");
