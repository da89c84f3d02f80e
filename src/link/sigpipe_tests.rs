//! A peer that vanishes in the middle of a write must never kill the process, even one that left
//! SIGPIPE at its default, as C programs do. Each case runs in a child with that default.

use std::io::{IoSlice, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::sync::mpsc;

use super::clock::NEVER;
use super::socket::OutFrame;
use super::test_wire::{Stream, drive, request, serve_over};
use super::wait::Wait;
use crate::sys;

/// Set in the child.
const CHILD: &str = "FRAMEWIRE_SIGPIPE_CHILD";

/// Runs `body` in a process of its own, which runs nothing but the test called `name`; `None` in that process.
fn in_child(name: &str, body: impl FnOnce()) -> Option<ExitStatus> {
    if std::env::var_os(CHILD).is_some() {
        sys::default_sigpipe();
        body();
        return None;
    }
    let name = format!("link::sigpipe_tests::{name}");
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args(["--exact", &name, "--test-threads=1"]).env(CHILD, "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("running 1 test"), "{said}");
    Some(output.status)
}

#[test]
fn the_signal_is_deadly_in_such_a_child() {
    if let Some(status) = in_child("the_signal_is_deadly_in_such_a_child", write_to_nobody) {
        assert_eq!(status.signal(), Some(libc::SIGPIPE));
    }
}

#[test]
fn a_vanishing_peer_does_not_kill_a_plain_writer() {
    let write = || outlive("ws://127.0.0.1:PORT", |stream| Box::new(stream), None);
    if let Some(status) = in_child("a_vanishing_peer_does_not_kill_a_plain_writer", write) {
        assert!(status.success());
    }
}

#[cfg(feature = "tls")]
#[test]
fn a_vanishing_peer_does_not_kill_a_tls_writer() {
    let write = || {
        let authority = super::tls::tests::Authority::new();
        let config = authority.server(&["127.0.0.1"]);
        let wrap = move |stream| super::tls::tests::wrap(&config, stream);
        outlive("wss://127.0.0.1:PORT", wrap, Some(authority.file()));
    };
    if let Some(status) = in_child("a_vanishing_peer_does_not_kill_a_tls_writer", write) {
        assert!(status.success());
    }
}

fn write_to_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    drop(listener.accept().unwrap());
    while stream.write_vectored(&[IoSlice::new(b"x"), IoSlice::new(b"y")]).is_ok() {}
    // The first error may be the reset itself; every later write raises the signal.
    while stream.write_vectored(&[IoSlice::new(b"x")]).is_err() {}
}

/// Writes until the peer is known to be gone, and on.
fn outlive(
    url: &str,
    wrap: impl FnOnce(TcpStream) -> Box<dyn Stream> + Send + 'static,
    ca: Option<std::path::PathBuf>,
) {
    let (gone, gate) = mpsc::channel::<()>();
    let (address, server) = serve_over(wrap, move |server| {
        gate.recv().unwrap();
        drop(server);
    });
    let mut wait = Wait::new().unwrap();
    let mut request = request(&url.replace("PORT", &address.port().to_string()));
    request.tls_ca_file = ca;
    let (mut socket, _) = drive(&mut wait, request).unwrap();
    socket.queue(OutFrame { payload: vec![1; 64 << 20], ..OutFrame::default() });
    while !socket.is_writing_blocked() {
        socket.write().unwrap();
    }
    gone.send(()).unwrap();
    server.join().unwrap();
    let mut failed = 0;
    while failed < 20 {
        match socket.write() {
            Ok(_) => drop(wait.sleep(NEVER, || false).unwrap()),
            Err(_) => failed += 1,
        }
        if failed > 10 {
            socket.shutdown_write();
        }
    }
}
