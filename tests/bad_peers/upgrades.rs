//! Peers that are no WebSocket server, or a bad one, before the connection opens.

use std::io::Write;
use std::net::TcpListener;

use framewire::link::Config;
use framewire::session::event::{EventKind, Reason};

use crate::case::{alone, bad_peer};
use crate::support::peer::{accept, request, upgrade_answer};
use crate::support::{Host, raw};

/// The dial fails with that reason and code, and words that help.
fn fails(reason: Reason, code: u32) -> impl FnOnce(&mut Host) {
    move |host| {
        let failed = host.next(EventKind::ConnectFailed);
        assert_eq!((failed.reason, failed.code), (reason, code), "{}", failed.detail);
        assert!(failed.detail.contains("127.0.0.1") && failed.detail.contains(": "), "{}", failed.detail);
        assert_eq!(host.count(EventKind::Opened), 0);
    }
}

/// A server that reads the request and sends bytes instead of a good answer.
fn answers(bytes: impl Into<Vec<u8>>) -> impl FnOnce(&TcpListener) + Send + 'static {
    let bytes = bytes.into();
    move |listener| {
        let mut stream = accept(listener);
        request(&mut stream);
        let _ = stream.write_all(&bytes);
    }
}

fn same(_: &mut Config) {}

/// Short enough for a test, and time enough for the good connection that follows, on a machine that is busy.
fn short(config: &mut Config) {
    config.upgrade_timeout_ms = 4000;
}

#[test]
fn a_port_nobody_listens_on() {
    let _alone = alone();
    let (listener, url) = crate::support::peer::listen();
    drop(listener);
    let mut config = raw(&url);
    config.reconnect = framewire::link::Reconnect::None;
    let mut host = Host::open(config);
    let failed = host.next(EventKind::ConnectFailed);
    assert_eq!((failed.reason, failed.flags & 4), (Reason::Refused, 4));
    assert_ne!(failed.os_error, 0);
    assert!(failed.detail.contains("start the server"), "{}", failed.detail);
    host.close();
}

#[test]
fn a_port_that_accepts_and_stays_mute() {
    let mute = |listener: &TcpListener| {
        let mut stream = accept(listener);
        // To the end, which is the link's.
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    };
    bad_peer(short, mute, fails(Reason::Timeout, 0));
}

#[test]
fn a_slow_answer_byte_by_byte() {
    let drip = |listener: &TcpListener| {
        let mut stream = accept(listener);
        let answer = upgrade_answer(&request(&mut stream), "");
        for byte in answer.as_bytes() {
            if stream.write_all(&[*byte]).is_err() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    };
    bad_peer(short, drip, fails(Reason::Timeout, 0));
}

#[test]
fn http_servers_that_are_no_websocket() {
    for (status, reason) in [
        (200, Reason::NotWebSocket),
        (301, Reason::NotWebSocket),
        (403, Reason::Authentication),
        (404, Reason::NotWebSocket),
        (500, Reason::NotWebSocket),
    ] {
        let answer = format!("HTTP/1.1 {status} Words\r\nLocation: /x\r\nContent-Length: 5\r\n\r\nhello");
        bad_peer(same, answers(answer), fails(reason, status));
    }
}

#[test]
fn garbage_instead_of_http() {
    bad_peer(same, answers(vec![0xff; 4096]), fails(Reason::NotWebSocket, 0));
    bad_peer(same, answers(&b"SSH-2.0-OpenSSH_9.0\r\n\r\n"[..]), fails(Reason::NotWebSocket, 0));
}

#[test]
fn headers_without_end() {
    let many = |listener: &TcpListener| {
        let mut stream = accept(listener);
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\n");
        while stream.write_all(&b"X-More: of the same\r\n".repeat(1000)).is_ok() {}
    };
    bad_peer(same, many, fails(Reason::NotWebSocket, 0));
}

#[test]
fn an_end_instead_of_an_answer() {
    bad_peer(same, answers(&b""[..]), fails(Reason::ConnectionLost, 0));
    bad_peer(same, answers(&b"HTTP/1.1 101 Switch"[..]), fails(Reason::ConnectionLost, 0));
}

#[test]
fn a_wrong_accept_key() {
    let wrong = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: \
                 AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n";
    bad_peer(same, answers(wrong), fails(Reason::NotWebSocket, 0));
}

#[test]
fn extensions_and_subprotocols_nobody_asked_for() {
    let with = |more: &'static str| {
        move |listener: &TcpListener| {
            let mut stream = accept(listener);
            let answer = upgrade_answer(&request(&mut stream), more);
            let _ = stream.write_all(answer.as_bytes());
        }
    };
    let extension = with("Sec-WebSocket-Extensions: permessage-deflate\r\n");
    bad_peer(same, extension, fails(Reason::NotWebSocket, 101));
    let subprotocol = with("Sec-WebSocket-Protocol: other.v1\r\n");
    bad_peer(same, subprotocol, fails(Reason::ProtocolMismatch, 0));
}
