//! The target `pages` of `chancery-fuzzing`.
#![no_main]

chancery_fuzz::fuzz!("pages");
