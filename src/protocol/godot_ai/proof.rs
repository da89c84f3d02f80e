//! The proofs of protocol 2: HMAC-SHA256 over the values of the hello, each preceded by its length.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The key of a proof: the capability's 64 hex digits as they are written.
pub(super) type Key = [u8; 64];

/// Whether `proof`, 64 lowercase hex digits, is the server's. Takes the same time whichever byte differs.
pub(super) fn server_is_proven(key: &Key, client_nonce: &str, server_nonce: &str, version: &str, proof: &str) -> bool {
    let expected = mac(key, "godot-ai-ws-v2/server-proof", &["2", client_nonce, server_nonce, version]);
    unhex(proof).is_some_and(|proof| expected.verify_slice(&proof).is_ok())
}

/// The proof that a server would give.
#[cfg(test)]
pub(super) fn server_proof(key: &Key, client_nonce: &str, server_nonce: &str, version: &str) -> String {
    let values = ["2", client_nonce, server_nonce, version];
    hex(&mac(key, "godot-ai-ws-v2/server-proof", &values).finalize().into_bytes())
}

/// The client's proof over everything that it says in its `auth_response`, in that order.
pub(super) fn client_proof(key: &Key, values: &[&str]) -> String {
    hex(&mac(key, "godot-ai-ws-v2/client-proof", values).finalize().into_bytes())
}

/// Whether the text is `2 * bytes` lowercase hex digits.
pub(super) fn is_lower_hex(text: &str, bytes: usize) -> bool {
    text.len() == 2 * bytes && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The bytes as lowercase hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    if !is_lower_hex(text, 32) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(core::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}

fn mac(key: &Key, domain: &str, values: &[&str]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new(key.into());
    mac.update(domain.as_bytes());
    for value in values {
        mac.update(format!("\n{}:", value.len()).as_bytes());
        mac.update(value.as_bytes());
    }
    mac
}
