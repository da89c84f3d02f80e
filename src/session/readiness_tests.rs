//! Readiness: what the server is told of it, and when.

use super::config::SessionConfig;
use super::fixture::{ACK, Rig, SECOND, config};
use super::input::{Farewell, Input};
use crate::protocol::{Capability, ProfileKind};
use crate::readiness::Readiness;

impl Rig {
    fn set(&mut self, readiness: Readiness) {
        if self.readiness.set(readiness) {
            self.give(Input::ReadinessChanged);
        }
    }

    /// The readiness words told since the last call, by hellos and events.
    fn told(&mut self) -> Vec<String> {
        let word = |sent: serde_json::Value| {
            let word = if sent["type"] == "event" { &sent["data"]["readiness"] } else { &sent["readiness"] };
            word.as_str().map(str::to_owned)
        };
        self.sent().into_iter().filter_map(word).collect()
    }
}

#[test]
fn each_change_of_the_word_is_told_once() {
    let mut rig = Rig::active();
    rig.set(Readiness::Importing);
    assert_eq!(rig.texts(), [r#"{"type":"event","event":"readiness_changed","data":{"readiness":"importing"}}"#]);
    rig.set(Readiness::Compiling);
    rig.set(Readiness::Reloading);
    assert!(rig.told().is_empty(), "the server has one word for all of them");
    rig.set(Readiness::Playing);
    rig.set(Readiness::NoScene);
    rig.set(Readiness::Ready);
    assert_eq!(rig.told(), ["playing", "no_scene", "ready"]);
    rig.give(Input::ReadinessChanged);
    assert!(rig.told().is_empty());
}

#[test]
fn a_change_during_the_hello_is_told_after_it() {
    let mut rig = Rig::new(config(ProfileKind::GodotAi));
    rig.give(Input::Connect);
    rig.open(None);
    assert_eq!(rig.told(), ["ready"]);
    rig.set(Readiness::Playing);
    assert!(rig.told().is_empty(), "no event is legal before the acknowledgement");
    rig.receive(ACK);
    assert_eq!(rig.told(), ["playing"]);
}

#[test]
fn every_connection_is_told_anew() {
    let mut rig = Rig::active();
    rig.set(Readiness::Playing);
    rig.cut();
    rig.set(Readiness::NoScene);
    rig.pass(SECOND);
    rig.seen.clear();
    rig.open(None);
    rig.receive(ACK);
    assert_eq!(rig.told(), ["no_scene"], "in the hello, and not again");
    rig.set(Readiness::Playing);
    rig.cut();
    rig.pass(2 * SECOND);
    rig.seen.clear();
    rig.open(None);
    rig.receive(ACK);
    assert_eq!(rig.told(), ["playing"]);
}

#[test]
fn every_answer_carries_the_word_of_its_moment() {
    let mut rig = Rig::calm();
    let ids: Vec<u64> = ["ok", "bad", "expires"].into_iter().map(|wire_id| rig.handed(wire_id)).collect();
    rig.readiness.set(Readiness::Playing);
    rig.seen.clear();
    rig.respond(ids[0], "{}");
    rig.respond(ids[1], "{bad");
    rig.arrive(&super::fixture::command("busy"), false);
    rig.receive(r#"{"request_id":"refused","command":7}"#);
    rig.pass(5 * SECOND);
    let closing = rig.handed("closing");
    rig.give(Input::Disconnect(Farewell::default()));
    assert!(rig.slots.answer(closing).is_err());
    let sent = rig.sent();
    let ids: Vec<_> = sent.iter().map(|answer| answer["request_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["ok", "bad", "busy", "refused", "expires", "closing"]);
    assert!(sent.iter().all(|answer| answer["readiness"] == "playing"), "{sent:?}");
}

#[test]
fn protocol_2_tells_it_with_its_proof() {
    let mut rig = Rig::new(SessionConfig { protocol: 2, ..config(ProfileKind::GodotAi) });
    rig.give(Input::Connect);
    rig.open(Some(Capability::new("0123456789abcdef".repeat(4), "the config").unwrap()));
    rig.set(Readiness::Playing);
    assert!(rig.told().is_empty(), "the server has proved nothing");
}
