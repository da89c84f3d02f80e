//! Masking of what a client sends (RFC 6455, section 5.3).

use std::hash::{BuildHasher, RandomState};

const DRAW: usize = 4096;

/// A masking key.
pub type Key = [u8; 4];

/// Masking keys that a peer or a script cannot foresee: drawn from the system's generator, 1024
/// at a time, so that a key costs no system call.
#[derive(Debug)]
pub struct Keys {
    pool: Box<[u8; DRAW]>,
    used: usize,
}

impl Default for Keys {
    fn default() -> Self {
        Self { pool: Box::new([0; DRAW]), used: DRAW }
    }
}

impl Keys {
    /// The next key; never one handed out before, but by chance.
    pub fn next_key(&mut self) -> Key {
        if self.used >= DRAW {
            if getrandom::fill(self.pool.as_mut_slice()).is_err() {
                self.fill_from_hasher();
            }
            self.used = 0;
        }
        let key = self.pool.get(self.used..).and_then(|rest| rest.first_chunk()).copied();
        self.used += size_of::<Key>();
        key.unwrap_or_default()
    }

    /// A system without a generator still seeds its hash maps; SipHash under that seed is
    /// unpredictable enough for a mask.
    fn fill_from_hasher(&mut self) {
        let seed = RandomState::new();
        for (number, chunk) in self.pool.chunks_exact_mut(8).enumerate() {
            chunk.copy_from_slice(&seed.hash_one(number).to_le_bytes());
        }
    }
}

/// Masks `bytes` in place; `key` is left turned so that the next call goes on where this ended.
pub fn apply(bytes: &mut [u8], key: &mut Key) {
    let wide = u64::from_ne_bytes([key[0], key[1], key[2], key[3], key[0], key[1], key[2], key[3]]);
    let turn = bytes.len() % 4;
    let mut chunks = bytes.chunks_exact_mut(8);
    for chunk in &mut chunks {
        if let Some(word) = chunk.first_chunk_mut::<8>() {
            *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
        }
    }
    for (byte, mask) in chunks.into_remainder().iter_mut().zip(key.iter().cycle()) {
        *byte ^= mask;
    }
    key.rotate_left(turn);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn any_split_gives_the_same_bytes() {
        let plain: Vec<u8> = (0..=255).cycle().take(71).collect();
        let key = [0x11, 0x52, 0xa3, 0xf4];
        let expected: Vec<u8> = plain.iter().enumerate().map(|(at, byte)| byte ^ key[at % 4]).collect();
        for first in 0..plain.len() {
            for second in first..plain.len() {
                let mut bytes = plain.clone();
                let mut turned = key;
                apply(&mut bytes[..first], &mut turned);
                apply(&mut bytes[first..second], &mut turned);
                apply(&mut bytes[second..], &mut turned);
                assert_eq!(bytes, expected, "split at {first} and {second}");
            }
        }
    }

    #[test]
    fn keys_differ_across_draws() {
        let mut keys = Keys::default();
        let drawn: HashSet<Key> = (0..3 * DRAW / 4).map(|_| keys.next_key()).collect();
        assert!(drawn.len() > 3 * DRAW / 4 - 20, "{} distinct keys", drawn.len());
    }

    #[test]
    fn the_fallback_fills_the_pool() {
        let mut keys = Keys::default();
        keys.fill_from_hasher();
        let words: HashSet<&[u8]> = keys.pool.chunks(8).collect();
        assert_eq!(words.len(), DRAW / 8);
    }
}
