//! The target `execution` of `chancery-fuzzing`.
#![no_main]

chancery_fuzz::fuzz!("execution");
