//! Messages of a unity-mcp server.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| framewire_fuzz::conversation::unity_mcp(input));
