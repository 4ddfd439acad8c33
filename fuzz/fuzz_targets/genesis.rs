//! The target `genesis` of `chancery-fuzzing`.
#![no_main]

chancery_fuzz::fuzz!("genesis");
