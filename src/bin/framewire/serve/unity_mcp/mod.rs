//! The server's side of unity-mcp's hub: welcome, register, execute, JSON pings.

pub mod ping;
pub mod register;
pub mod wire;

use std::time::Duration;

use super::ending::Ending;
use super::identity::Identity;
use super::incoming::Incoming;
use super::options::Options;
use super::talk::{Greeting, Received};
use register::{Register, Registration};
use wire::Message;

/// Commands that are waited for only this long: they are asked for while others wait on them.
const FAST: [&str; 3] = ["ping", "read_console", "get_editor_state"];
const FAST_LIMIT: Duration = Duration::from_secs(2);

/// How long an answer to this command is waited for.
pub fn time_limit(command: &str, general: Duration) -> Duration {
    if FAST.contains(&command) { FAST_LIMIT } else { general }
}

/// One connection's talk.
pub struct UnityMcp {
    session_id: String,
}

impl UnityMcp {
    /// Begins the talk, and says what the server says first.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn open(options: &Options) -> Result<(Self, String), String> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| format!("the system gives no random numbers: {error}"))?;
        Ok((Self { session_id: uuid(random) }, wire::welcome(options.command_timeout)))
    }

    /// Reads a message before the editor is registered.
    ///
    /// # Errors
    /// How the connection ends because of it.
    pub fn hello(&self, text: &str) -> Result<Greeting, Ending> {
        let why = match wire::read(text) {
            Message::NoJson { why } => return Err(no_json(&why)),
            Message::Register(register) => return self.register(register),
            Message::Other { why } => why,
            _ => "a message before `register`".to_owned(),
        };
        Ok(Greeting::Skipped { why })
    }

    fn register(&self, register: Register) -> Result<Greeting, Ending> {
        match register.project_hash.as_deref() {
            // The real server lets the plugin wait for ever; here somebody reads why.
            None => Ok(Greeting::Skipped { why: "`register` without `project_hash`: it is ignored".to_owned() }),
            Some("") => Err(Ending::by_server(4400, "project_hash required", "`project_hash` is empty")),
            Some(hash) => {
                let registration = Registration::new(&self.session_id, hash, &register);
                let reply = wire::registered(&self.session_id);
                Ok(Greeting::Accepted { identity: Identity::UnityMcp(registration), reply })
            }
        }
    }

    /// Reads a message after the editor is registered.
    ///
    /// # Errors
    /// How the connection ends because of it.
    pub fn receive(&self, text: &str) -> Result<Received, Ending> {
        Ok(match wire::read(text) {
            Message::NoJson { why } => return Err(no_json(&why)),
            Message::Register(_) => {
                let why = "a second `register`: one a connection is allowed";
                return Err(Ending::by_server(1001, "replaced by a newer registration", why));
            }
            Message::Tools { names, tools } => Received::of(Incoming::Tools { names, tools }),
            Message::Answer(answer) => Received::of(Incoming::Answer(answer)),
            Message::Pong { session_id } if session_id.as_deref() == Some(&self.session_id) => {
                Received { is_pong: true, ..Received::default() }
            }
            Message::Pong { .. } => Received::of(Incoming::malformed("a `pong` without this session's `session_id`")),
            Message::Other { why } => Received::of(Incoming::malformed(why)),
        })
    }
}

fn no_json(why: &str) -> Ending {
    Ending::by_server(1003, "invalid JSON", format!("a message is no JSON: {why}"))
}

/// A UUID of version 4.
fn uuid(mut random: [u8; 16]) -> String {
    random[6] = random[6] & 0x0f | 0x40;
    random[8] = random[8] & 0x3f | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(random));
    [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| hex.get(range).unwrap_or_default()).join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk() -> UnityMcp {
        UnityMcp { session_id: "s".to_owned() }
    }

    fn code(outcome: Result<impl Sized, Ending>) -> Option<u16> {
        outcome.err().and_then(|ending| ending.code)
    }

    #[test]
    fn uuids_are_of_version_4() {
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn a_registration_needs_its_hash() {
        let hello = |text: &str| talk().hello(text);
        let accepted = hello(r#"{"type":"register","project_hash":"ab","project_name":"Mine"}"#);
        let Ok(Greeting::Accepted { identity, reply }) = accepted else { panic!("not accepted") };
        assert_eq!((identity.session_id(), identity.project_hash()), ("s", Some("ab")));
        assert_eq!(reply, wire::registered("s"));

        assert_eq!(code(hello(r#"{"type":"register","project_hash":""}"#)), Some(4400));
        assert_eq!(code(hello("nonsense")), Some(1003));
        for text in [r#"{"type":"register"}"#, r#"{"type":"pong","session_id":"s"}"#, "[]", "7", r#"{"type":7}"#] {
            assert!(matches!(hello(text), Ok(Greeting::Skipped { .. })), "{text}");
        }
    }

    #[test]
    fn only_pongs_with_the_session_id_count() {
        let is_pong = |text: &str| talk().receive(text).unwrap().is_pong;
        assert!(is_pong(r#"{"type":"pong","session_id":"s"}"#));
        assert!(!is_pong(r#"{"type":"pong","session_id":"t"}"#));
        assert!(!is_pong(r#"{"type":"pong"}"#));
    }

    #[test]
    fn registering_twice_and_garbage_end_the_connection() {
        assert_eq!(code(talk().receive(r#"{"type":"register","project_hash":"ab"}"#)), Some(1001));
        assert_eq!(code(talk().receive("{")), Some(1003));
        assert!(talk().receive("[]").is_ok());
    }

    #[test]
    fn questions_about_the_editor_are_waited_for_shortly() {
        let general = Duration::from_secs(30);
        assert_eq!(time_limit("ping", general), FAST_LIMIT);
        assert_eq!(time_limit("manage_scene", general), general);
    }
}
