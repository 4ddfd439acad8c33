//! One binary of libFuzzer for each target of `chancery-fuzzing`, with changes in the tree of an input besides the
//! fuzzer's own changes in its bytes.

pub use chancery_fuzzing::Target;
pub use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

use chancery_fuzzing::dice::Dice;
use chancery_fuzzing::mutate::mutate;

/// The target of a name; a binary without one has nothing to do.
pub fn target(name: &str) -> &'static Target {
    chancery_fuzzing::target(name).unwrap_or_else(|| panic!("there is no target {name}"))
}

/// Changes `data[..size]` in place and gives the new size. One change in three is libFuzzer's own, which knows what the
/// code compared the input with.
pub fn change(target: &Target, data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut dice = Dice::new(u64::from(seed));
    if dice.once_in(3) {
        return fuzzer_mutate(data, size, max_size);
    }
    let changed = mutate(&data[..size], target.prefix, max_size.min(target.bytes_max), &mut dice);
    data[..changed.len()].copy_from_slice(&changed);
    changed.len()
}

/// The entry points of libFuzzer for a target.
#[macro_export]
macro_rules! fuzz {
    ($name:literal) => {
        static TARGET: std::sync::LazyLock<&'static $crate::Target> =
            std::sync::LazyLock::new(|| $crate::target($name));
        $crate::fuzz_target!(|data: &[u8]| { (TARGET.run)(data) });
        $crate::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            $crate::change(&TARGET, data, size, max_size, seed)
        });
    };
}
