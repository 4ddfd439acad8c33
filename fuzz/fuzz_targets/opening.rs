//! The target `opening` of `chancery-fuzzing`.
#![no_main]

chancery_fuzz::fuzz!("opening");
