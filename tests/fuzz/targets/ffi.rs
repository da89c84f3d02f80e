//! The C interface under arbitrary calls.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| framewire_fuzz::ffi::run(input));
