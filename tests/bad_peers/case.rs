//! What every case has in common: the bad peer first, a good one after it, and nothing left behind.

use std::net::TcpListener;
use std::sync::{Mutex, MutexGuard, PoisonError};

use framewire::link::Config;
use framewire::session::event::EventKind;

use crate::support::peer::{Peer, listen};
use crate::support::{Host, process, raw, until};

/// Descriptors and threads are those of the process, so one case runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// Keeps other cases waiting.
pub fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a bad peer against a link, then lets the same link find a good one.
///
/// `bad` gets the listener and serves the first connection; `judge` polls the host and looks at what it was told.
pub fn bad_peer<T: Send + 'static>(
    configure: impl FnOnce(&mut Config),
    bad: impl FnOnce(&TcpListener) -> T + Send + 'static,
    judge: impl FnOnce(&mut Host),
) -> T {
    let _alone = alone();
    // The process keeps a few things from its first link on.
    Host::open(raw("ws://127.0.0.1:9/")).close();
    let before = process::descriptors();
    let outcome = {
        let (listener, url) = listen();
        let (judged, wait_judged) = std::sync::mpsc::channel();
        let peer = std::thread::spawn(move || {
            let outcome = bad(&listener);
            // The good peer has a port of its own, so that no further dial comes between.
            drop(listener);
            let _ = wait_judged.recv();
            outcome
        });
        let mut config = raw(&url);
        config.reconnect = framewire::link::Reconnect::None;
        configure(&mut config);
        let is_raw = config.profile == framewire::link::ProfileKind::Raw;
        let mut host = Host::open(config);
        judge(&mut host);
        judged.send(()).expect("the peer lives");
        let outcome = peer.join().expect("the bad peer saw what it expected");
        until("it rests", || host.link.state().phase == 0);
        good_connection(&mut host, is_raw);
        host.close();
        outcome
    };
    until("the threads are gone", || process::link_threads().is_empty());
    until("the descriptors are back", || process::descriptors() <= before);
    outcome
}

fn good_connection(host: &mut Host, is_raw: bool) {
    let (listener, url) = listen();
    let peer = std::thread::spawn(move || {
        let mut peer = Peer::accept(&listener);
        if !is_raw {
            peer.greet();
            peer.command("good");
            assert_eq!(peer.json().expect("an answer")["status"], "ok");
        } else {
            peer.text("good");
            assert_eq!(peer.read_of(1).as_deref(), Some(&b"good"[..]));
        }
        peer.close(1000, "");
    });
    host.seen.clear();
    host.given.clear();
    host.link.set_endpoint(Some(&url), None).expect("a good url");
    host.link.connect().expect("an order");
    if is_raw {
        host.next(EventKind::Text);
        host.link.send_text(b"good").expect("it is open");
    } else {
        let id = host.next(EventKind::Request).id;
        host.link.respond(id, b"{}").expect("it is open");
    }
    let closed = host.next(EventKind::Closed);
    assert_eq!((closed.code, closed.flags & 1), (1000, 1), "{closed:?}");
    peer.join().expect("the good peer");
}
