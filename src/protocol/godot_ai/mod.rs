//! The godot_ai profile: talk with the servers of Godot AI, protocol 1 (2.x, 3.x) and protocol 2 (4.x).
//!
//! Protocol 1 is one `handshake` message and its acknowledgement. In protocol 2 both sides first prove, by an HMAC over
//! fresh nonces, that they know one capability; nothing about the project is said before the server has proven itself.
//! After that both protocols carry the same JSON messages: commands in, responses and events out.
pub mod capability;
mod closing;
pub(super) mod compact;
mod decode;
pub(super) mod encode;
mod handshake;
pub mod hello;
mod introduction;
mod proof;

use capability::Capability;
use decode::Decoded;
use handshake::Challenged;
use hello::Hello;
use introduction::Introduction;

use super::conversation::Opening;
use super::inbound::{Inbound, Limits};
use super::refusal::{Refusal, RefusalKind};

/// As [`choose_protocol`](super::choose_protocol).
pub(super) fn choose_protocol(configured: u32, capability: Option<&Capability>, sought: &str) -> Result<u32, Refusal> {
    let refuse = |detail| Err(Refusal { kind: RefusalKind::Capability, close_code: 0, detail });
    match (configured, capability) {
        (1, _) | (0, None) => Ok(1),
        (0 | 2, Some(capability)) if capability.key().is_some() => Ok(2),
        (0 | 2, Some(capability)) => refuse(format!(
            "what {} holds is no capability of a 4.x server, which has 64 lowercase hex digits: correct it, or set protocol = 1 if it is the token of a 3.x server",
            capability.origin
        )),
        (2, None) => refuse(format!(
            "protocol 2 needs the capability of a 4.x server, and none was found in {sought}: start the server, or set `token`"
        )),
        _ => refuse(format!("godot_ai has no protocol {configured}: set 1, 2, or 0 for auto")),
    }
}

/// Where a connection stands.
#[derive(Debug)]
enum Stage {
    /// Protocol 2: `auth_hello` is sent.
    Challenge {
        capability: Capability,
        client_nonce: String,
    },
    /// Protocol 2: `auth_response` is sent.
    Proven {
        server_version: String,
    },
    /// Protocol 1: `handshake` is sent. The server registers the session before it acknowledges, so commands may come first.
    Introduced,
    Acknowledged,
    /// This side refused; nothing is read any more.
    Refused,
}

/// One connection's talk with a Godot AI server.
#[derive(Debug)]
pub struct GodotAi {
    stage: Stage,
    protocol: u32,
    introduction: Introduction,
    credentials: Credentials,
    readiness_told: Option<String>,
}

/// What there is to say about the credentials when the server refuses.
#[derive(Debug)]
struct Credentials {
    /// The configured protocol; 0 = auto.
    configured: u32,
    /// Where the capability came from, if there is one.
    origin: Option<String>,
    /// Where one was looked for.
    sought: String,
}

impl GodotAi {
    pub(super) fn open(hello: &Hello, opening: &Opening<'_>) -> Result<(Self, String), Refusal> {
        let protocol = choose_protocol(opening.protocol, opening.capability, opening.capability_sought)?;
        let introduction = Introduction { hello: hello.clone(), session_id: opening.session_id.into() };
        let (stage, first, readiness_told) = match opening.capability {
            Some(capability) if protocol == 2 => {
                let client_nonce = proof::hex(&opening.nonce);
                let first = introduction::auth_hello(&client_nonce);
                (Stage::Challenge { capability: capability.clone(), client_nonce }, first, None)
            }
            token => {
                let first = introduction::handshake(&introduction, opening.readiness, token);
                (Stage::Introduced, first, Some(opening.readiness.into()))
            }
        };
        let credentials = Credentials {
            configured: opening.protocol,
            origin: opening.capability.map(|capability| capability.origin.clone()),
            sought: opening.capability_sought.into(),
        };
        Ok((Self { stage, protocol, introduction, credentials, readiness_told }, first))
    }

    pub(super) fn receive(&mut self, message: &[u8], is_text: bool, readiness: &str, limits: &Limits) -> Inbound {
        match &self.stage {
            Stage::Challenge { capability, client_nonce } => {
                match handshake::challenge(message, is_text, capability, client_nonce) {
                    Ok(Challenged { key, server_nonce, server_version }) => {
                        let answer = introduction::auth_response(
                            &self.introduction,
                            readiness,
                            &key,
                            client_nonce,
                            &server_nonce,
                            &server_version,
                        );
                        self.readiness_told = Some(readiness.into());
                        self.stage = Stage::Proven { server_version };
                        Inbound::Answer(answer)
                    }
                    Err(refusal) => self.refuse(refusal),
                }
            }
            Stage::Proven { server_version } => match handshake::acknowledgement(message, is_text, server_version) {
                Ok(server_version) => {
                    self.stage = Stage::Acknowledged;
                    Inbound::Acknowledged { server_version }
                }
                Err(refusal) => self.refuse(refusal),
            },
            Stage::Introduced => match decode::message(message, readiness, limits) {
                Decoded::Acknowledgement { server_version } => {
                    self.stage = Stage::Acknowledged;
                    Inbound::Acknowledged { server_version }
                }
                Decoded::Other(inbound) => inbound,
            },
            Stage::Acknowledged => match decode::message(message, readiness, limits) {
                Decoded::Acknowledgement { .. } => Inbound::Ignored,
                Decoded::Other(inbound) => inbound,
            },
            Stage::Refused => Inbound::Ignored,
        }
    }

    pub(super) fn is_acknowledged(&self) -> bool {
        matches!(self.stage, Stage::Acknowledged)
    }

    pub(super) fn protocol(&self) -> u32 {
        self.protocol
    }

    pub(super) fn readiness_told(&self) -> Option<&str> {
        self.readiness_told.as_deref()
    }

    fn refuse(&mut self, refusal: Refusal) -> Inbound {
        self.stage = Stage::Refused;
        Inbound::Refused(refusal)
    }
}

#[cfg(test)]
mod answer_tests;
#[cfg(test)]
mod capability_tests;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod handshake_tests;
#[cfg(test)]
mod hello_tests;
#[cfg(test)]
mod introduction_tests;
#[cfg(test)]
mod message_tests;
#[cfg(test)]
mod refusal_tests;
