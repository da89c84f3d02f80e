//! P6, second half: servers learn by busy answers that nobody polls, and what was refused does not run.

use framewire::ffi::*;

use crate::domain::{Domain, Settings, away};
use crate::support::peer::{PING, PONG, Peer, TEXT, serve};
use crate::support::until;

/// Reads `count` answers, which must be refusals, and pings meanwhile, each of which must be answered by a pong.
fn refusals(peer: &mut Peer, count: usize) -> Vec<serde_json::Value> {
    let mut refused: Vec<serde_json::Value> = Vec::new();
    let mut pongs = 0;
    assert!(peer.send(PING, b"alive?"));
    while refused.len() < count || pongs < 3 {
        match peer.read().expect("the connection lives") {
            (PONG, payload) => {
                assert_eq!(payload, b"alive?");
                pongs += 1;
                away(10);
                assert!(peer.send(PING, b"alive?"));
            }
            (TEXT, text) => {
                let message: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
                refused.extend(message.get("request_id").is_some().then_some(message));
            }
            other => panic!("{other:?}"),
        }
    }
    for answer in &refused {
        assert_eq!(answer["error"]["code"], "EDITOR_NOT_READY", "{answer}");
        assert_eq!(answer["error"]["data"]["retryable"], true, "{answer}");
    }
    refused
}

/// What keeps the frame loop from taking requests.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Silence {
    Blocked,
    Paused,
    Detached,
}

#[test]
fn p6_alive_a_blocked_frame_loop_is_told_by_busy_answers() {
    stay_alive(Silence::Blocked);
}

#[test]
fn p6_alive_a_paused_link_is_told_by_busy_answers() {
    stay_alive(Silence::Paused);
}

#[test]
fn p6_alive_a_detached_link_is_told_by_busy_answers() {
    stay_alive(Silence::Detached);
}

fn stay_alive(silence: Silence) {
    const COMMANDS: usize = 20;
    let (greeted, wait_greeted) = std::sync::mpsc::channel();
    let (silent, wait_silent) = std::sync::mpsc::channel();
    let (told, wait_told) = std::sync::mpsc::channel();
    let (url, peer) = serve(move |mut peer| {
        peer.greet();
        greeted.send(()).expect("the test listens");
        wait_silent.recv().expect("the test goes on");
        for number in 0..COMMANDS {
            peer.command(&format!("refused-{number}"));
        }
        let refused = refusals(&mut peer, COMMANDS);
        let mut ids: Vec<&str> = refused.iter().filter_map(|answer| answer["request_id"].as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), COMMANDS, "each once");
        let longest = refused.iter().filter_map(|answer| answer["error"]["data"]["stall_ms"].as_u64()).max();
        told.send(longest.expect("how long it is silent")).expect("the test listens");
        wait_silent.recv().expect("the test goes on");
        peer.command("after");
        loop {
            let message = peer.json().expect("an answer");
            if message["request_id"] == "after" {
                assert_eq!(message["status"], "ok", "{message}");
                break;
            }
        }
        peer.close(1000, "");
    });
    let mut settings = Settings::new(&url);
    // Long enough for the command behind the silence to be polled on a busy machine.
    settings.hold_ms = 4000;
    settings.stall_ms = 50;
    let mut domain = Domain::first(&settings);
    wait_greeted.recv().expect("the peer greeted");
    domain.until("the hello", |domain| domain.count(FRAMEWIRE_EVENT_ACKNOWLEDGED) == 1);
    let before = domain.state();

    match silence {
        Silence::Blocked => {}
        Silence::Paused => assert_eq!(framewire_pause(domain.link), FRAMEWIRE_OK),
        Silence::Detached => assert_eq!(framewire_detach(domain.link, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK),
    }
    silent.send(()).expect("the peer waits");
    let stalled_for = loop {
        // A paused frame loop polls on, and is handed out nothing: it is alive.
        if silence == Silence::Paused {
            assert!(domain.frame(64).is_empty());
            away(5);
        }
        match wait_told.try_recv() {
            Ok(longest) => break longest,
            Err(std::sync::mpsc::TryRecvError::Empty) if silence == Silence::Paused => {}
            Err(_) => break wait_told.recv().expect("the peer is told"),
        }
    };
    match silence {
        Silence::Blocked => {
            assert!(stalled_for >= 100, "the answers tell the silence: {stalled_for} ms");
            let state = domain.state();
            assert!(state.stalled == 1 && state.poll_age_ns >= 100_000_000, "{state:?}");
        }
        Silence::Paused => assert_eq!(framewire_resume(domain.link), FRAMEWIRE_OK),
        Silence::Detached => domain = Domain::next(&settings),
    }
    let state = domain.state();
    assert_eq!((state.phase, state.generation), (FRAMEWIRE_PHASE_ACTIVE, before.generation), "the connection lives");
    assert_eq!(state.requests_waiting, 0, "what was refused is forgotten");

    silent.send(()).expect("the peer waits");
    domain.until("the command after it", |domain| domain.count(FRAMEWIRE_EVENT_REQUEST) == 1);
    assert_eq!(domain.keys(FRAMEWIRE_EVENT_REQUEST), ["after"], "none that was refused is handed out");
    let id = domain.all(FRAMEWIRE_EVENT_REQUEST).next().expect("seen").id;
    assert_eq!(domain.respond(id, "{}"), FRAMEWIRE_OK);
    domain.until("the end", |domain| domain.count(FRAMEWIRE_EVENT_CLOSED) == 1);
    assert_eq!(domain.count(FRAMEWIRE_EVENT_REQUEST), 1, "nor later");
    assert_eq!(domain.count(FRAMEWIRE_EVENT_REQUEST_ORPHANED), 0);
    let stats = domain.stats();
    let refused = COMMANDS as u64;
    until("a poll ends the silence", || {
        domain.frame(64);
        domain.state().stalled == 0
    });
    assert_eq!((stats.refused_busy, stats.held_too_long, stats.requests), (refused, refused, refused + 1));
    peer.join().expect("the peer saw what it should");
    domain.close();
}
