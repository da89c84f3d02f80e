//! What the I/O thread reads out of the session between its turns.

use super::calling_tests;
use super::config::SessionConfig;
use super::fixture::{Rig, config};
use super::input::What;
use crate::protocol::ProfileKind;

#[test]
fn the_protocol_is_unknown_until_a_peer_speaks_one() {
    let rig = Rig::new(config(ProfileKind::GodotAi));
    assert_eq!(rig.session.protocol(), 0);
    assert_eq!(Rig::active().session.protocol(), 1);
}

#[test]
fn a_request_is_shown_once_when_it_comes_and_once_when_it_goes() {
    let mut rig = Rig::active();
    assert_eq!(rig.session.take_changes().count(), 0);
    let id = rig.handed("a");
    let changes: Vec<_> = rig.session.take_changes().map(|(slot, request)| (slot, request.map(|r| r.id))).collect();
    let &[(slot, Some(shown))] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!(shown, id);
    assert_eq!(rig.session.take_changes().count(), 0, "it is told once");
    rig.respond(id, "{}");
    let changes: Vec<_> = rig.session.take_changes().map(|(slot, request)| (slot, request.is_some())).collect();
    assert_eq!(changes, [(slot, false)]);
}

#[test]
fn a_call_is_shown_once_when_it_is_made_and_once_when_it_ends() {
    let mut rig = calling_tests::rig();
    assert_eq!(rig.session.take_call_changes().map(Iterator::count), Some(0), "a new session shows that it has none");
    assert!(rig.session.take_call_changes().is_none());
    let id = rig.request("m", "", 0);
    let shown: Option<Vec<u64>> = rig.session.take_call_changes().map(|calls| calls.map(|call| call.id).collect());
    assert_eq!(shown, Some(vec![id]));
    assert!(rig.session.take_call_changes().is_none(), "it is told once");
    rig.cut();
    assert_eq!(rig.session.take_call_changes().map(Iterator::count), Some(0));
}

#[test]
fn bytes_of_the_host_are_pending_until_the_system_has_taken_them() {
    let mut rig = Rig::active_with(SessionConfig { heartbeat_interval: None, ..config(ProfileKind::Raw) });
    assert_eq!(rig.session.host_pending(), 0);
    rig.send(What::Binary(vec![7; 100]));
    rig.send(What::Binary(vec![7; 50]));
    assert_eq!(rig.session.host_pending(), 150);
    rig.take_all();
    assert_eq!(rig.session.host_pending(), 0);
}
