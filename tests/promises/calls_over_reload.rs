//! P3 and P4 the other way round: calls of ours over a domain reload. The new domain gets each RESPONSE, once, and sees
//! what still waits for one.

use std::sync::mpsc::channel;

use framewire::ffi::*;

use crate::domain::{Domain, Settings};
use crate::support::peer::serve;

/// Makes a call that waits for at most `timeout_ms`; its id.
fn call(domain: &Domain, method: &'static str, timeout_ms: u32) -> u64 {
    let method = framewire_str { ptr: method.as_ptr().cast(), len: method.len() as u64 };
    let none = framewire_str { ptr: core::ptr::null(), len: 0 };
    let mut id = 0;
    // SAFETY: static texts and a local.
    let status = unsafe { framewire_request(domain.link, method, none, timeout_ms, &mut id) };
    assert_eq!(status, FRAMEWIRE_OK);
    id
}

#[test]
fn p4_reload_hands_the_calls_of_the_old_domain_on() {
    let (reloaded, wait_reloaded) = channel();
    let (answered, wait_answered) = channel();
    let (url, peer) = serve(move |mut peer| {
        let calls: Vec<_> = (0..3).map(|_| peer.json().expect("a call")).collect();
        let reply = |at: usize| format!(r#"{{"jsonrpc":"2.0","id":{},"result":{at}}}"#, calls[at]["id"]);
        // One while nobody is there.
        assert!(peer.text(&reply(0)));
        answered.send(()).expect("the test listens");
        wait_reloaded.recv().expect("the test goes on");
        assert!(peer.text(&reply(2)));
        while peer.read().is_some() {}
    });
    let mut settings = Settings::new(&url);
    settings.profile = FRAMEWIRE_PROFILE_JSON_RPC;
    settings.hello = "{}".into();
    let mut first = Domain::first(&settings);
    first.until("the connection", |domain| domain.count(FRAMEWIRE_EVENT_OPENED) == 1);
    let ids = [call(&first, "away", 0), call(&first, "late", 1), call(&first, "open", 0)];
    first.detach();
    wait_answered.recv().expect("the peer replied");

    let mut next = Domain::next(&settings);
    next.until("the reply and the time-out", |domain| domain.count(FRAMEWIRE_EVENT_RESPONSE) == 2);
    let reason_of = |domain: &Domain, id: u64| {
        let found: Vec<_> = domain.all(FRAMEWIRE_EVENT_RESPONSE).filter(|seen| seen.id == id).collect();
        assert_eq!(found.len(), 1, "one a call");
        (found[0].reason, found[0].data.clone())
    };
    assert_eq!(reason_of(&next, ids[0]), (FRAMEWIRE_REASON_NONE, "0".to_owned()));
    assert_eq!(reason_of(&next, ids[1]).0, FRAMEWIRE_REASON_TIMEOUT);
    let open: Vec<_> = next.outstanding().iter().map(|open| (open.id, open.kind)).collect();
    assert_eq!((open, next.state().calls_open), (vec![(ids[2], FRAMEWIRE_OUTSTANDING_CALL)], 1));
    reloaded.send(()).expect("the peer waits");
    next.until("the last reply", |domain| domain.count(FRAMEWIRE_EVENT_RESPONSE) == 3);
    assert_eq!(reason_of(&next, ids[2]), (FRAMEWIRE_REASON_NONE, "2".to_owned()));
    assert!(next.outstanding().is_empty());
    next.close();
    peer.join().expect("the peer has nothing to complain of");
}
