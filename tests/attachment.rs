//! Answers with raw bytes, to a server on a real socket that knows WebSocket and base64 from others than us.

use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread::JoinHandle;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use framewire::link::{Config, ProfileKind};
use framewire::session::event::{EventKind, Reason};
use serde_json::Value;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Message, WebSocket};

mod support;
use support::{Host, godot, until};

const MIB: usize = 1 << 20;
const LARGE: usize = 16 * MIB;

type Server = WebSocket<TcpStream>;

/// A server of the profile that takes messages of any size; it has acknowledged the handshake.
fn serve<T: Send + 'static>(body: impl FnOnce(Server) -> T + Send + 'static) -> (Config, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(support::PATIENCE)).unwrap();
        let unbounded = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let mut server = tungstenite::accept_with_config(stream, Some(unbounded)).unwrap();
        assert_eq!(json(&mut server)["type"], "handshake");
        server.send(Message::text(r#"{"type":"handshake_ack","server_version":"2.4.2"}"#)).unwrap();
        body(server)
    });
    let mut config = godot(&url);
    assert_eq!(config.profile, ProfileKind::GodotAi);
    config.peer_max_message = Some(32 * MIB);
    config.outbound_bytes = Some(32 * MIB);
    config.close_timeout_ms = Some(20_000);
    (config, server)
}

fn json(server: &mut Server) -> Value {
    loop {
        if let Message::Text(text) = server.read().unwrap() {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

fn command(server: &mut Server, id: &str) {
    let text = format!(r#"{{"request_id":"{id}","command":"shoot","params":{{}}}}"#);
    server.send(Message::text(text)).unwrap();
}

/// Reads to the end of the connection, answering the close.
fn finish(mut server: Server) {
    while server.read().is_ok() {}
}

fn image(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8).collect()
}

#[test]
fn what_arrives_is_what_went_in() {
    const SIZES: [usize; 8] = [0, 1, 2, 3, 40_000, 300_001, 3 * MIB + 2, LARGE];
    let (config, server) = serve(|mut server| {
        for size in SIZES {
            command(&mut server, &size.to_string());
            let answer = json(&mut server);
            assert_eq!((&answer["request_id"], &answer["status"]), (&size.to_string().into(), &"ok".into()));
            assert_eq!((&answer["data"]["kept"], &answer["data"]["list"][1]), (&1.5.into(), &"two".into()));
            let sent = STANDARD.decode(answer["data"]["list"][0]["a/b"].as_str().unwrap()).unwrap();
            assert!(sent == image(size), "{size} bytes");
        }
        finish(server);
    });
    let mut host = Host::open(config);
    for size in SIZES {
        let id = host.next(EventKind::Request).id;
        let json = br#"{"list":[{"a/b":{"any":[1]}},"two"],"kept":1.5}"#;
        let sent = host.link.respond_attachment(id, json, "/list/0/a~1b", &image(size)).unwrap();
        assert!(!sent.replaced);
    }
    until("all is gone", || host.link.state().outbound_bytes == 0);
    assert!(host.dropped().is_empty());
    assert!(host.close().clean);
    server.join().unwrap();
}

#[test]
fn a_large_one_on_its_way_holds_up_neither_reading_nor_what_went_before() {
    let (go, gone) = mpsc::channel();
    let (config, server) = serve(move |mut server| {
        command(&mut server, "large");
        // The answer begins and cannot end: nobody reads it.
        let mut beginning = vec![0; 64 << 10];
        until("it has begun", || server.get_ref().peek(&mut beginning).unwrap() == beginning.len());
        command(&mut server, "small");
        server.send(Message::Ping("alive?".into())).unwrap();
        gone.recv().unwrap();
        assert_eq!(json(&mut server)["event"], "before");
        let answer = json(&mut server);
        assert_eq!(answer["request_id"], "large");
        assert_eq!(answer["data"]["png"].as_str().unwrap().len(), LARGE.div_ceil(3) * 4);
        let (mut pongs, mut order) = (0, Vec::new());
        while pongs == 0 || order.len() < 2 {
            match server.read().unwrap() {
                Message::Text(text) => order.push(serde_json::from_str::<Value>(&text).unwrap()),
                Message::Pong(payload) => pongs += usize::from(payload == "alive?"),
                _ => {}
            }
        }
        assert_eq!((&order[0]["event"], &order[1]["request_id"]), (&"behind".into(), &"small".into()));
        finish(server);
    });
    let mut host = Host::open(config);
    let large = host.next(EventKind::Request).id;
    host.link.notify("before", b"{}").unwrap();
    host.link.respond_attachment(large, br#"{"png":null}"#, "/png", &image(LARGE)).unwrap();
    host.link.notify("behind", b"{}").unwrap();
    let small = host.next(EventKind::Request).id;
    assert!(host.link.state().outbound_bytes >= LARGE as u64, "the large answer is still under way");
    host.link.respond(small, b"{}").unwrap();
    go.send(()).unwrap();
    until("all is gone", || host.link.state().outbound_bytes == 0);
    assert!(host.close().clean);
    server.join().unwrap();
}

#[test]
fn one_that_finds_no_place_is_told_on_both_sides() {
    let (config, server) = serve(|mut server| {
        for id in ["nowhere", "no json"] {
            command(&mut server, id);
            let answer = json(&mut server);
            assert_eq!((&answer["request_id"], &answer["status"]), (&id.into(), &"error".into()));
            assert_eq!(answer["error"]["code"], "INTERNAL_ERROR");
        }
        finish(server);
    });
    let mut host = Host::open(config);
    for (json, offset) in [(r#"{"jpg":null}"#, 12), (r#"{"png":nil}"#, 8)] {
        let id = host.next(EventKind::Request).id;
        let number = host.link.respond_attachment(id, json.as_bytes(), "/png", &image(MIB)).unwrap().number;
        let dropped = host.next(EventKind::SendDropped);
        assert_eq!((dropped.first, dropped.last, dropped.reason), (number, number, Reason::BadJson));
        assert_eq!(dropped.code, offset, "{}", dropped.detail);
    }
    assert_eq!(host.link.state().outbound_bytes, 0);
    host.close();
    server.join().unwrap();
}

#[test]
fn a_close_lets_it_leave() {
    let (config, server) = serve(|mut server| {
        command(&mut server, "last");
        let answer = json(&mut server);
        finish(server);
        STANDARD.decode(answer["data"]["png"].as_str().unwrap()).unwrap()
    });
    let mut host = Host::open(config);
    let id = host.next(EventKind::Request).id;
    host.link.respond_attachment(id, br#"{"png":null}"#, "/png", &image(LARGE)).unwrap();
    let report = host.link.close(support::PATIENCE).unwrap();
    assert_eq!((report.unsent, report.clean), (0, true));
    assert!(server.join().unwrap() == image(LARGE));
}
