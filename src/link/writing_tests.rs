//! Tests of the writes: one at a time, the latest wins, a stuck disk holds nobody up.

use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::link::config::Config;
use crate::link::outbox::Outbox;
use crate::link::shared::Parts;
use crate::link::wait::Wait;
use crate::session::call_table::CallTable;
use crate::session::slots::SlotTable;
use crate::state_file::{Verdict, read};

struct Rig {
    writing: Writing,
    shared: Shared,
    wait: Wait,
    file: PathBuf,
    lines: Vec<Line>,
}

impl Rig {
    fn new(name: &str) -> Self {
        let file = std::env::temp_dir().join(format!("framewire-{name}-{}.json", std::process::id()));
        let wait = Wait::new().unwrap();
        let slots = Arc::new(SlotTable::new(1));
        let shared = Shared::new(Parts {
            config: Config::new(name, "ws://127.0.0.1:1/"),
            peer_max_message: 1,
            outbox: Outbox::new(1, 1, 1),
            slots,
            calls: Arc::new(CallTable::new(1)),
            waking: wait.waking(),
        });
        Self { writing: Writing::new(Publisher::new(file.clone())), shared, wait, file, lines: Vec::new() }
    }

    fn put(&mut self, phase: &str) {
        self.writing.put(Record { phase: phase.into(), ..Record::default() });
    }

    fn turn(&mut self) {
        let waking = self.wait.waking();
        self.lines.extend(self.writing.turn(clock::now_ns(), &self.shared, || waking.clone()));
    }

    fn until(&mut self, is_true: impl Fn(&Self) -> bool) {
        let end = clock::now_ns() + 30_000_000_000;
        while !is_true(self) {
            assert!(clock::now_ns() < end, "in vain");
            self.turn();
            std::thread::yield_now();
        }
    }

    fn writes(&self) -> u64 {
        self.shared.state_writes.load(Ordering::Relaxed)
    }

    fn phase(&self) -> String {
        read(&self.file).record.map(|record| record.phase).unwrap_or_default()
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
        let _ = std::fs::remove_file(crate::state_file::lock_path(&self.file));
    }
}

#[test]
fn the_latest_wins_and_what_says_nothing_new_is_not_written() {
    let mut rig = Rig::new("latest");
    rig.put("starting");
    rig.turn();
    for phase in ["compiling", "recovering", "ready"] {
        // One is under way, so these wait and replace each other.
        rig.put(phase);
    }
    rig.until(|rig| rig.writing.is_idle());
    assert_eq!((rig.phase().as_str(), rig.writes()), ("ready", 2));
    rig.put("ready");
    assert!(rig.writing.is_idle());
    assert!(rig.lines.is_empty());
}

#[test]
fn a_stuck_write_holds_up_neither_the_thread_nor_the_order() {
    let mut rig = Rig::new("stuck");
    rig.put("ready");
    rig.until(|rig| rig.writing.is_idle());
    // As a job that was given up and never came back from the system.
    let publisher = Arc::clone(&rig.writing.publisher);
    let stuck = publisher.lock();
    rig.put("compiling");
    rig.until(|rig| !rig.lines.is_empty());
    assert!(rig.lines[0].0 == 2 && rig.lines[0].1.contains("does not answer"), "{:?}", rig.lines);
    assert!(rig.writing.deadline() < clock::NEVER, "it is tried again");
    assert_eq!(rig.phase(), "ready");
    drop(stuck);
    rig.put("recovering");
    rig.until(|rig| rig.writing.is_idle());
    assert_eq!((rig.phase().as_str(), read(&rig.file).verdict), ("recovering", Verdict::Busy));
    assert_eq!(rig.lines.len(), 2, "and told when it is over: {:?}", rig.lines);
}

#[test]
fn the_last_record_is_tried_once_whatever_became_of_the_one_before() {
    let mut rig = Rig::new("last");
    let publisher = Arc::clone(&rig.writing.publisher);
    let stuck = publisher.lock();
    rig.put("stopping");
    rig.until(|rig| !rig.lines.is_empty());
    drop(stuck);
    rig.writing.end();
    rig.put("stopped");
    rig.until(|rig| rig.writing.is_idle());
    assert_eq!(read(&rig.file).verdict, Verdict::Stopped);
    // The lock has gone with it, on the thread that may be held up.
    Publisher::new(rig.file.clone()).publish(Record { phase: "stopped".into(), ..Record::default() }).unwrap();
    let stuck = publisher.lock();
    rig.put("more");
    rig.until(|rig| rig.writing.is_idle());
    assert_eq!(rig.writing.deadline(), clock::NEVER, "nobody tries again");
    drop(stuck);
}
