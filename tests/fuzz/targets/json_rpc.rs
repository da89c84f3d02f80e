//! Messages of a JSON-RPC peer.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| framewire_fuzz::conversation::json_rpc(input));
