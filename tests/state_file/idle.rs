//! What a state file costs a link that has nothing to do.

use std::time::{Duration, Instant};

use framewire::link::Config;
use framewire::readiness::Readiness;
use framewire::state_file::{Verdict, read};

use crate::support::peer::serve;
use crate::support::scratch::Scratch;
use crate::support::{Host, raw, until};

#[test]
fn an_idle_link_wakes_about_once_a_second_and_writes_nothing() {
    let scratch = Scratch::new();
    let (url, peer) = serve(|mut peer| peer.close_code_answered());
    let mut host = Host::open(Config { state_file: Some(scratch.file()), stall_ms: 60_000, ..raw(&url) });
    host.link.set_readiness(Readiness::Ready, "");
    host.until("ready", |_| read(&scratch.file()).verdict == Verdict::Ready);
    // What was under way when the file said ready comes to its end: nothing is written for two looks of the link.
    let mut writes = 0;
    until("the last write", || {
        let known = std::mem::replace(&mut writes, host.link.stats().state_writes);
        std::thread::sleep(Duration::from_secs(2));
        known == writes && known == host.link.stats().state_writes
    });
    let (before, begun) = (host.link.stats(), Instant::now());
    std::thread::sleep(Duration::from_secs(7));
    let (after, seconds) = (host.link.stats(), begun.elapsed().as_secs());
    // One look a second, one look whether the file is there every five: its begin and its end.
    let wakeups = after.wakeups - before.wakeups;
    assert!(wakeups <= seconds + seconds / 5 * 2 + 3, "{wakeups} in {seconds} s");
    assert_eq!(after.state_writes, before.state_writes);
    host.close();
    peer.join().unwrap();
}
