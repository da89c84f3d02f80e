//! Numbers and strings of the Godot extension.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| framewire_fuzz::godot::run(input));
