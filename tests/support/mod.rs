//! What the tests on real sockets share: a host that polls until something is true, and scripted peers.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod peer;
pub mod process;
pub mod scratch;
pub mod secret;
pub mod skip;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use framewire::link::{Config, Inbox, Link, ProfileKind};
use framewire::session::event::{Event, EventKind, Reason};

/// How long anything awaited may take before a test gives up, on a busy machine and under a sanitizer, too. No test depends
/// on it being short.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Waits until `is_true`.
#[track_caller]
pub fn until(what: &str, mut is_true: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_true() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A raw link to `url` under a name of its own that dials again at once.
pub fn raw(url: &str) -> Config {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("test-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let mut config = Config::new(name, url);
    config.reconnect_delays_ms = vec![1];
    config
}

/// The same with the godot_ai profile, protocol 1.
pub fn godot(url: &str) -> Config {
    let mut config = raw(url);
    config.profile = ProfileKind::GodotAi;
    config.protocol = 1;
    config
}

/// An event, copied out of its loan.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its numbers.
    pub event: Event,
    /// Method or version.
    pub name: String,
    /// Payload.
    pub data: Vec<u8>,
    /// Words for a person.
    pub detail: String,
}

impl std::ops::Deref for Seen {
    type Target = Event;
    fn deref(&self) -> &Event {
        &self.event
    }
}

impl Seen {
    /// Copies an event.
    pub fn of(event: &Event) -> Self {
        let text = |range: &std::ops::Range<usize>| String::from_utf8_lossy(&event.buffer[range.clone()]).into_owned();
        Self {
            name: String::from_utf8_lossy(event.name()).into_owned(),
            data: event.buffer[event.data.clone()].to_vec(),
            detail: text(&event.detail),
            event: Event { buffer: Vec::new().into(), ..event.clone() },
        }
    }
}

/// A link and its frame loop; keeps every event it has polled.
pub struct Host {
    /// The link.
    pub link: Link,
    /// Its inbox.
    pub inbox: Inbox,
    /// All events polled so far.
    pub seen: Vec<Seen>,
    /// How many of each kind [`Host::next`] has given.
    pub given: HashMap<EventKind, usize>,
}

impl Host {
    /// Opens a link.
    #[track_caller]
    pub fn open(config: Config) -> Self {
        let (link, inbox) = Link::open(config).expect("the link opens");
        Self { link, inbox, seen: Vec::new(), given: HashMap::new() }
    }

    /// One frame: the events of one poll, which are kept too.
    pub fn frame(&mut self) -> Vec<Seen> {
        let mut fresh = Vec::new();
        self.inbox.poll(64, |_, event| fresh.push(Seen::of(event)));
        self.inbox.release();
        self.seen.extend(fresh.iter().cloned());
        fresh
    }

    /// Runs frames until `done` says so of what has been seen.
    #[track_caller]
    pub fn until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done(self) {
            assert!(Instant::now() < deadline, "in vain: {what}; seen: {:?}", self.kinds());
            if self.frame().is_empty() {
                self.link.wait(Duration::from_millis(20));
            }
        }
    }

    /// The next event of `kind` that this has not given yet; runs frames until it is there.
    #[track_caller]
    pub fn next(&mut self, kind: EventKind) -> Seen {
        let before = *self.given.entry(kind).and_modify(|given| *given += 1).or_insert(1) - 1;
        self.until(&format!("{kind:?}"), |host| host.count(kind) > before);
        self.all(kind).nth(before).cloned().expect("it was counted")
    }

    /// The last events, as far as a message can show them.
    fn kinds(&self) -> Vec<(EventKind, u64, Reason)> {
        let from = self.seen.len().saturating_sub(30);
        self.seen[from..].iter().map(|seen| (seen.kind, seen.generation, seen.reason)).collect()
    }

    /// Everything seen of one kind.
    pub fn all(&self, kind: EventKind) -> impl Iterator<Item = &Seen> {
        self.seen.iter().filter(move |seen| seen.kind == kind)
    }

    /// How many were seen of one kind.
    pub fn count(&self, kind: EventKind) -> usize {
        self.all(kind).count()
    }

    /// Connections that ended, those folded into the CLOSED of a later one among them.
    pub fn ended(&self) -> usize {
        self.all(EventKind::Closed).map(|seen| 1 + seen.skipped as usize).sum()
    }

    /// The payloads of the text messages seen.
    pub fn texts(&self) -> Vec<String> {
        self.all(EventKind::Text).map(|seen| String::from_utf8_lossy(&seen.data).into_owned()).collect()
    }

    /// The numbers of the sends reported as dropped.
    pub fn dropped(&self) -> Vec<u64> {
        self.all(EventKind::SendDropped).flat_map(|seen| seen.first..=seen.last).collect()
    }

    /// Closes the link.
    #[track_caller]
    pub fn close(&self) -> framewire::link::CloseReport {
        self.link.close(Duration::from_secs(5)).expect("it is closed once")
    }
}
