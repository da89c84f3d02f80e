//! What a host changes for its next dial: token, hello, and the waits between dials.

use framewire::session::event::{Event, EventKind};
use serde_json::Value;

use crate::support::peer::{Peer, listen};
use crate::support::{Host, godot};

/// Takes connections that say their hello and go; what they said.
fn hellos(count: usize) -> (String, std::thread::JoinHandle<Vec<Value>>) {
    let (listener, url) = listen();
    let take = move || {
        let mut peer = Peer::accept(&listener);
        let hello = peer.greet();
        // Gone once the host has made its changes.
        peer.json();
        hello
    };
    (url, std::thread::spawn(move || (0..count).map(|_| take()).collect()))
}

#[test]
fn token_and_hello_change_with_the_next_dial_and_an_empty_token_is_wiped() {
    let (url, peer) = hellos(4);
    let mut config = godot(&url);
    config.token = Some("first".into());
    config.hello = Some(r#"{"godot_version":"4.3"}"#.into());
    // No record of another server may stand in for the token.
    config.capability_file = Some("there/is/no/such/file".into());
    let mut host = Host::open(config);
    for connection in 1..=4 {
        host.next(EventKind::Acknowledged);
        match connection {
            1 => host.link.set_endpoint(None, Some("second")).unwrap(),
            2 => host.link.set_hello(r#"{"godot_version":"4.6"}"#).unwrap(),
            3 => host.link.set_endpoint(None, Some("")).unwrap(),
            _ => {}
        }
        host.link.notify("go", b"{}").unwrap();
        host.next(EventKind::Closed);
    }
    let hellos = peer.join().unwrap();
    let said = |key: &str| hellos.iter().map(|hello| hello[key].as_str().map(str::to_owned)).collect::<Vec<_>>();
    let [first, second] = [Some("first".to_owned()), Some("second".to_owned())];
    assert_eq!(said("auth_token"), [first, second.clone(), second, None]);
    assert_eq!(said("godot_version").iter().flatten().collect::<Vec<_>>(), ["4.3", "4.3", "4.6", "4.6"]);
    assert!(host.link.set_endpoint(None, Some("no token\n")).is_err());
    host.close();
}

#[test]
fn waits_between_dials_are_exact_where_no_jitter_is_asked_for() {
    let (listener, url) = listen();
    drop(listener);
    let mut config = godot(&url);
    config.reconnect_delays_ms = vec![7, 13, 29];
    let mut host = Host::open(config);
    host.until("five dials", |host| host.count(EventKind::Reconnecting) >= 5);
    let told = |event: &Event| (event.delay_ms, event.time_ns);
    let failed: Vec<_> = host.all(EventKind::ConnectFailed).map(|seen| told(seen)).collect();
    let again: Vec<_> = host.all(EventKind::Reconnecting).map(|seen| told(seen)).collect();
    for (at, expected) in [7, 13, 29, 29, 29].into_iter().enumerate() {
        assert_eq!(failed[at].0, expected);
        assert!(again[at].0 >= expected, "how long it really was");
        assert!(again[at].1 - failed[at].1 >= u64::from(expected) * 1_000_000, "never early");
    }
    host.close();
}
