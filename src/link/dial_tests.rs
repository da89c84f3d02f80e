//! Tests of dials: real servers on loopback, good, bad and silent.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};

use super::*;
use crate::link::clock::{ms, now_ns};
use crate::link::test_wire::{drive, request};
use crate::link::wait::Wait;

/// A server that takes one connection, reads the request and says `answer`; returns what it read.
fn answering(
    answer: impl FnOnce(&str) -> Vec<u8> + Send + 'static,
) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let count = stream.read(&mut buffer).unwrap();
            assert_ne!(count, 0, "the client left in the middle of its request");
            request.extend_from_slice(&buffer[..count]);
        }
        let request = String::from_utf8(request).unwrap();
        // The client may hang up before it has read all of a bad answer.
        let _ = stream.write_all(&answer(&request));
        request
    });
    (address, server)
}

fn failure_of(request: DialRequest) -> Failure {
    let mut wait = Wait::new().unwrap();
    drive(&mut wait, request).expect_err("the dial opened")
}

/// What a dial of a server with that answer fails with.
fn failure_on(answer: &'static [u8]) -> Failure {
    let (address, server) = answering(move |_| answer.to_vec());
    let failure = failure_of(request(&format!("ws://{address}/secret-path?token=secret")));
    server.join().unwrap();
    assert!(!failure.detail.contains("secret"), "{}", failure.detail);
    assert!(
        failure.detail.contains(&address.to_string()),
        "{}",
        failure.detail
    );
    failure
}

#[test]
fn a_closed_port_is_refused_with_advice() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let failure = failure_of(request(&format!("ws://{address}")));
    assert_eq!(failure.reason, Reason::Refused);
    assert!(
        failure
            .detail
            .starts_with(&format!("nothing listens on {address}: start the server")),
        "{}",
        failure.detail
    );
    assert_ne!(failure.os_error, 0);
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
    assert_eq!(
        (failure.reason, failure.code),
        (Reason::Authentication, 401)
    );
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
    assert!(
        failure.detail.contains("Sec-WebSocket-Accept"),
        "{}",
        failure.detail
    );
}

#[test]
fn an_extension_nobody_asked_for_is_refused() {
    let (address, server) = answering(|request| {
        let key = request
            .lines()
            .find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "))
            .unwrap();
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
    assert!(
        failure.detail.contains("within 50 ms"),
        "{}",
        failure.detail
    );
    assert!(now_ns() - begun >= ms(50));
}

#[test]
fn a_server_that_drips_its_answer_runs_into_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        for byte in b"HTTP/1.1 101 Switching Protocols\r\nX: "
            .iter()
            .chain(std::iter::repeat(&b'x'))
        {
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
    dialled
        .headers
        .push(("Authorization".into(), "Bearer secret".into()));
    dialled.subprotocol = Some("v1.rpc".into());
    assert!(!format!("{dialled:?}").contains("secret"));
    let failure = failure_of(dialled);
    assert!(!failure.detail.contains("secret"), "{}", failure.detail);
    let seen = server.join().unwrap();
    assert!(seen.starts_with("GET /p?q=1 HTTP/1.1\r\n"), "{seen}");
    let lower = seen.to_ascii_lowercase();
    assert!(
        lower.contains(&format!("host: localhost:{}\r\n", address.port())),
        "{seen}"
    );
    assert!(lower.contains("authorization: bearer secret\r\n"), "{seen}");
    assert!(
        lower.contains("sec-websocket-protocol: v1.rpc\r\n"),
        "{seen}"
    );
    assert!(!lower.contains("origin"), "{seen}");
}

#[test]
fn localhost_goes_to_ipv4_first_and_to_ipv6_next() {
    let listener = TcpListener::bind("[::1]:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    if TcpListener::bind(("127.0.0.1", port)).is_err() {
        // Another program took the port on IPv4: the order cannot be seen there.
        return localhost_goes_to_ipv4_first_and_to_ipv6_next();
    }
    let server = thread::spawn(move || drop(listener.accept().unwrap()));
    let failure = failure_of(request(&format!("ws://localhost:{port}")));
    server.join().unwrap();
    assert_eq!(failure.reason, Reason::ConnectionLost, "{}", failure.detail);
}

#[test]
fn remote_hosts_are_refused_before_and_after_the_lookup() {
    let failure = failure_of(request("ws://192.0.2.1:9500"));
    assert_eq!(failure.reason, Reason::Policy);
    let mut named = request("ws://tools.example:9500");
    named.resolver = |_, port| Ok(vec![SocketAddr::from(([192, 0, 2, 1], port))]);
    let failure = failure_of(named);
    assert_eq!(failure.reason, Reason::Policy);
    assert!(
        failure.detail.contains("allow_remote"),
        "{}",
        failure.detail
    );
}

#[test]
fn a_name_is_looked_up_and_dialled() {
    let (address, server) = answering(|_| b"HTTP/1.1 418 Teapot\r\n\r\n".to_vec());
    let mut named = request(&format!("ws://tools.example:{}", address.port()));
    named.resolver = |name, port| {
        assert_eq!(name, "tools.example");
        Ok(vec![SocketAddr::from(([127, 0, 0, 1], port))])
    };
    let failure = failure_of(named);
    server.join().unwrap();
    assert_eq!(failure.code, 418, "{}", failure.detail);
}

#[test]
fn a_name_that_is_not_found_says_so() {
    let mut named = request("ws://tools.example:9500");
    named.resolver = |_, _| Err(std::io::Error::other("no such name"));
    let failure = failure_of(named);
    assert_eq!(failure.reason, Reason::Resolve);
    assert!(
        failure.detail.contains("tools.example"),
        "{}",
        failure.detail
    );
}

#[test]
fn a_stuck_lookup_ends_at_its_deadline_and_holds_nobody_up() {
    let mut stuck = request("ws://tools.example:9500");
    stuck.resolve_timeout_ms = 30;
    stuck.resolver = |_, _| {
        thread::sleep(std::time::Duration::from_secs(2));
        Err(std::io::ErrorKind::TimedOut.into())
    };
    let failure = failure_of(stuck);
    assert_eq!(failure.reason, Reason::Timeout);
    assert!(failure.detail.contains("30 ms"), "{}", failure.detail);
    a_name_is_looked_up_and_dialled();
}

#[test]
fn a_panic_in_the_lookup_is_a_failure() {
    let mut named = request("ws://tools.example:9500");
    named.resolver = |_, _| std::panic::resume_unwind(Box::new(()));
    assert_eq!(failure_of(named).reason, Reason::Internal);
}

#[test]
fn without_permission_for_certificates_there_is_no_tls() {
    let mut dialled = request("wss://127.0.0.1:9500");
    dialled.tls_ca_file = Some("/nonexistent/ca.pem".into());
    let failure = failure_of(dialled);
    assert_eq!(failure.reason, Reason::Tls);
}
