//! P9: the state file says ready only after proof through link and frame loop; every busy phase ends; what a dead
//! editor left is recognised.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use framewire::link::{Config, now_ns};
use framewire::readiness::Readiness;
use framewire::session::event::EventKind;
use framewire::state_file::{Reading, Target, Until, Verdict, read, wait};

use crate::support::peer::{Peer, listen, serve};
use crate::support::scratch::Scratch;
use crate::support::{Host, PATIENCE, godot, raw, until};

/// A link that publishes into `scratch`.
fn publishing(config: Config, scratch: &Scratch) -> Config {
    Config { state_file: Some(scratch.file()), ..config }
}

/// Runs frames until the file comes to `verdict`; what it says.
#[track_caller]
fn awaited(host: &mut Host, scratch: &Scratch, verdict: Verdict) -> Reading {
    awaited_when(host, scratch, &format!("{verdict:?}"), |reading| reading.verdict == verdict)
}

#[track_caller]
fn awaited_when(host: &mut Host, scratch: &Scratch, what: &str, is_it: impl Fn(&Reading) -> bool) -> Reading {
    let mut last = Reading::default();
    host.until(what, |_| {
        last = read(&scratch.file());
        is_it(&last)
    });
    last
}

/// Waits, without a frame, until the file says so.
#[track_caller]
fn seen(scratch: &Scratch, what: &str, is_it: impl Fn(&Reading) -> bool) -> Reading {
    let mut last = Reading::default();
    until(what, || {
        last = read(&scratch.file());
        is_it(&last)
    });
    last
}

fn phase_of(reading: &Reading) -> &str {
    reading.record.as_ref().map_or("", |record| &record.phase)
}

#[test]
fn p9_true_ready_is_told_after_all_three_proofs_only() {
    let scratch = Scratch::new();
    let (acknowledge, wait_acknowledge) = channel();
    let (url, peer) = serve(move |mut peer| {
        peer.json().expect("a handshake");
        wait_acknowledge.recv().unwrap();
        peer.text(r#"{"type":"handshake_ack","server_version":"2.4.2"}"#);
        assert_eq!(peer.close_code_answered(), Some(1000));
    });
    let mut host = Host::open(publishing(godot(&url), &scratch));
    host.next(EventKind::Opened);
    // The word and the frame loop alone.
    host.link.set_readiness(Readiness::Ready, "");
    awaited_when(&mut host, &scratch, "the word is told", |reading| {
        assert_ne!(reading.verdict, Verdict::Ready, "the server has acknowledged nothing");
        let record = reading.record.as_ref();
        record.is_some_and(|record| {
            record.editor_phase == Some(Readiness::Ready) && record.link_phase.as_deref() == Some("greeting")
        })
    });
    acknowledge.send(()).unwrap();
    let reading = awaited(&mut host, &scratch, Verdict::Ready);
    let record = reading.record.unwrap();
    assert_eq!(record.endpoint.as_deref(), Some(url.as_str()));
    assert_eq!((record.link_phase.as_deref(), record.last_error), (Some("active"), None));
    assert!(record.session_id.is_some_and(|id| !id.is_empty()));
    assert_eq!(record.generation_id.len(), 32);
    assert_eq!(host.link.state().published_readiness, Readiness::Ready);
    // The word and the link alone: no frame until it was seen that the file does not believe it.
    host.link.set_readiness(Readiness::Compiling, "compilation started");
    seen(&scratch, "compiling", |reading| phase_of(reading) == "compiling");
    host.link.set_readiness(Readiness::Playing, "");
    let unproved = seen(&scratch, "not believed", |reading| phase_of(reading) != "compiling");
    assert_eq!((unproved.verdict, phase_of(&unproved)), (Verdict::Busy, "recovering"));
    awaited(&mut host, &scratch, Verdict::Ready);
    host.close();
    assert_eq!(read(&scratch.file()).verdict, Verdict::Stopped, "at the moment when close returns");
    peer.join().unwrap();
}

#[test]
fn p9_true_a_lost_link_is_told_and_becomes_a_failure_that_mends() {
    let scratch = Scratch::new();
    let (listener, url) = listen();
    let address = listener.local_addr().unwrap();
    let peer = std::thread::spawn(move || {
        let mut peer = Peer::accept(&listener);
        peer.greet();
        (peer, listener)
    });
    let mut config = publishing(godot(&url), &scratch);
    config.ready_timeout_ms = 3000;
    let mut host = Host::open(config);
    host.link.set_readiness(Readiness::Ready, "");
    awaited(&mut host, &scratch, Verdict::Ready);
    let (peer, listener) = peer.join().unwrap();
    drop(listener);
    drop(peer);
    awaited(&mut host, &scratch, Verdict::Busy);
    let failed = awaited(&mut host, &scratch, Verdict::Failed);
    assert!(failed.is_failed_by_link);
    let error = failed.record.unwrap().last_error.unwrap();
    assert!(error.contains(&format!("nothing listens on {address}")), "{error}");
    // Waited through, unless it is asked to be quick.
    let quick = Until { fail_fast: true, ..Until::default() };
    assert!(!wait(&scratch.file(), PATIENCE, quick, now_ns).is_timed_out);
    assert!(wait(&scratch.file(), Duration::from_millis(100), Until::default(), now_ns).is_timed_out);
    let listener = std::net::TcpListener::bind(address).expect("the port is still free");
    let peer = std::thread::spawn(move || {
        let mut peer = Peer::accept(&listener);
        peer.greet();
        peer.close_code_answered()
    });
    awaited(&mut host, &scratch, Verdict::Ready);
    host.close();
    peer.join().unwrap();
}

#[test]
fn p9_true_every_busy_phase_ends() {
    let scratch = Scratch::new();
    let (url, peer) = serve(|mut peer| peer.close_code_answered());
    let config = Config { reload_timeout_ms: 3000, owner: "test".into(), ..publishing(raw(&url), &scratch) };
    let mut host = Host::open(config.clone());
    host.link.set_readiness(Readiness::Ready, "");
    let before = awaited(&mut host, &scratch, Verdict::Ready).record.unwrap();
    // A compile that ends without a reload.
    host.link.set_readiness(Readiness::Compiling, "");
    let during = awaited_when(&mut host, &scratch, "compiling", |reading| phase_of(reading) == "compiling");
    assert_ne!(during.record.unwrap().generation_id, before.generation_id);
    host.link.restore_readiness(Readiness::Compiling);
    let after = awaited(&mut host, &scratch, Verdict::Ready).record.unwrap();
    assert_eq!(after.generation_id, before.generation_id);
    // Something else was said meanwhile.
    host.link.set_readiness(Readiness::Compiling, "");
    host.link.set_readiness(Readiness::Failed, "two scripts do not compile");
    host.link.restore_readiness(Readiness::Compiling);
    let failed = awaited(&mut host, &scratch, Verdict::Failed);
    assert!(!failed.is_failed_by_link);
    assert_eq!(failed.record.unwrap().last_error.as_deref(), Some("two scripts do not compile"));
    // A domain that goes and does not come back.
    host.link.set_readiness(Readiness::Ready, "");
    awaited(&mut host, &scratch, Verdict::Ready);
    host.link.detach(Readiness::Reloading);
    seen(&scratch, "reloading", |reading| phase_of(reading) == "reloading");
    let lost = seen(&scratch, "failed", |reading| reading.verdict == Verdict::Failed);
    assert!(lost.record.unwrap().last_error.unwrap().contains("did not come back"));
    // It comes back after all.
    let handover = host.link.may_attach(&config).expect("it is the owner");
    assert!(host.link.attach(&config, handover, || Some(&mut host.inbox)));
    let back = seen(&scratch, "recovering", |reading| phase_of(reading) == "recovering");
    assert_eq!(back.verdict, Verdict::Busy);
    host.link.set_readiness(Readiness::Ready, "");
    awaited(&mut host, &scratch, Verdict::Ready);
    host.close();
    let stopped = read(&scratch.file());
    assert_eq!((stopped.verdict, phase_of(&stopped)), (Verdict::Stopped, "stopped"));
    let gone = Until { target: Target::Stopped, ..Until::default() };
    assert!(!wait(&scratch.file(), Duration::ZERO, gone, now_ns).is_timed_out);
    peer.join().unwrap();
}

#[test]
fn p9_true_a_silent_frame_loop_is_told_until_it_is_back() {
    let scratch = Scratch::new();
    let (url, peer) = serve(|mut peer| peer.close_code_answered());
    let mut host = Host::open(Config { stall_ms: 50, ..publishing(raw(&url), &scratch) });
    host.link.set_readiness(Readiness::Ready, "");
    awaited(&mut host, &scratch, Verdict::Ready);
    let silent_since = |reading: &Reading| reading.record.as_ref()?.main_thread_silent_since_ns;
    let silent = seen(&scratch, "silence", |reading| silent_since(reading).is_some());
    assert!(host.link.state().stalled);
    let record = silent.record.as_ref().unwrap();
    assert!(silent_since(&silent) <= record.updated_at_ns, "it began before it was told");
    awaited_when(&mut host, &scratch, "its end", |reading| silent_since(reading).is_none());
    host.close();
    peer.join().unwrap();
}

/// The editor of the next test, in a process of its own: opens a link and runs frames until it is killed.
#[test]
fn an_editor_to_be_killed() {
    let (Ok(url), Ok(file)) = (std::env::var("FRAMEWIRE_TEST_URL"), std::env::var("FRAMEWIRE_TEST_FILE")) else {
        return;
    };
    let mut host = Host::open(Config { state_file: Some(PathBuf::from(file)), ..raw(&url) });
    host.link.set_readiness(Readiness::Ready, "");
    println!("open");
    host.until("nothing: it is killed", |_| false);
}

#[test]
fn p9_true_a_dead_editors_record_is_recognised() {
    let scratch = Scratch::new();
    let (url, peer) = serve(|mut peer| while peer.read().is_some() {});
    let mut editor = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "truth::an_editor_to_be_killed", "--nocapture"])
        .env("FRAMEWIRE_TEST_URL", &url)
        .env("FRAMEWIRE_TEST_FILE", scratch.file())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(editor.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.ends_with("open")), "the editor opens its link");
    let waited = wait(&scratch.file(), PATIENCE, Until::default(), now_ns);
    assert_eq!((waited.is_timed_out, waited.reading.verdict), (false, Verdict::Ready));
    assert_eq!(waited.reading.record.unwrap().pid, Some(editor.id()));
    // A second editor of the project, while the first one lives.
    let (log_url, log_peer) = serve(|mut peer| peer.close_code_answered());
    let mut second = Host::open(publishing(raw(&log_url), &scratch));
    let taken = second.next(EventKind::Log);
    assert!(taken.level == 2 && taken.detail.contains("another process"), "{}", taken.detail);
    assert_eq!(read(&scratch.file()).verdict, Verdict::Ready, "the first one's record is not touched");
    editor.kill().unwrap();
    // The second takes over by itself; the record of the dead one is never taken for true meanwhile.
    editor.wait().unwrap();
    let own = Some(std::process::id());
    awaited_when(&mut second, &scratch, "the second one's record", |reading| {
        let pid = reading.record.as_ref().and_then(|record| record.pid);
        assert!(pid == own || reading.verdict == Verdict::Stale, "{reading:?}");
        pid == own
    });
    second.close();
    log_peer.join().unwrap();
    peer.join().unwrap();
}

#[test]
fn p9_true_two_links_do_not_share_a_file() {
    let scratch = Scratch::new();
    let offline = |config: Config| Config { start_disconnected: true, ..publishing(config, &scratch) };
    let first = Host::open(offline(raw("ws://127.0.0.1:1/")));
    let error = framewire::link::Link::open(offline(raw("ws://127.0.0.1:1/"))).unwrap_err();
    assert_eq!(error.field, Some("state_file"));
    first.close();
    Host::open(offline(raw("ws://127.0.0.1:1/"))).close();
}

#[test]
fn p9_true_a_link_that_was_told_to_stay_down_does_not_blame_the_server() {
    let scratch = Scratch::new();
    let (listener, url) = listen();
    drop(listener);
    let mut host = Host::open(publishing(raw(&url), &scratch));
    host.link.set_readiness(Readiness::Ready, "");
    let cause = |reading: &Reading| reading.record.as_ref().and_then(|record| record.link_cause.clone());
    let says = |reading: &Reading, text: &str| cause(reading).is_some_and(|cause| cause.contains(text));
    awaited_when(&mut host, &scratch, "why it is down", |reading| says(reading, "nothing listens"));
    host.link.disconnect().unwrap();
    let told = awaited_when(&mut host, &scratch, "who took it down", |reading| says(reading, "tell it to connect"));
    assert_eq!(phase_of(&told), "starting");
    host.close();
    let stopped = read(&scratch.file());
    assert_eq!((stopped.verdict, cause(&stopped)), (Verdict::Stopped, None));
}
