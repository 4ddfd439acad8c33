//! The target `county` of `chancery-fuzzing`.
#![no_main]

chancery_fuzz::fuzz!("county");
