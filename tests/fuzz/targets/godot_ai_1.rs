//! Messages of a Godot AI server, protocol 1.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| framewire_fuzz::conversation::godot_ai_1(input));
