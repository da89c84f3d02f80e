//! The worst that a server can send: each attack is bounded in memory and time, and the link lives or ends with a reason.
//! `tests/bad_peers` has the rules of RFC 6455 one by one; `promises/bounded.rs` floods a host that never polls.

use std::io::Write;
use std::net::TcpListener;

use framewire::link::{Config, ProfileKind};
use framewire::session::event::Reason;

use crate::measured::{
    Attack, End, MIB, alone, for_ever, then_close, then_command, then_execute, then_request, until_gone,
};
use crate::support::peer::{
    BINARY, CLOSE, FIN, PING, PONG, TEXT, accept, close_payload, frame, request, upgrade_answer,
};

fn same(_: &mut Config) {}

fn godot(config: &mut Config) {
    config.profile = ProfileKind::GodotAi;
    config.protocol = 1;
}

fn json_rpc(config: &mut Config) {
    config.profile = ProfileKind::JsonRpc;
    config.hello = Some(r#"{"methods":["work"]}"#.into());
}

fn unity(config: &mut Config) {
    config.profile = ProfileKind::UnityMcp;
    config.hello = Some(r#"{"project_hash":"0123456789abcdef"}"#.into());
}

fn text(message: impl AsRef<[u8]>) -> Vec<u8> {
    frame(FIN | TEXT, message.as_ref())
}

#[test]
fn messages_of_godot_ai() {
    alone("hostile::messages_of_godot_ai", || {
        let command = |params: &str| text(format!(r#"{{"request_id":"x","command":"work","params":{params}}}"#));
        let keys: String = (0..150_000).map(|number| format!(r#""key{number}":{number},"#)).collect();
        let alike = r#""request_id":"x","#.repeat(100_000);
        let alive = |name, bytes| Attack { name, configure: godot, bytes, script: then_command, end: End::Alive };
        vec![
            alive("arrays a million deep", command(&"[".repeat(MIB))),
            alive("objects 500 000 deep", command(&r#"{"a":"#.repeat(500_000))),
            alive(
                "closed arrays a million deep",
                command(&format!(r#"{{"a":{}{}}}"#, "[".repeat(MIB), "]".repeat(MIB))),
            ),
            alive("150 000 keys of params", command(&format!(r#"{{{keys}"last":0}}"#))),
            alive("150 000 keys of the envelope", text(format!(r#"{{{keys}"request_id":"x","command":"c"}}"#))),
            alive("one key 100 000 times", text(format!(r#"{{{alike}"command":"c"}}"#))),
            alive("a key of 3 MiB", command(&format!(r#"{{"{}":1}}"#, "k".repeat(3 * MIB)))),
            alive("500 000 escapes", command(&format!(r#"{{"text":"{}"}}"#, r"\u0000".repeat(500_000)))),
            alive("a number of a million digits", command(&format!(r#"{{"n":{}}}"#, "9".repeat(MIB)))),
            alive("an exponent of a million digits", command(&format!(r#"{{"n":1e{}}}"#, "9".repeat(MIB)))),
            alive("an id of 3 MiB", text(format!(r#"{{"request_id":"{}","command":"c"}}"#, "i".repeat(3 * MIB)))),
            alive("a command of 3 MiB", text(format!(r#"{{"request_id":"x","command":"{}"}}"#, "c".repeat(3 * MIB)))),
            alive("3 MiB of blanks", text([&b" ".repeat(3 * MIB)[..], br#"{"request_id":"x"}"#].concat())),
            alive("100 000 broken messages", text("{\"request_id\":").repeat(100_000)),
            alive("20 000 refused commands", text(r#"{"request_id":"w","command":7}"#).repeat(20_000)),
        ]
    });
}

#[test]
fn messages_of_json_rpc() {
    alone("hostile::messages_of_json_rpc", || {
        let call = r#"{"jsonrpc":"2.0","id":1,"method":"work"}"#;
        let alive = |name, message: String| Attack {
            name,
            configure: json_rpc,
            bytes: text(message),
            script: then_request,
            end: End::Alive,
        };
        vec![
            alive("a batch of 50 000 calls", format!("[{}{call}]", format!("{call},").repeat(50_000))),
            alive("a batch of 300 000 numbers", format!("[{}1]", "1,".repeat(300_000))),
            alive("a batch of 300 000 empty batches", format!("[{}[]]", "[],".repeat(300_000))),
            alive("a batch a million deep", "[".repeat(MIB)),
            alive(
                "an id of a million digits",
                format!(r#"{{"jsonrpc":"2.0","id":{},"method":"work"}}"#, "9".repeat(MIB)),
            ),
            alive("an id a million deep", format!(r#"{{"jsonrpc":"2.0","id":{}"#, "[".repeat(MIB))),
            alive("a method of 3 MiB", format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{}"}}"#, "m".repeat(3 * MIB))),
            alive(
                "a reply to nobody of 3 MiB",
                format!(r#"{{"jsonrpc":"2.0","id":1,"result":"{}"}}"#, "r".repeat(3 * MIB)),
            ),
        ]
    });
}

#[test]
fn messages_of_unity_mcp() {
    alone("hostile::messages_of_unity_mcp", || {
        let execute = |more: &str| text(format!(r#"{{"type":"execute","id":"x","name":"work",{more}}}"#));
        let alive = |name, bytes| Attack { name, configure: unity, bytes, script: then_execute, end: End::Alive };
        vec![
            alive("a time-out without bound", execute(r#""params":{},"timeout":1e308"#)),
            alive("a time-out below zero", execute(r#""params":{},"timeout":-1e308"#)),
            alive(
                "a time-out of a million digits",
                execute(&format!(r#""params":{{}},"timeout":{}"#, "9".repeat(MIB))),
            ),
            alive("params a million deep", execute(&format!(r#""params":{}"#, "[".repeat(MIB)))),
            alive("welcome 50 000 times", text(r#"{"type":"welcome"}"#).repeat(50_000)),
            alive("registered 20 000 times", text(r#"{"type":"registered","session_id":"8c6f9d0e"}"#).repeat(20_000)),
            alive("20 000 pings in JSON", text(r#"{"type":"ping"}"#).repeat(20_000)),
        ]
    });
}

fn header(first: u8, length: u64) -> Vec<u8> {
    let mut header = vec![first, 127];
    header.extend(length.to_be_bytes());
    header
}

#[test]
fn frames() {
    alone("hostile::frames", || {
        let attack = |name, bytes, script, end| Attack { name, configure: same, bytes, script, end };
        let gone = |name, bytes, reason| attack(name, bytes, until_gone, End::Closed(reason));
        let ones = [frame(TEXT, b"x"), frame(0, b"x").repeat(1_000_000), frame(FIN, b"x")].concat();
        let empties = [frame(BINARY, b""), frame(0, b"").repeat(1_000_000), frame(FIN, b"")].concat();
        let between = [frame(0, b"x"), frame(FIN | PING, &[1; 125])].concat().repeat(20_000);
        vec![
            gone("a frame of 8 EiB", header(FIN | BINARY, 1 << 63), Reason::MessageTooLarge),
            gone("a frame of 2^64 - 1 bytes", header(FIN | BINARY, u64::MAX), Reason::MessageTooLarge),
            gone("a frame one byte too large", header(FIN | BINARY, 4 * MIB as u64 + 1), Reason::MessageTooLarge),
            gone(
                "parts that add up to too much",
                [frame(BINARY, b"x"), frame(0, &[0; MIB]).repeat(5)].concat(),
                Reason::MessageTooLarge,
            ),
            attack("a text in parts of one byte", ones, then_close, End::Alive),
            attack("a million empty parts", empties, then_close, End::Alive),
            attack(
                "20 000 pings between parts",
                [frame(TEXT, b""), between, frame(FIN, b"")].concat(),
                then_drained,
                End::Alive,
            ),
            attack("200 000 pings", frame(FIN | PING, &[1; 125]).repeat(200_000), then_drained, End::Alive),
            attack(
                "200 000 pongs nobody asked for",
                frame(FIN | PONG, &[1; 125]).repeat(200_000),
                then_close,
                End::Alive,
            ),
            attack("a million empty messages", frame(FIN | TEXT, b"").repeat(1_000_000), then_close, End::Alive),
            gone(
                "a close reason of 60 KiB",
                frame(FIN | CLOSE, &close_payload(1000, &[b'r'; 60_000])),
                Reason::PeerViolation,
            ),
            gone(
                "the longest close reason",
                frame(FIN | CLOSE, &close_payload(4000, &[b'r'; 123])),
                Reason::ClosedByPeer,
            ),
            gone("a compressed frame nobody agreed on", frame(FIN | TEXT | 0x40, &[0; 1000]), Reason::PeerViolation),
            gone("a masked frame", [&[FIN | TEXT, 0x80 | 4, 1, 2, 3, 4][..], b"mask"].concat(), Reason::PeerViolation),
        ]
    });
}

/// As `then_close`, while another thread reads what comes back.
fn then_drained(listener: &TcpListener, bytes: &[u8]) {
    let mut peer = crate::support::peer::Peer::accept(listener);
    let mut back = peer.stream.try_clone().expect("a second handle");
    std::thread::scope(|scope| {
        scope.spawn(move || std::io::copy(&mut back, &mut std::io::sink()));
        peer.raw(bytes);
        peer.send(CLOSE, &close_payload(1000, b""));
    });
}

/// A message, one byte after the other, each in a segment of its own.
fn drip(listener: &TcpListener, bytes: &[u8]) {
    let mut peer = crate::support::peer::Peer::accept(listener);
    for byte in bytes {
        peer.raw(&[*byte]);
    }
    peer.close(1000, "");
}

#[test]
fn slow_bytes_and_floods_without_end() {
    alone("hostile::slow_bytes_and_floods_without_end", || {
        let beats = |config: &mut Config| {
            config.heartbeat_interval_ms = 100;
            config.heartbeat_timeout_ms = 2000;
        };
        vec![
            Attack {
                name: "50 000 bytes, each alone",
                configure: same,
                bytes: text("x".repeat(50_000)),
                script: drip,
                end: End::Alive,
            },
            Attack {
                name: "half a frame, then silence",
                configure: beats,
                bytes: header(FIN | TEXT, 1000),
                script: until_gone,
                end: End::Closed(Reason::Heartbeat),
            },
            Attack {
                name: "binary parts without end",
                configure: same,
                bytes: [frame(BINARY, b""), frame(0, &[0; 1000]).repeat(1000)].concat(),
                script: endless_parts,
                end: End::Closed(Reason::MessageTooLarge),
            },
        ]
    });
}

fn endless_parts(listener: &TcpListener, bytes: &[u8]) {
    // The first part of the second turn begins a message within one, unless the size was seen first.
    let mut peer = crate::support::peer::Peer::accept(listener);
    peer.raw(bytes);
    while peer.raw(&bytes[2..]) {}
}

fn answers(listener: &TcpListener, bytes: &[u8]) {
    let mut stream = accept(listener);
    request(&mut stream);
    let _ = stream.write_all(bytes);
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}

/// The same again and again behind the first line.
fn answers_for_ever(listener: &TcpListener, bytes: &[u8]) {
    let mut stream = accept(listener);
    let answer = upgrade_answer(&request(&mut stream), "");
    let _ = stream.write_all(answer.strip_suffix("\r\n").expect("an empty line").as_bytes());
    while stream.write_all(bytes).is_ok() {}
}

#[test]
fn answers_to_the_upgrade() {
    alone("hostile::answers_to_the_upgrade", || {
        let patient = |config: &mut Config| config.upgrade_timeout_ms = 20_000;
        let failed = |name, bytes: Vec<u8>, script, reason| Attack {
            name,
            configure: patient,
            bytes,
            script,
            end: End::Failed(reason),
        };
        let line = "HTTP/1.1 101 Switching Protocols\r\n";
        vec![
            failed(
                "headers without end",
                b"X-More: of the same\r\n".repeat(1000),
                answers_for_ever,
                Reason::NotWebSocket,
            ),
            failed("a header line without end", b"x".repeat(64 << 10), answers_for_ever, Reason::NotWebSocket),
            failed("a status line without end", b"H".repeat(4 * MIB), answers, Reason::NotWebSocket),
            failed(
                "a reason phrase of 4 MiB",
                format!("HTTP/1.1 101 {}", "x".repeat(4 * MIB)).into(),
                answers,
                Reason::NotWebSocket,
            ),
            failed(
                "10 000 empty headers",
                format!("{line}{}\r\n", "a:\r\n".repeat(10_000)).into(),
                answers,
                Reason::NotWebSocket,
            ),
            failed("line ends without end", b"\r\n".repeat(MIB), answers, Reason::NotWebSocket),
            failed(
                "a body of 4 MiB",
                [b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n".to_vec(), b"x".repeat(4 * MIB)]
                    .concat(),
                answers,
                Reason::NotWebSocket,
            ),
        ]
    });
}

#[test]
fn a_flood_that_nobody_reads_is_held_back() {
    alone("hostile::a_flood_that_nobody_reads_is_held_back", || {
        let closes = |config: &mut Config| {
            config.overflow = framewire::link::Overflow::Close;
            config.inbound_count = 64;
        };
        vec![Attack {
            name: "messages without end",
            configure: closes,
            bytes: frame(FIN | BINARY, &[7; 1000]).repeat(1000),
            script: for_ever,
            end: End::Closed(Reason::Overflow),
        }]
    });
}
