//! Tests of lookups, as dials see them.

use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;

use super::*;
use crate::link::test_wire::{answering, failure_of, request};

#[test]
fn remote_hosts_are_refused_before_and_after_the_lookup() {
    let failure = failure_of(request("ws://192.0.2.1:9500"));
    assert_eq!(failure.reason, Reason::Policy);
    let mut named = request("ws://tools.example:9500");
    named.resolver = |_, port| Ok(vec![SocketAddr::from(([192, 0, 2, 1], port))]);
    let failure = failure_of(named);
    assert_eq!(failure.reason, Reason::Policy);
    assert!(failure.detail.contains("allow_remote"), "{}", failure.detail);
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

/// A name whose owner lets it point elsewhere after the first look is judged anew at every dial, by the addresses that
/// are dialled and no others.
#[test]
fn a_name_that_moves_is_judged_at_every_dial() {
    static LOOKS: AtomicU16 = AtomicU16::new(0);
    let (address, server) = answering(|_| b"HTTP/1.1 418 Teapot\r\n\r\n".to_vec());
    let mut named = request(&format!("ws://tools.example:{}", address.port()));
    named.resolver = |_, port| {
        let last = if LOOKS.fetch_add(1, Ordering::Relaxed) == 0 { [127, 0, 0, 1] } else { [192, 0, 2, 1] };
        Ok(vec![SocketAddr::from((last, port))])
    };
    assert_eq!(failure_of(named.clone()).code, 418);
    server.join().unwrap();
    assert_eq!(failure_of(named).reason, Reason::Policy);
    assert_eq!(LOOKS.load(Ordering::Relaxed), 2, "one look a dial");
}

#[test]
fn of_a_name_with_many_addresses_only_loopback_is_dialled() {
    let (address, server) = answering(|_| b"HTTP/1.1 418 Teapot\r\n\r\n".to_vec());
    let mut named = request(&format!("ws://tools.example:{}", address.port()));
    // The first would take its time to fail, if it were dialled.
    named.connect_timeout_ms = 60_000;
    named.resolver = |_, port| {
        let ips = [[192, 0, 2, 1], [127, 0, 0, 1], [198, 51, 100, 1]];
        Ok(ips.into_iter().map(|ip| SocketAddr::from((ip, port))).collect())
    };
    let failure = failure_of(named);
    server.join().unwrap();
    assert_eq!(failure.code, 418, "{}", failure.detail);
}

#[test]
fn a_name_that_is_not_found_says_so() {
    let mut named = request("ws://tools.example:9500");
    named.resolver = |_, _| Err(io::Error::other("no such name"));
    let failure = failure_of(named);
    assert_eq!(failure.reason, Reason::Resolve);
    assert!(failure.detail.contains("tools.example"), "{}", failure.detail);
}

#[test]
fn a_stuck_lookup_ends_at_its_deadline_and_holds_nobody_up() {
    let mut stuck = request("ws://tools.example:9500");
    stuck.resolve_timeout_ms = 30;
    stuck.resolver = |_, _| {
        thread::sleep(std::time::Duration::from_secs(20));
        Err(io::ErrorKind::TimedOut.into())
    };
    let begun = std::time::Instant::now();
    let failure = failure_of(stuck);
    assert_eq!(failure.reason, Reason::Timeout);
    assert!(failure.detail.contains("30 ms"), "{}", failure.detail);
    a_name_is_looked_up_and_dialled();
    assert!(begun.elapsed() < std::time::Duration::from_secs(15), "it took {:?}", begun.elapsed());
}

#[test]
fn a_panic_in_the_lookup_is_a_failure() {
    let mut named = request("ws://tools.example:9500");
    named.resolver = |_, _| std::panic::resume_unwind(Box::new(()));
    assert_eq!(failure_of(named).reason, Reason::Internal);
}

#[cfg(not(feature = "tls"))]
#[test]
fn without_tls_a_secure_url_is_refused_with_advice() {
    let failure = failure_of(request("wss://127.0.0.1:9500"));
    assert_eq!(failure.reason, Reason::Tls);
    assert!(failure.detail.contains("use ws://"), "{}", failure.detail);
}

#[cfg(feature = "tls")]
#[test]
fn certificates_that_are_not_there_end_the_dial() {
    let mut dialled = request("wss://127.0.0.1:9500");
    dialled.tls_ca_file = Some("/nonexistent/ca.pem".into());
    let failure = failure_of(dialled);
    assert_eq!(failure.reason, Reason::Tls);
    assert!(failure.detail.contains("/nonexistent/ca.pem"), "{}", failure.detail);
}
