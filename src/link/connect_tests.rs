//! Tests of TCP connections, as dials see them.

use std::net::TcpListener;
use std::thread;

use super::*;
use crate::link::test_wire::{failure_of, request};

/// A port of that address that nobody listens on, for as long as the socket lives.
fn closed_port(address: SocketAddr) -> Option<(socket2::Socket, SocketAddr)> {
    let domain = socket2::Domain::for_address(address);
    let socket = socket2::Socket::new(domain, socket2::Type::STREAM, None).unwrap();
    socket.bind(&address.into()).ok()?;
    let address = socket.local_addr().unwrap().as_socket()?;
    Some((socket, address))
}

#[test]
fn a_closed_port_is_refused_with_advice() {
    let (_closed, address) = closed_port(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let failure = failure_of(request(&format!("ws://{address}")));
    assert_eq!(failure.reason, Reason::Refused);
    let advice = format!("nothing listens on {address}: start the server");
    assert!(failure.detail.starts_with(&advice), "{}", failure.detail);
    assert_ne!(failure.os_error, 0);
}

#[test]
fn localhost_goes_on_to_ipv6_where_ipv4_refuses() {
    // The port must be free on both, so a few may have to be tried.
    let (listener, _closed) = std::iter::repeat_with(|| TcpListener::bind("[::1]:0").unwrap())
        .take(100)
        .find_map(|listener| {
            let port = listener.local_addr().unwrap().port();
            closed_port(SocketAddr::from(([127, 0, 0, 1], port))).map(|closed| (listener, closed))
        })
        .unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || drop(listener.accept().unwrap()));
    let failure = failure_of(request(&format!("ws://localhost:{port}")));
    server.join().unwrap();
    assert_eq!(failure.reason, Reason::ConnectionLost, "{}", failure.detail);
}

/// A listener on which connections hang: its queue is full and nobody accepts.
#[cfg(target_os = "linux")]
fn full_listener() -> (TcpListener, Vec<std::net::TcpStream>) {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket.listen(0).unwrap();
    let listener = TcpListener::from(socket);
    let address = listener.local_addr().unwrap();
    let soon = std::time::Duration::from_millis(200);
    let fillers = std::iter::from_fn(|| std::net::TcpStream::connect_timeout(&address, soon).ok()).collect();
    (listener, fillers)
}

#[cfg(target_os = "linux")]
#[test]
fn a_port_that_takes_no_connection_runs_into_the_deadline() {
    let (listener, _fillers) = full_listener();
    let address = listener.local_addr().unwrap();
    let mut request = request(&format!("ws://{address}"));
    request.connect_timeout_ms = 50;
    let failure = failure_of(request);
    assert_eq!(failure.reason, Reason::Timeout);
    assert!(failure.detail.contains("did not take the connection"), "{}", failure.detail);
}

#[cfg(target_os = "linux")]
#[test]
fn a_mute_first_address_leaves_time_for_the_next() {
    let (listener, _fillers) = full_listener();
    let port = listener.local_addr().unwrap().port();
    let other = TcpListener::bind(("127.0.0.2", port)).unwrap();
    let server = thread::spawn(move || drop(other.accept().unwrap()));
    let mut named = request(&format!("ws://tools.example:{port}"));
    named.connect_timeout_ms = 6000;
    named.resolver =
        |_, port| Ok(vec![SocketAddr::from(([127, 0, 0, 1], port)), SocketAddr::from(([127, 0, 0, 2], port))]);
    let failure = failure_of(named);
    assert_eq!(failure.reason, Reason::ConnectionLost, "{}", failure.detail);
    server.join().unwrap();
}

#[cfg(unix)]
#[test]
fn a_socket_connected_to_itself_counts_as_refused() {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket.connect(&socket.local_addr().unwrap()).unwrap();
    let error = state(&TcpStream::from_std(socket.into())).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
}
