//! Tests of lookups, as dials see them.

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
        thread::sleep(std::time::Duration::from_secs(2));
        Err(io::ErrorKind::TimedOut.into())
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
