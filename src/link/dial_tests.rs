//! Tests of dials: real servers on loopback, good, bad and silent.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};

use super::*;
use crate::link::clock::{ms, now_ns};
use crate::link::test_wire::{answering, drive, failure_of, request};
use crate::link::wait::Wait;

/// What a dial of a server with that answer fails with.
fn failure_on(answer: &'static [u8]) -> Failure {
    let (address, server) = answering(move |_| answer.to_vec());
    let failure = failure_of(request(&format!("ws://{address}/secret-path?token=secret")));
    server.join().unwrap();
    assert!(!failure.detail.contains("secret"), "{}", failure.detail);
    assert!(failure.detail.contains(&address.to_string()), "{}", failure.detail);
    failure
}

#[test]
fn an_http_server_gives_its_status() {
    let failure = failure_on(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    assert_eq!((failure.reason, failure.code), (Reason::NotWebSocket, 200));
    let failure = failure_on(b"HTTP/1.1 404 Not Found\r\n\r\n");
    assert_eq!((failure.reason, failure.code), (Reason::NotWebSocket, 404));
    let failure = failure_on(b"HTTP/1.1 503 Busy\r\n\r\n");
    assert_eq!((failure.reason, failure.code), (Reason::NotWebSocket, 503));
}

#[test]
fn a_redirect_is_not_followed() {
    let failure = failure_on(b"HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/secret\r\n\r\n");
    assert_eq!((failure.reason, failure.code), (Reason::NotWebSocket, 302));
    assert!(failure.detail.contains("redirect"), "{}", failure.detail);
}

#[test]
fn refused_credentials_are_told_apart() {
    let failure = failure_on(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: secret\r\n\r\n");
    assert_eq!((failure.reason, failure.code), (Reason::Authentication, 401));
}

#[test]
fn garbage_instead_of_http_is_no_websocket() {
    let failure = failure_on(b"SSH-2.0-OpenSSH_9.9\r\n");
    assert_eq!((failure.reason, failure.code), (Reason::NotWebSocket, 0));
}

#[test]
fn a_wrong_accept_key_is_no_websocket() {
    let failure = failure_on(
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
    );
    assert_eq!(failure.reason, Reason::NotWebSocket);
    assert!(failure.detail.contains("Sec-WebSocket-Accept"), "{}", failure.detail);
}

#[test]
fn an_extension_nobody_asked_for_is_refused() {
    let (address, server) = answering(|request| {
        let key = request.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).unwrap();
        let accept = tungstenite::handshake::derive_accept_key(key.as_bytes());
        format!("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n").into_bytes()
    });
    let failure = failure_of(request(&format!("ws://{address}")));
    server.join().unwrap();
    assert_eq!(failure.reason, Reason::NotWebSocket);
    assert!(failure.detail.contains("extension"), "{}", failure.detail);
}

#[test]
fn a_huge_header_ends_the_dial() {
    let (address, server) = answering(|_| {
        let mut answer = b"HTTP/1.1 101 Switching Protocols\r\nX: ".to_vec();
        answer.resize(1 << 20, b'x');
        answer
    });
    let failure = failure_of(request(&format!("ws://{address}")));
    server.join().unwrap();
    assert_eq!(failure.reason, Reason::NotWebSocket);
}

#[test]
fn too_many_headers_end_the_dial() {
    let mut answer = b"HTTP/1.1 101 Switching Protocols\r\n".to_vec();
    for number in 0..1000 {
        answer.extend_from_slice(format!("X-{number}: y\r\n").as_bytes());
    }
    answer.extend_from_slice(b"\r\n");
    let (address, server) = answering(move |_| answer);
    let failure = failure_of(request(&format!("ws://{address}")));
    server.join().unwrap();
    assert_eq!(failure.reason, Reason::NotWebSocket);
}

#[test]
fn a_server_that_hangs_up_is_a_lost_connection() {
    let failure = failure_on(b"");
    assert_eq!(failure.reason, Reason::ConnectionLost);
}

#[test]
fn a_mute_server_runs_into_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut request = request(&format!("ws://{address}"));
    request.upgrade_timeout_ms = 50;
    let begun = now_ns();
    let failure = failure_of(request);
    assert_eq!(failure.reason, Reason::Timeout);
    assert!(failure.detail.contains("within 50 ms"), "{}", failure.detail);
    assert!(now_ns() - begun >= ms(50));
}

#[test]
fn a_server_that_drips_its_answer_runs_into_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        for byte in b"HTTP/1.1 101 Switching Protocols\r\nX: ".iter().chain(std::iter::repeat(&b'x')) {
            if stream.write_all(&[*byte]).is_err() {
                return;
            }
            thread::sleep(std::time::Duration::from_millis(5));
        }
    });
    let mut request = request(&format!("ws://{address}"));
    request.upgrade_timeout_ms = 100;
    let failure = failure_of(request);
    assert_eq!(failure.reason, Reason::Timeout);
    server.join().unwrap();
}

#[test]
fn the_request_carries_what_was_asked_and_no_origin() {
    let (address, server) = answering(|_| b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec());
    let mut dialled = request(&format!("ws://localhost:{}/p?q=1", address.port()));
    dialled.headers.push(("Authorization".into(), "Bearer secret".into()));
    dialled.subprotocol = Some("v1.rpc".into());
    assert!(!format!("{dialled:?}").contains("secret"));
    let failure = failure_of(dialled);
    assert!(!failure.detail.contains("secret"), "{}", failure.detail);
    let seen = server.join().unwrap();
    assert!(seen.starts_with("GET /p?q=1 HTTP/1.1\r\n"), "{seen}");
    let lower = seen.to_ascii_lowercase();
    assert!(lower.contains(&format!("host: localhost:{}\r\n", address.port())), "{seen}");
    assert!(lower.contains("authorization: bearer secret\r\n"), "{seen}");
    assert!(lower.contains("sec-websocket-protocol: v1.rpc\r\n"), "{seen}");
    assert!(!lower.contains("origin"), "{seen}");
}

/// A server for one WebSocket that does nothing.
fn idle_server() -> (SocketAddr, JoinHandle<bool>) {
    crate::link::test_wire::serve(|mut server| server.read().is_err())
}

#[cfg(unix)]
#[test]
fn the_capability_record_comes_with_the_socket() {
    use std::os::unix::fs::PermissionsExt;
    let path = std::env::temp_dir().join(format!("framewire-dial-{}.json", std::process::id()));
    let dial = |path: &std::path::Path| {
        let (address, server) = idle_server();
        let mut asking = request(&format!("ws://{address}"));
        asking.capability_file = Some(path.to_owned());
        let opened = drive(&mut Wait::new().unwrap(), asking).map(|(_, record)| record);
        server.join().unwrap();
        opened
    };
    assert_eq!(dial(&path), Ok(None));
    std::fs::write(&path, "{}").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let record = dial(&path).unwrap().unwrap();
    assert_eq!((record.path, record.bytes), (path.clone(), b"{}".to_vec()));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = dial(&path);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(refused.unwrap_err().reason, Reason::Capability);
}

#[test]
fn what_follows_the_answer_at_once_is_not_lost() {
    let (address, server) = answering(|request| {
        let key = request.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).unwrap();
        let accept = tungstenite::handshake::derive_accept_key(key.as_bytes());
        let mut answer = format!("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n").into_bytes();
        answer.extend_from_slice(&[0x81, 2, b'h', b'i']);
        answer
    });
    let mut wait = Wait::new().unwrap();
    let (mut socket, _) = drive(&mut wait, request(&format!("ws://{address}"))).unwrap();
    let incoming = crate::link::test_wire::next(&mut wait, &mut socket).unwrap();
    assert_eq!(incoming, crate::link::socket::Incoming::Text("hi".into()));
    server.join().unwrap();
}
