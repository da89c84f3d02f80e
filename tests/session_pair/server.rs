//! A scripted server of both protocols of godot_ai, and a raw peer: bytes in, bytes out.

use std::collections::{BTreeMap, VecDeque};

use framewire::readiness::Readiness;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::chance::Chance;
use crate::wire::{self, Kind, Reader, encode};

/// The capability that both ends know.
pub const CAPABILITY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const VERSION: &str = "4.3.1";

/// Which peer is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    Raw,
    Protocol1,
    Protocol2,
}

#[derive(Debug, PartialEq, Eq)]
enum Stage {
    /// Waits for the first message of the hello.
    Open,
    /// Protocol 2: the challenge with this nonce was sent.
    Challenged(String),
    Acknowledged,
    /// Says nothing any more.
    Mute,
}

/// A command, and what came back for it.
#[derive(Debug)]
pub struct Issued {
    pub connection: u64,
    pub answers: u32,
}

#[derive(Debug)]
pub struct Server {
    speaks: Speaks,
    stage: Stage,
    connection: u64,
    reader: Reader,
    pub out: VecDeque<u8>,
    pub issued: BTreeMap<String, Issued>,
    /// Raw messages sent, over all connections.
    pub said: u64,
    close_sent: bool,
    /// Both close frames passed, or it has given up.
    pub is_done: bool,
    pub readiness: String,
    /// Numbers of the host's notifications on this connection, which must rise.
    last_event: u64,
    /// Numbers of sends that came in whole, over all connections.
    pub received: Vec<u64>,
    /// Takes every hello.
    pub is_good: bool,
}

impl Server {
    pub fn new(speaks: Speaks) -> Self {
        Self {
            speaks,
            stage: Stage::Mute,
            connection: 0,
            reader: Reader::default(),
            out: VecDeque::new(),
            issued: BTreeMap::new(),
            said: 0,
            close_sent: false,
            is_done: true,
            readiness: String::new(),
            last_event: 0,
            received: Vec::new(),
            is_good: false,
        }
    }

    /// A new connection.
    pub fn open(&mut self, connection: u64) {
        self.stage = if self.speaks == Speaks::Raw { Stage::Acknowledged } else { Stage::Open };
        self.connection = connection;
        self.reader = Reader::default();
        self.out.clear();
        self.close_sent = false;
        self.is_done = false;
        self.last_event = 0;
    }

    /// The connection is gone.
    pub fn lose(&mut self) {
        self.stage = Stage::Mute;
        self.is_done = true;
        self.out.clear();
    }

    pub fn is_acknowledged(&self) -> bool {
        self.stage == Stage::Acknowledged && !self.close_sent && !self.is_done
    }

    fn say(&mut self, message: &Value) {
        self.out.extend(encode(Kind::Text, message.to_string().as_bytes()));
    }

    /// Bytes of the editor.
    pub fn receive(&mut self, chance: &mut Chance, bytes: &[u8]) {
        self.reader.push(bytes);
        while let Some((kind, payload)) = self.reader.next() {
            if self.is_done {
                return;
            }
            match kind {
                Kind::Ping => self.out.extend(encode(Kind::Pong, &payload)),
                Kind::Pong => {}
                Kind::Close => {
                    if !self.close_sent {
                        self.out.extend(encode(Kind::Close, &payload));
                    }
                    self.close_sent = true;
                    self.is_done = true;
                }
                Kind::Text | Kind::Binary if self.speaks == Speaks::Raw => self.numbered(&payload),
                Kind::Binary => panic!("godot_ai speaks text"),
                Kind::Text => {
                    let message = serde_json::from_slice(&payload).expect("nothing malformed reaches the wire");
                    self.message(chance, &message);
                }
            }
        }
    }

    /// A raw message of the host begins with its number.
    fn numbered(&mut self, payload: &[u8]) {
        let number = std::str::from_utf8(payload).unwrap().split(' ').next().unwrap().parse().unwrap();
        assert!(number > self.last_event, "messages keep their order");
        self.last_event = number;
        self.received.push(number);
    }

    fn message(&mut self, chance: &mut Chance, message: &Value) {
        match (&self.stage, self.speaks) {
            (Stage::Open, Speaks::Protocol1) => {
                assert_eq!(message["type"], "handshake");
                self.introduced(message);
                if !self.refuses(chance) {
                    if chance.once_in(3) {
                        self.command(chance);
                    }
                    self.acknowledge(&json!({"type": "handshake_ack", "server_version": VERSION}));
                }
            }
            (Stage::Open, _) => {
                assert_eq!(message["type"], "auth_hello");
                assert_eq!(message.as_object().unwrap().len(), 3, "nothing is told before the proof");
                if !self.refuses(chance) {
                    let client = message["client_nonce"].as_str().unwrap();
                    let server = format!("{:016x}", chance.draw()).repeat(4);
                    let proof = proof("server", &["2", client, &server, VERSION]);
                    self.say(&json!({
                        "type": "auth_challenge", "protocol_version": 2, "client_nonce": client,
                        "server_nonce": server, "server_version": VERSION, "server_proof": proof,
                    }));
                    self.stage = Stage::Challenged(server);
                }
            }
            (Stage::Challenged(server), _) => {
                assert_eq!((&message["type"], &message["server_nonce"]), (&"auth_response".into(), &json!(server)));
                let values = [
                    "client_nonce",
                    "server_nonce",
                    "session_id",
                    "godot_version",
                    "project_path",
                    "plugin_version",
                    "readiness",
                    "editor_pid",
                    "server_launch_mode",
                ];
                let text = |key: &str| message[key].as_str().map_or_else(|| message[key].to_string(), str::to_owned);
                let mut values: Vec<String> = values.into_iter().map(text).collect();
                values.insert(0, "2".into());
                values.insert(3, VERSION.into());
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                assert_eq!(message["client_proof"], proof("client", &values));
                self.introduced(message);
                self.acknowledge(&json!({"type": "handshake_ack", "protocol_version": 2, "server_version": VERSION}));
            }
            (Stage::Acknowledged, _) if message["type"] == "event" => self.event(message),
            (Stage::Acknowledged, _) => self.answer(message),
            (Stage::Mute, _) => {}
        }
    }

    fn introduced(&mut self, hello: &Value) {
        self.readiness = hello["readiness"].as_str().unwrap().to_owned();
        assert!(hello["session_id"].as_str().unwrap().contains('@'));
    }

    fn acknowledge(&mut self, message: &Value) {
        self.stage = Stage::Acknowledged;
        self.say(message);
    }

    /// Some hellos come to nothing.
    fn refuses(&mut self, chance: &mut Chance) -> bool {
        if self.is_good || !chance.once_in(6) {
            return false;
        }
        match chance.upto(3) {
            0 => self.stage = Stage::Mute,
            1 => self.close(4001, "taken"),
            2 => self.close(1008, "no"),
            _ => {
                self.out.extend(encode(Kind::Text, b"{\"type\":"));
                self.stage = Stage::Mute;
            }
        }
        true
    }

    fn event(&mut self, message: &Value) {
        if message["event"] == "readiness_changed" {
            self.readiness = message["data"]["readiness"].as_str().unwrap().to_owned();
            return;
        }
        let number = message["data"]["number"].as_u64().unwrap();
        assert!(number > self.last_event, "notifications keep their order");
        self.last_event = number;
        self.received.push(number);
    }

    fn answer(&mut self, message: &Value) {
        let wire_id = message["request_id"].as_str().expect("an answer names its request");
        let issued = self.issued.get_mut(wire_id).expect("nobody asked for that");
        assert_eq!(issued.connection, self.connection, "{wire_id}: nothing crosses into the next connection");
        issued.answers += 1;
        assert_eq!(issued.answers, 1, "P3 settled: one answer for {wire_id}, no more");
        assert!(message["status"] == "ok" || message["error"]["code"].is_string(), "{message}");
        let word = message["readiness"].as_str().unwrap();
        assert!(Readiness::ALL.iter().any(|readiness| readiness.godot_ai() == word), "{word}");
        if let Some(number) = message["data"]["number"].as_u64() {
            self.received.push(number);
        }
    }

    pub fn command(&mut self, chance: &mut Chance) {
        let wire_id = format!("c{}", self.issued.len());
        let params = json!({ "fill": "x".repeat(chance.length(3000)) });
        self.say(&json!({ "request_id": wire_id, "command": "run", "params": params }));
        self.issued.insert(wire_id, Issued { connection: self.connection, answers: 0 });
    }

    /// A raw message with its number.
    pub fn speak(&mut self, chance: &mut Chance) {
        self.said += 1;
        let text = format!("{} {}", self.said, "x".repeat(chance.length(3000)));
        let kind = if chance.once_in(2) { Kind::Text } else { Kind::Binary };
        self.out.extend(encode(kind, text.as_bytes()));
    }

    /// Something the protocol does not know.
    pub fn babble(&mut self, chance: &mut Chance) {
        let texts = ["", "[]", "{}", "{", "nonsense", "{\"request_id\":5,\"command\":\"c\"}", "{\"type\":\"later\"}"];
        let text = texts[chance.upto(texts.len() as u64 - 1) as usize];
        self.out.extend(encode(Kind::Text, text.as_bytes()));
    }

    pub fn ping(&mut self) {
        self.out.extend(encode(Kind::Ping, b"ping"));
    }

    pub fn close(&mut self, code: u16, reason: &str) {
        self.out.extend(wire::close(code, reason));
        self.close_sent = true;
    }
}

fn proof(side: &str, values: &[&str]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(CAPABILITY.as_bytes()).unwrap();
    mac.update(format!("godot-ai-ws-v2/{side}-proof").as_bytes());
    for value in values {
        mac.update(format!("\n{}:{value}", value.len()).as_bytes());
    }
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
