//! Randomness for the session, which has none of its own.

use crate::session::input::Entropy;

/// What one connection needs, from the system's source. Any thread; does not block.
pub fn fresh() -> Entropy {
    let mut entropy = Entropy::default();
    // The system's source does not fail once it has begun to work; a nonce of zeros would only be refused.
    let _ = getrandom::fill(&mut entropy.nonce);
    let _ = getrandom::fill(&mut entropy.session);
    entropy
}
