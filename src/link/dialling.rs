//! The part of the I/O thread that dials: the attempt under way, and what comes of it.

use super::dial::{Progress, Step as DialStep};
use super::worker::Worker;
use crate::session::event::Reason;
use crate::session::input::{Entropy, Failure, Input, Step};

impl Worker {
    /// Takes the dial as far as it goes without waiting.
    pub(super) fn advance_dial(&mut self, now: u64) {
        let Some(dial) = self.dial.as_mut() else { return };
        match dial.advance(self.wait.registry(), now) {
            Progress::Pending(step) => self.dial_steps(now, step),
            Progress::Failed(failure) => {
                self.dial = None;
                self.give(now, Input::DialFailed(failure));
            }
            Progress::Open { socket, capability } => {
                self.dial_steps(now, DialStep::Upgrading);
                self.dial = None;
                match self.target.capability(capability.as_ref()) {
                    Ok(capability) => {
                        self.socket = Some(socket);
                        self.readable = true;
                        self.give(now, Input::DialOpened { capability, entropy: Box::new(entropy()) });
                    }
                    Err(detail) => {
                        let failure = Failure { reason: Reason::Capability, detail, ..Failure::default() };
                        self.give(now, Input::DialFailed(failure));
                    }
                }
            }
        }
    }

    fn dial_steps(&mut self, now: u64, reached: DialStep) {
        let steps: &[Step] = match reached {
            DialStep::Resolving => &[],
            DialStep::Connecting => &[Step::Connecting],
            DialStep::Securing => &[Step::Connecting, Step::Securing],
            DialStep::Upgrading | DialStep::ReadingCapability => &[Step::Connecting, Step::Upgrading],
        };
        for &step in steps {
            self.give(now, Input::DialStep(step));
        }
    }
}

/// Randomness for one connection, from the system's source: the session has none of its own.
fn entropy() -> Entropy {
    let mut entropy = Entropy::default();
    // The system's source does not fail once it has begun to work; a nonce of zeros would only be refused.
    let _ = getrandom::fill(&mut entropy.nonce);
    let _ = getrandom::fill(&mut entropy.session);
    let _ = getrandom::fill(&mut entropy.calls);
    entropy
}
