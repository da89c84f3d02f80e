//! Messages of a Godot AI server, protocol 2 with its proofs.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| framewire_fuzz::conversation::godot_ai_2(input));
