//! The target `formats` of `chancery-fuzzing`.
#![no_main]

chancery_fuzz::fuzz!("formats");
