//! The session under arbitrary inputs.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| framewire_fuzz::session::run(input));
