//! The target `texts` of `chancery-fuzzing`.
#![no_main]

chancery_fuzz::fuzz!("texts");
