//! Not a target: it is to be found broken within seconds, or neither guidance nor sanitizer is on.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| framewire_fuzz::canary::run(input));
