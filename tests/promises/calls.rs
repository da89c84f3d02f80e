//! Calls of ours: P1 and P3 the other way round. Each call that was taken ends with one RESPONSE, before CLOSED.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use framewire::link::{Config, Link, OpenKind, ProfileKind, Reconnect, Refusal};
use framewire::session::event::{EventKind, Reason};
use serde_json::{Value, json};

use crate::support::peer::{Peer, listen, reset, serve};
use crate::support::{Host, Seen, raw, until};

fn json_rpc(url: &str) -> Config {
    let mut config = raw(url);
    config.profile = ProfileKind::JsonRpc;
    // Some of these peers answer no close.
    config.close_timeout_ms = Some(100);
    config
}

/// Opens the link and waits until it takes calls.
fn open(config: Config) -> Host {
    let mut host = Host::open(config);
    host.next(EventKind::Opened);
    host
}

fn reply(peer: &mut Peer, call: &Value, members: &str) -> bool {
    peer.text(&format!(r#"{{"jsonrpc":"2.0","id":{},{members}}}"#, call["id"]))
}

/// Answers calls until the end.
fn echo(mut peer: Peer) -> Peer {
    while let Some(call) = peer.json() {
        reply(&mut peer, &call, &format!(r#""result":{}"#, call["params"]));
    }
    peer
}

/// What is open, once the list can be read.
fn outstanding(link: &Link) -> Vec<(u64, String, OpenKind)> {
    let mut found = Vec::new();
    until("the list", || {
        found.clear();
        link.outstanding(|open, kind| found.push((open.id, open.method.to_string(), kind)))
    });
    found
}

/// The RESPONSEs by id; each comes once.
fn responses(host: &Host) -> HashMap<u64, Seen> {
    let mut found = HashMap::new();
    for seen in host.all(EventKind::Response) {
        assert!(found.insert(seen.id, seen.clone()).is_none(), "one a call");
    }
    found
}

#[test]
fn p3_settled_each_call_ends_once_with_its_own_reason() {
    let (url, peer) = serve(|mut peer| {
        let call = peer.json().unwrap();
        assert_eq!(
            (&call["jsonrpc"], &call["method"], &call["params"]),
            (&json!("2.0"), &json!("add"), &json!([1, 2]))
        );
        reply(&mut peer, &call, r#""result":3"#);
        reply(&mut peer, &call, r#""result":4"#);
        let call = peer.json().unwrap();
        reply(&mut peer, &call, r#""error":{"code":-32601,"message":"no such method","data":{"a":1}}"#);
        let call = peer.json().unwrap();
        reply(&mut peer, &call, r#""error":7"#);
        // The late one gets its reply when the next has been taken back.
        let late = peer.json().unwrap();
        let cancelled = peer.json().unwrap();
        let told = peer.json().unwrap();
        assert_eq!(told, json!({ "jsonrpc": "2.0", "method": "stop", "params": { "id": cancelled["id"] } }));
        reply(&mut peer, &late, r#""result":0"#);
        let lost = peer.json().unwrap();
        assert_eq!(lost["method"], "lost", "what was no JSON never came");
        peer.close(1001, "going");
    });
    let mut config = json_rpc(&url);
    config.hello = Some(r#"{"cancel_method":"stop"}"#.into());
    config.reconnect = Reconnect::None;
    let mut host = open(config);
    let link = host.link.clone();
    let call = |host: &mut Host, method: &str, timeout_ms| {
        let id = link.request(method, b"[1,2]", timeout_ms).unwrap();
        let seen = host.next(EventKind::Response);
        assert_eq!((seen.id, seen.name.as_str(), seen.generation), (id, method, 1));
        (id, seen)
    };
    let (id, seen) = call(&mut host, "add", 0);
    assert_eq!((seen.reason, seen.data.as_slice()), (Reason::None, b"3".as_slice()));
    assert!(seen.age_ns > 0);
    assert_eq!(link.cancel(id), Err(Refusal::AlreadyAnswered));
    let (_, seen) = call(&mut host, "missing", 0);
    assert_eq!((seen.reason, seen.error_code, seen.detail.as_str()), (Reason::PeerError, -32601, "no such method"));
    assert_eq!(seen.data, br#"{"a":1}"#);
    assert_eq!(call(&mut host, "odd", 0).1.reason, Reason::BadReply);
    let (id, seen) = call(&mut host, "late", 30);
    assert_eq!(seen.reason, Reason::Timeout);
    assert!(seen.age_ns >= 30_000_000);
    assert_eq!(link.cancel(id), Err(Refusal::Expired));

    let id = link.request("cancelled", b"", 0).unwrap();
    until("it is sent", || link.state().outbound_bytes == 0);
    assert_eq!(link.state().calls_open, 1);
    assert_eq!(outstanding(&link), [(id, "cancelled".to_owned(), OpenKind::Call)]);
    assert_eq!((link.cancel(id), link.cancel(id)), (Ok(()), Err(Refusal::Unknown)));
    assert_eq!(outstanding(&link), []);
    let seen = host.next(EventKind::Response);
    assert_eq!((seen.id, seen.reason, seen.name.as_str()), (id, Reason::Cancelled, "cancelled"));
    for unknown in [0, 1, u64::MAX, id + (1 << 16)] {
        assert_eq!(link.cancel(unknown), Err(Refusal::Unknown));
    }
    let id = link.request("never sent", b"[1,,2]", 0).unwrap();
    let seen = host.next(EventKind::Response);
    assert_eq!((seen.id, seen.reason, seen.code), (id, Reason::BadJson, 3));
    assert_eq!(host.next(EventKind::SendDropped).reason, Reason::BadJson);

    let id = link.request("lost", b"", 0).unwrap();
    let closed = host.next(EventKind::Closed);
    assert_eq!((closed.settled, closed.count), (1, 0));
    let lost = host.next(EventKind::Response);
    assert_eq!((lost.id, lost.reason), (id, Reason::Lost));
    assert_eq!(host.seen.last().map(|seen| seen.kind), Some(EventKind::Closed), "the last of its connection");
    assert_eq!(link.cancel(id), Err(Refusal::Lost));
    assert_eq!(link.request("m", b"", 0), Err(Refusal::NotOpen));
    assert_eq!(responses(&host).len(), 7);
    let stats = link.stats();
    assert_eq!((stats.calls, stats.late_replies, link.state().calls_open), (7, 2, 0));
    peer.join().unwrap();
    host.close();
    assert_eq!((link.cancel(id), link.request("m", b"", 0)), (Err(Refusal::Closed), Err(Refusal::Closed)));
}

#[test]
fn p5_drained_no_reply_is_dropped_though_the_inbox_is_full() {
    const CALLS: usize = 256;
    let (url, peer) = serve(|mut peer| {
        let calls: Vec<Value> = std::iter::from_fn(|| peer.json()).take(CALLS).collect();
        for call in &calls {
            peer.text(r#"{"jsonrpc":"2.0","method":"noise"}"#);
            reply(&mut peer, call, &format!(r#""result":{}"#, call["params"]));
        }
        echo(peer)
    });
    let mut config = json_rpc(&url);
    config.inbound_count = 2;
    let mut host = open(config);
    let link = host.link.clone();
    let ids: Vec<u64> = (0..CALLS).map(|n| link.request("m", format!("[{n}]").as_bytes(), 0).unwrap()).collect();
    until("all replies are in", || link.stats().messages_in == 2 * CALLS as u64);
    assert_eq!(link.state().calls_open, 0, "ended, though none was polled");
    host.until("every reply", |host| host.count(EventKind::Response) == CALLS);
    let found = responses(&host);
    for (number, id) in ids.iter().enumerate() {
        assert_eq!(found[id].data, format!("[{number}]").as_bytes());
    }
    let dropped = link.stats().dropped_full as usize;
    assert_eq!(dropped + host.count(EventKind::Notification), CALLS, "notifications are another matter");
    until("room again", || link.request("m", b"[0]", 0).is_ok());
    host.close();
    drop(host);
    peer.join().unwrap();
}

#[test]
fn p7_bounded_replies_to_a_host_that_does_not_poll() {
    const CALLS: usize = 8;
    let (url, peer) = serve(|mut peer| {
        let calls: Vec<Value> = std::iter::from_fn(|| peer.json()).take(CALLS).collect();
        for call in &calls {
            reply(&mut peer, call, &format!(r#""result":"{}""#, "x".repeat(8000)));
        }
        echo(peer)
    });
    let mut config = json_rpc(&url);
    config.max_message = 10_000;
    config.inbound_bytes = 10_000;
    let mut host = open(config);
    let link = host.link.clone();
    let ids: Vec<u64> = (0..CALLS).map(|_| link.request("m", b"", 0).unwrap()).collect();
    until("all replies are in", || link.stats().messages_in == CALLS as u64);
    assert!(link.state().inbound_bytes <= 20_000 && link.state().calls_open == 0);
    host.until("every call ends", |host| host.count(EventKind::Response) == CALLS);
    let found = responses(&host);
    for (number, id) in ids.iter().enumerate() {
        // One fits, and one more is what may be over.
        let expected = if number < 2 { (Reason::None, 8002) } else { (Reason::Overflow, 0) };
        assert_eq!((found[id].reason, found[id].data.len()), expected);
    }
    let again = link.request("m", b"[1]", 0).unwrap();
    host.until("room again", |host| host.count(EventKind::Response) > CALLS);
    assert_eq!(responses(&host)[&again].data, b"[1]");
    host.close();
    drop(host);
    peer.join().unwrap();
}

#[test]
fn p7_bounded_calls_under_way_and_their_untold_ends() {
    let (url, peer) = serve(|mut peer| while peer.read().is_some() {});
    let mut config = json_rpc(&url);
    config.max_calls = 3;
    let mut host = open(config);
    let link = host.link.clone();
    let ids: Vec<u64> = (0..3).map(|_| link.request("m", b"", 0).unwrap()).collect();
    assert_eq!(link.request("m", b"", 0), Err(Refusal::WouldBlock));
    until("the bytes are out", || link.state().outbound_bytes == 0);
    link.cancel(ids[1]).unwrap();
    host.next(EventKind::Response);
    link.request("m", b"", 0).unwrap();
    assert_eq!(link.request("m", b"", 0), Err(Refusal::WouldBlock), "as many as before");
    host.close();

    // A host that calls, takes back and never polls comes to an end.
    let (url, second) = serve(|mut peer| while peer.read().is_some() {});
    let mut config = json_rpc(&url);
    config.inbound_count = 1;
    let mut host = open(config);
    let link = host.link.clone();
    let mut taken = Vec::new();
    let mut refused = 0;
    until("refused for good", || {
        match link.request("m", b"", 0) {
            Ok(id) => {
                refused = 0;
                taken.push((id, link.cancel(id)));
            }
            Err(refusal) => {
                assert_eq!(refusal, Refusal::WouldBlock);
                refused += 1;
            }
        }
        refused > 500
    });
    assert!(taken.len() < 2000, "{}", taken.len());
    host.until("each is told", |host| host.count(EventKind::Response) == taken.len());
    let found = responses(&host);
    assert!(taken.iter().all(|(id, cancelled)| cancelled.is_ok() && found[id].reason == Reason::Cancelled));
    until("room again", || link.request("m", b"", 0).is_ok());
    host.close();
    peer.join().unwrap();
    second.join().unwrap();
}

#[test]
fn p3_settled_cancel_and_reply_race_and_both_sides_agree() {
    const CALLS: usize = 3000;
    let (url, peer) = serve(echo);
    let mut host = open(json_rpc(&url));
    let (send, calls) = mpsc::channel::<u64>();
    let link = host.link.clone();
    let canceller = std::thread::spawn(move || calls.iter().map(|id| (id, link.cancel(id))).collect::<Vec<_>>());
    let mut made = 0;
    host.until("all calls are told", |host| {
        while made < CALLS {
            match host.link.request("m", b"{}", 0) {
                Ok(id) => {
                    made += 1;
                    send.send(id).unwrap();
                }
                Err(refusal) => {
                    assert_eq!(refusal, Refusal::WouldBlock);
                    break;
                }
            }
        }
        host.count(EventKind::Response) == CALLS
    });
    drop(send);
    let found = responses(&host);
    let mut tally = HashMap::new();
    for (id, cancelled) in canceller.join().unwrap() {
        let reason = found[&id].reason;
        assert_eq!(reason == Reason::Cancelled, cancelled.is_ok(), "{reason:?}, {cancelled:?}");
        assert!(matches!(reason, Reason::Cancelled | Reason::None), "{reason:?}");
        *tally.entry(reason).or_insert(0) += 1;
    }
    assert_eq!(tally.values().sum::<usize>(), CALLS, "{tally:?}");
    host.close();
    drop(host);
    peer.join().unwrap();
}

#[test]
fn p1_once_calls_while_the_peer_goes_are_each_told_before_closed() {
    const ROUNDS: u64 = 60;
    let (listener, url) = listen();
    let stop = Arc::new(AtomicBool::new(false));
    let peers = std::thread::spawn(move || {
        for round in 0..ROUNDS {
            let mut peer = Peer::accept(&listener);
            for _ in 0..round % 7 {
                let Some(call) = peer.json() else { break };
                reply(&mut peer, &call, r#""result":1"#);
            }
            if round % 2 == 0 { reset(peer.stream) } else { peer.close(1001, "") }
        }
    });
    let mut host = Host::open(json_rpc(&url));
    let (link, stopped) = (host.link.clone(), Arc::clone(&stop));
    let caller = std::thread::spawn(move || {
        let mut taken = Vec::new();
        while !stopped.load(Ordering::Relaxed) {
            match link.request("m", b"{}", 0) {
                Ok(id) => taken.push(id),
                Err(refusal) => {
                    assert!(matches!(refusal, Refusal::NotOpen | Refusal::WouldBlock), "{refusal:?}");
                    std::thread::yield_now();
                }
            }
        }
        taken
    });
    host.until("all rounds", |host| host.ended() as u64 >= ROUNDS);
    stop.store(true, Ordering::Relaxed);
    let taken = caller.join().unwrap();
    peers.join().unwrap();
    host.until("all are told", |host| host.count(EventKind::Response) >= taken.len());
    let found = responses(&host);
    assert_eq!(found.len(), taken.len());
    assert!(taken.iter().all(|id| matches!(found[id].reason, Reason::None | Reason::Lost)));
    let mut lost: HashMap<u64, u64> = HashMap::new();
    for seen in &host.seen {
        match seen.kind {
            EventKind::Response if seen.reason == Reason::Lost => *lost.entry(seen.generation).or_default() += 1,
            EventKind::Closed => {
                assert_eq!(seen.settled, lost.remove(&seen.generation).unwrap_or(0), "CLOSED counts what it follows");
            }
            _ => {}
        }
    }
    assert!(lost.is_empty(), "told behind their CLOSED: {lost:?}");
    host.close();
}

#[test]
fn p6_alive_a_peer_that_counts_pings_as_silence_gets_a_message() {
    let (url, peer) = serve(|mut peer| {
        let seen: Vec<Value> = std::iter::from_fn(|| peer.json()).take(3).collect();
        // Pongs alone do not keep a call with a quiet limit waiting.
        assert_eq!(seen, vec![json!({ "jsonrpc": "2.0", "method": "alive" }); 3]);
        while peer.read().is_some() {}
    });
    let mut config = json_rpc(&url);
    config.keepalive_message = Some(r#"{"jsonrpc":"2.0","method":"alive"}"#.into());
    config.keepalive_interval_ms = 10;
    config.quiet_timeout_ms = 200;
    let mut host = open(config);
    until("three messages", || host.link.stats().messages_out >= 3);
    let id = host.link.request("m", b"", 0).unwrap();
    let seen = host.next(EventKind::Response);
    assert_eq!((seen.id, seen.reason, seen.age_ns >= 200_000_000), (id, Reason::Timeout, true));
    assert!(seen.detail.contains("quiet"), "{}", seen.detail);
    host.close();
    peer.join().unwrap();
}

#[test]
fn what_calls_are_configured_with_is_checked() {
    let url = "ws://127.0.0.1:1/";
    type Change = fn(&mut Config);
    let cases: [(&str, Change); 6] = [
        ("max_calls", |config| config.max_calls = 0),
        ("max_calls", |config| config.max_calls = 257),
        ("keepalive_message", |config| config.keepalive_message = Some("alive".into())),
        ("keepalive_message", |config| {
            config.profile = ProfileKind::GodotAi;
            config.keepalive_message = Some("{}".into());
        }),
        ("", |config| config.keepalive_message = Some("{}".into())),
        ("", |config| {
            config.profile = ProfileKind::Raw;
            config.keepalive_message = Some("alive".into());
        }),
    ];
    for (field, change) in cases {
        let mut config = json_rpc(url);
        config.start_disconnected = true;
        change(&mut config);
        match Link::open(config) {
            Err(error) => assert_eq!((error.field.unwrap_or("?"), error.text.is_empty()), (field, false)),
            Ok((link, _)) => {
                assert_eq!(field, "");
                link.close(std::time::Duration::from_secs(5)).unwrap();
            }
        }
    }
}
