//! A new owner: what it is told of the requests that the old one had; and what becomes of a link without one.

use bytes::Bytes;

use super::config::SessionConfig;
use super::event::{Event, EventKind, Reason};
use super::fixture::{Rig, SECOND, Seen, command, config, detail, kinds};
use super::input::{Farewell, Input, What};
use super::note::Notes;
use super::owner::HostView;
use super::phase::Phase;
use crate::protocol::ProfileKind;

impl Rig {
    /// The host polls everything that came, and gives it back.
    fn poll_and_release(&mut self) -> Vec<Event> {
        let events: Vec<_> = self.events();
        for event in &events {
            let handed = match event.kind {
                EventKind::Request => self.slots.hand_out(event.id),
                EventKind::RequestOrphaned => self.slots.hand_out_again(event.id),
                _ => true,
            };
            assert!(handed, "{event:?}");
            self.session.recycle(Box::new(event.clone()));
        }
        events
    }

    /// The scripting domain is gone, and another one is there.
    fn reload(&mut self) {
        self.slots.orphan_all();
        self.give(Input::Attached);
    }
}

fn data(event: &Event) -> &[u8] {
    &event.buffer[event.data.clone()]
}

fn note(event: &Event) -> &[u8] {
    &event.buffer[event.note.clone()]
}

#[test]
fn an_orphan_comes_once_with_everything_that_is_known_of_it() {
    let mut rig = Rig::calm();
    rig.receive(&command("a"));
    let asked = rig.poll_and_release().remove(0);
    rig.receive(&command("unseen"));
    let unseen = rig.events().remove(0);
    let left = Notes::default().keep(b"half done").unwrap();
    rig.send(What::Defer { id: asked.id, deadline: rig.now + 100 * SECOND, note: left });
    assert_eq!(rig.slots.defer(asked.id), Ok(()));
    let arrived = rig.now;
    for deliveries in 2..5 {
        rig.pass(SECOND);
        rig.seen.clear();
        rig.reload();
        let orphans = rig.poll_and_release();
        assert_eq!(kinds(&orphans), [EventKind::RequestOrphaned], "what nobody has seen is no orphan");
        let orphan = &orphans[0];
        assert_eq!((orphan.id, orphan.count, orphan.flags), (asked.id, deliveries, 0));
        assert_eq!((data(orphan), note(orphan)), (&br#"{"secret":"hush-hush"}"#[..], &b"half done"[..]));
        assert_eq!(&orphan.buffer[orphan.name.clone()], b"do_it");
        assert_eq!((orphan.time_ns, orphan.age_ns), (arrived, rig.now - arrived));
        rig.give(Input::Attached);
        assert!(rig.events().is_empty(), "once");
    }
    assert!(rig.slots.hand_out(unseen.id), "it waits as it did");
    rig.respond(asked.id, "{}");
    assert_eq!(rig.sent()[0]["request_id"], "a");
    rig.reload();
    assert_eq!(rig.events_of(EventKind::RequestOrphaned).len(), 1, "the other one");
    assert_eq!(rig.session.counters().orphaned, 4);
}

#[test]
fn a_payload_without_room_is_gone_and_says_so() {
    let config = SessionConfig { ledger_bytes: 10, ..config(ProfileKind::GodotAi) };
    let mut rig = Rig::active_with(config);
    rig.receive(&command("a"));
    rig.poll_and_release();
    for _ in 0..3 {
        rig.reload();
        let orphan = rig.poll_and_release().remove(0);
        assert_eq!((orphan.kind, orphan.flags, data(&orphan)), (EventKind::RequestOrphaned, 8, &b""[..]));
        assert_eq!(&orphan.buffer[orphan.name.clone()], b"do_it");
    }
}

#[test]
fn a_large_payload_is_handed_on_with_its_note() {
    let mut rig = Rig::calm();
    let large = "x".repeat(100 << 10);
    rig.receive(&format!(r#"{{"request_id":"a","command":"c","params":{{"large":"{large}"}}}}"#));
    let request = rig.poll_and_release().remove(0);
    assert_eq!(rig.slots.defer(request.id), Ok(()));
    rig.send(What::Defer { id: request.id, deadline: u64::MAX, note: Notes::default().keep(b"n").unwrap() });
    rig.seen.clear();
    rig.reload();
    let orphan = rig.poll_and_release().remove(0);
    assert_eq!((data(&orphan), note(&orphan)), (data(&request), &b"n"[..]));
    assert!(Bytes::copy_from_slice(data(&orphan)).len() > 100 << 10);
}

#[test]
fn what_is_not_polled_in_time_is_answered_busy_and_never_seen() {
    let config = SessionConfig { hold: Some(4 * SECOND), heartbeat_interval: None, ..config(ProfileKind::GodotAi) };
    let mut rig = Rig::active_with(config);
    let unseen = rig.command("unseen");
    let seen = rig.handed("seen");
    rig.seen.clear();
    rig.pass(4 * SECOND - 1);
    assert!(rig.drain().is_empty());
    let view = HostView { silence: 30 * SECOND, is_detached: true, is_paused: false };
    rig.session.see_host(rig.now, view);
    rig.pass(1);
    let sent = rig.sent();
    assert_eq!((sent.len(), &sent[0]["request_id"]), (1, &"unseen".into()));
    assert_eq!(sent[0]["error"]["code"], "EDITOR_NOT_READY");
    assert_eq!(sent[0]["error"]["data"]["stall_ms"], 30_000);
    assert!(sent[0]["error"]["message"].as_str().unwrap().contains("reloading"));
    assert!(!rig.slots.hand_out(unseen), "never both refused and run");
    assert_eq!(rig.slots.answer(seen), Ok(()));
    let counters = rig.session.counters();
    assert_eq!((counters.refused_busy, counters.held_too_long), (1, 1));
}

#[test]
fn a_link_without_an_owner_answers_closes_and_ends() {
    let orphaned = || SessionConfig {
        orphan: Some(60 * SECOND),
        heartbeat_interval: None,
        heartbeat_timeout: None,
        ..config(ProfileKind::GodotAi)
    };
    let mut rig = Rig::active_with(orphaned());
    let open = rig.handed("a");
    rig.session.see_host(rig.now, HostView { silence: 0, is_detached: true, is_paused: false });
    rig.seen.clear();
    rig.pass(60 * SECOND - 1);
    assert!(rig.seen.is_empty(), "{:?}", rig.seen);
    rig.pass(1);
    let said = rig.seen.iter().any(|seen| matches!(seen, Seen::Text(text) if text.contains("\"a\"")));
    assert!(said && rig.seen.iter().any(|seen| matches!(seen, Seen::Close(1001))), "{:?}", rig.seen);
    assert!(rig.slots.answer(open).is_err());
    rig.take_all();
    rig.give(Input::PeerClose { code: 1001, reason: String::new() });
    rig.take_all();
    assert!(matches!(rig.seen.last(), Some(Seen::Finished)), "{:?}", rig.seen);
    let closed = rig.events_of(EventKind::Closed).remove(0);
    assert_eq!((closed.reason, closed.flags & 4), (Reason::Orphaned, 4));
    assert!(detail(&closed).contains("open the link anew"), "{}", detail(&closed));

    let mut alone = Rig::new(orphaned());
    alone.pass(60 * SECOND);
    assert_eq!(alone.session.phase(), Phase::Closed);
    assert!(matches!(alone.seen.as_slice(), [Seen::Finished]), "{:?}", alone.seen);
    assert_eq!(alone.session.next_timeout(), None);
}

#[test]
fn a_new_owner_has_all_the_time_that_the_old_one_had() {
    let mut rig = Rig::active_with(SessionConfig { orphan: Some(60 * SECOND), ..config(ProfileKind::Raw) });
    rig.session.see_host(rig.now, HostView::default());
    rig.now += 50 * SECOND;
    rig.reload();
    rig.now += 50 * SECOND;
    rig.give(Input::Ping);
    rig.give(Input::Timeout);
    assert_eq!(rig.session.phase(), Phase::Active);
    rig.now += 10 * SECOND;
    rig.give(Input::Timeout);
    assert_eq!(rig.session.phase(), Phase::Closing);
}

#[test]
fn an_owner_that_comes_while_the_host_disconnects_changes_nothing() {
    let mut rig = Rig::calm();
    rig.give(Input::Disconnect(Farewell::default()));
    rig.reload();
    rig.cut();
    assert_eq!(rig.session.phase(), Phase::Disconnected);
}

#[test]
fn an_owner_that_comes_while_the_link_is_ending_gets_the_next_connection() {
    let orphan = Some(60 * SECOND);
    let (heartbeat_interval, heartbeat_timeout) = (None, None);
    let config = SessionConfig { orphan, heartbeat_interval, heartbeat_timeout, ..config(ProfileKind::GodotAi) };
    let mut rig = Rig::active_with(config);
    rig.session.see_host(rig.now, HostView::default());
    rig.pass(60 * SECOND);
    assert_eq!(rig.session.phase(), Phase::Closing);
    rig.session.see_host(rig.now, HostView::default());
    rig.reload();
    rig.take_all();
    rig.give(Input::PeerClose { code: 1001, reason: String::new() });
    rig.take_all();
    let closed = rig.events_of(EventKind::Closed).remove(0);
    assert_eq!((closed.reason, closed.flags & 4), (Reason::Orphaned, 0), "not the last");
    rig.seen.clear();
    rig.give(Input::Timeout);
    assert!(rig.seen.iter().any(|seen| matches!(seen, Seen::Dial)), "{:?}", rig.seen);
}
