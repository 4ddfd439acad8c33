//! The target `request` of `chancery-fuzzing`.
#![no_main]

chancery_fuzz::fuzz!("request");
