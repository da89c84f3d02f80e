//! What a link does over its life: waits, pauses, dials again, changes its endpoint, folds what nobody polls.

use std::time::{Duration, Instant};

use framewire::link::{Config, Reconnect};
use framewire::session::event::{EventKind, Reason};

use crate::support::peer::{PING, PONG, Peer, listen, serve};
use crate::support::{Host, PATIENCE, godot, raw, until};

#[test]
fn a_wait_ends_with_an_event_and_with_the_close() {
    let (go, gone) = std::sync::mpsc::channel();
    let (url, peer) = serve(move |mut peer| {
        gone.recv().unwrap();
        peer.text("now");
        peer.read_of(8);
    });
    let mut host = Host::open(raw(&url));
    host.next(EventKind::Opened);
    assert!(!host.link.wait(Duration::from_millis(1)), "nothing waits");
    let link = host.link.clone();
    let waiter = std::thread::spawn(move || (link.wait(2 * PATIENCE), Instant::now()));
    let sent = Instant::now();
    go.send(()).unwrap();
    let (woken, at) = waiter.join().unwrap();
    assert!(woken && at.duration_since(sent) < PATIENCE);
    assert_eq!(host.next(EventKind::Text).data, b"now");
    let link = host.link.clone();
    let waiter = std::thread::spawn(move || link.wait(2 * PATIENCE));
    host.link.close(Duration::ZERO).unwrap();
    assert!(waiter.join().unwrap());
    peer.join().unwrap();
}

#[test]
fn pauses_nest_and_the_connection_goes_on() {
    let (url, peer) = serve(|mut peer| {
        peer.text("held");
        peer.send(PING, b"p");
        assert_eq!(peer.read_of(PONG).as_deref(), Some(&b"p"[..]), "paused means that events wait, nothing else");
        assert_eq!(peer.read_of(1).as_deref(), Some(&b"sent while paused"[..]));
        peer.read_of(8);
    });
    let mut host = Host::open(raw(&url));
    host.next(EventKind::Opened);
    host.link.pause();
    host.link.pause();
    until("the message", || host.link.stats().messages_in == 1);
    host.link.send_text(b"sent while paused").unwrap();
    for resumed in [0, 1] {
        assert_eq!(host.link.state().pause_depth, 2 - resumed);
        assert!((0..50).all(|_| host.frame().is_empty()));
        host.link.resume();
    }
    assert_eq!(host.next(EventKind::Text).data, b"held");
    host.link.resume();
    assert_eq!(host.link.state().pause_depth, 0, "one too many does nothing");
    host.close();
    peer.join().unwrap();
}

/// A loop over wait and poll must not spin while events are held back.
#[test]
fn a_wait_on_a_paused_link_waits_for_the_resume() {
    let (go, gone) = std::sync::mpsc::channel();
    let (url, peer) = serve(move |mut peer| {
        gone.recv().unwrap();
        peer.text("held");
        peer.read_of(8);
    });
    let mut host = Host::open(raw(&url));
    host.next(EventKind::Opened);
    host.link.pause();
    go.send(()).unwrap();
    until("the message", || host.link.stats().messages_in == 1);
    assert!(!host.link.wait(Duration::from_millis(10)), "nothing can be polled");
    let link = host.link.clone();
    let waiter = std::thread::spawn(move || (link.wait(2 * PATIENCE), Instant::now()));
    let resumed = Instant::now();
    host.link.resume();
    let (woken, at) = waiter.join().unwrap();
    assert!(woken && at.duration_since(resumed) < PATIENCE);
    assert_eq!(host.next(EventKind::Text).data, b"held");
    host.close();
    peer.join().unwrap();
}

#[test]
fn disconnect_stays_and_connect_returns() {
    let (listener, url) = listen();
    let peer = std::thread::spawn(move || {
        for _ in 0..3 {
            assert_eq!(Peer::accept(&listener).close_code_answered(), Some(1000));
        }
    });
    let mut config = raw(&url);
    config.start_disconnected = true;
    let mut host = Host::open(config);
    for generation in 1..=3 {
        assert_eq!(host.link.send_text(b"x").err(), Some(framewire::link::Refusal::NotOpen));
        host.link.connect().unwrap();
        assert_eq!(host.next(EventKind::Opened).generation, generation);
        host.link.send_text(b"open means that sends are taken").unwrap();
        host.link.disconnect().unwrap();
        let closed = host.next(EventKind::Closed);
        assert_eq!((closed.reason, closed.code, closed.flags), (Reason::ClosedByHost, 1000, 1 | 2 | 4));
        assert_eq!(host.link.state().phase, 0, "disconnected");
    }
    peer.join().unwrap();
    host.close();
}

#[test]
fn set_endpoint_moves_the_next_dial_to_another_port() {
    let (first, first_url) = listen();
    let (second, second_url) = listen();
    let mut config = raw(&first_url);
    config.reconnect_delays_ms = vec![0];
    let mut host = Host::open(config);
    let mut peer = Peer::accept(&first);
    host.next(EventKind::Opened);
    host.link.set_endpoint(Some(&second_url), None).unwrap();
    host.link.send_text(b"still here").unwrap();
    assert_eq!(peer.read_of(1).as_deref(), Some(&b"still here"[..]), "the connection is left alone");
    drop((peer, first));
    let mut peer = Peer::accept(&second);
    assert_eq!(host.next(EventKind::Closed).generation, 1);
    assert_eq!(host.next(EventKind::Opened).generation, 2);
    host.link.send_text(b"moved").unwrap();
    assert_eq!(peer.read_of(1).as_deref(), Some(&b"moved"[..]));
    assert!(host.link.set_endpoint(Some("http://x/"), None).is_err());
    host.link.close(Duration::ZERO).unwrap();
}

#[test]
fn a_session_id_is_kept_until_it_is_renewed() {
    let (listener, url) = listen();
    let peer = std::thread::spawn(move || -> Vec<String> {
        let next = || {
            let mut peer = Peer::accept(&listener);
            let id = peer.greet()["session_id"].as_str().expect("an id").to_owned();
            peer.read_of(1).expect("the host is there");
            id
        };
        (0..3).map(|_| next()).collect()
    });
    let mut host = Host::open(godot(&url));
    for connection in 1..=3 {
        host.next(EventKind::Acknowledged);
        if connection == 2 {
            host.link.renew_session().unwrap();
        }
        host.link.notify("go", b"{}").unwrap();
        host.next(EventKind::Closed);
    }
    let ids = peer.join().unwrap();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[1], ids[2]);
    host.link.close(Duration::ZERO).unwrap();
}

#[test]
fn a_restarted_server_is_found_again_on_its_port() {
    let (listener, url) = listen();
    let address = listener.local_addr().unwrap();
    let mut host = Host::open(raw(&url));
    let peer = Peer::accept(&listener);
    // First, or the next dial may still be taken in by it.
    drop(listener);
    drop(peer);
    host.next(EventKind::Closed);
    let failed = host.next(EventKind::ConnectFailed);
    assert_eq!(failed.reason, Reason::Refused);
    let listener = std::net::TcpListener::bind(address).unwrap();
    let mut peer = Peer::accept(&listener);
    let again = host.all(EventKind::Opened).count();
    host.until("open again", |host| host.count(EventKind::Opened) > again.min(1));
    peer.text("welcome back");
    assert_eq!(host.next(EventKind::Text).generation, 2);
    let attempts: Vec<u32> = host.all(EventKind::Reconnecting).map(|seen| seen.attempt).collect();
    // Where nobody polled for long, some are folded into one.
    assert!(attempts.windows(2).all(|pair| pair[1] > pair[0]), "{attempts:?}");
    host.link.close(Duration::ZERO).unwrap();
}

#[test]
fn localhost_is_a_name_like_any_address() {
    let (listener, _) = listen();
    let port = listener.local_addr().unwrap().port();
    let mut host = Host::open(raw(&format!("ws://localhost:{port}/")));
    let mut peer = Peer::accept(&listener);
    peer.text("hello");
    assert_eq!(host.next(EventKind::Text).data, b"hello");
    host.link.close(Duration::ZERO).unwrap();
}

#[test]
fn limited_attempts_end_with_a_final_failure() {
    let (listener, url) = listen();
    drop(listener);
    for (reconnect, attempts) in [(Reconnect::None, 1), (Reconnect::Limited(3), 4)] {
        let mut config = raw(&url);
        config.reconnect = reconnect;
        let mut host = Host::open(config);
        host.until("the last failure", |host| host.all(EventKind::ConnectFailed).any(|seen| seen.flags & 4 != 0));
        assert_eq!(host.count(EventKind::ConnectFailed), attempts);
        assert_eq!(host.link.state().phase, 0);
        host.close();
    }
}

#[test]
fn heartbeats_keep_a_quiet_peer_and_lose_a_dead_one() {
    let (url, peer) = serve(|mut peer| {
        for _ in 0..5 {
            let ping = peer.read_of(PING).expect("a ping");
            peer.send(PONG, &ping);
        }
        // From here on it is there and says nothing.
        while peer.read().is_some() {}
    });
    let mut config = raw(&url);
    config.heartbeat_interval_ms = 50;
    config.heartbeat_timeout_ms = 2500;
    config.reconnect = Reconnect::None;
    let mut host = Host::open(config);
    let closed = host.next(EventKind::Closed);
    assert_eq!((closed.reason, closed.code), (Reason::Heartbeat, 1006), "{}", closed.detail);
    host.close();
    peer.join().unwrap();
}

#[test]
fn a_pong_confirms_what_was_sent_before_its_ping() {
    let (url, peer) = serve(|mut peer| {
        assert!(peer.read_of(1).is_some());
        let ping = peer.read_of(PING).expect("a ping");
        peer.send(PONG, &ping);
        peer.text("confirmed");
        assert!(peer.read_of(1).is_some(), "one more that no pong will confirm");
        crate::support::peer::reset(peer.stream);
    });
    let mut config = raw(&url);
    config.heartbeat_interval_ms = 300;
    config.reconnect = Reconnect::None;
    let mut host = Host::open(config);
    host.next(EventKind::Opened);
    host.link.send_text(b"first").unwrap();
    host.next(EventKind::Text);
    host.link.send_text(b"second").unwrap();
    assert_eq!(host.next(EventKind::Closed).unconfirmed, 1);
    host.close();
    peer.join().unwrap();
}

/// Connections that nobody sees become a number, and failures that nobody polls stay the newest.
#[test]
fn what_nobody_polls_is_folded() {
    const CONNECTIONS: u64 = 500;
    let (listener, url) = listen();
    let peer = std::thread::spawn(move || {
        for _ in 0..CONNECTIONS {
            drop(Peer::accept(&listener));
        }
    });
    let mut config: Config = raw(&url);
    config.reconnect_delays_ms = vec![0];
    let mut host = Host::open(config);
    peer.join().unwrap();
    until("failures", || {
        let stats = host.link.stats();
        stats.connections == CONNECTIONS && stats.connect_failures > 1000
    });
    host.link.disconnect().unwrap();
    until("it rests", || host.link.state().phase == 0);
    let stats = host.link.stats();
    let told = |host: &Host, kind| host.all(kind).map(|seen| seen.count + 1).sum::<u64>();
    host.until("every failure, told or counted", |host| told(host, EventKind::ConnectFailed) >= stats.connect_failures);
    assert_eq!(told(&host, EventKind::ConnectFailed), stats.connect_failures);
    // A dial that the disconnect gave up was announced and came to nothing.
    let dials = stats.connect_failures + stats.connections - 1;
    assert!((dials..=dials + 1).contains(&told(&host, EventKind::Reconnecting)));
    let closed = host.count(EventKind::Closed) as u64;
    let skipped: u64 = host.all(EventKind::Closed).map(|seen| seen.skipped).sum();
    assert_eq!(closed + skipped, CONNECTIONS);
    assert!(closed <= 3, "{closed} were kept");
    assert_eq!(host.all(EventKind::Closed).last().unwrap().generation, CONNECTIONS, "the last always has a place");
    assert!(host.seen.len() < 128 + 256 + 16, "{}", host.seen.len());
    host.close();
}
