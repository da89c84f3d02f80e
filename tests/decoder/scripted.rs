//! A decoder that does what the payload says, a record of what it did, and a host that looks at the values.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use framewire::link::{Config, DecodeInput, Decoded, Decoder, Inbox, Link, ProfileKind};
use framewire::session::event::{EventKind, Reason};

use crate::support::{PATIENCE, raw, until};

/// The thread on which values are made and end.
pub const WORKER: &str = "fw:decode";

/// What a decoder did.
#[derive(Debug, Default)]
pub struct Record {
    begun: Mutex<Vec<String>>,
    ends: Mutex<Vec<Option<String>>>,
    gate: (Mutex<bool>, Condvar),
    alive: AtomicUsize,
    most_alive: AtomicUsize,
}

impl Record {
    /// The payloads whose decoding began, in order.
    pub fn begun(&self) -> Vec<String> {
        self.begun.lock().unwrap().clone()
    }

    /// The names of the threads on which values ended.
    pub fn ends(&self) -> Vec<Option<String>> {
        self.ends.lock().unwrap().clone()
    }

    /// Values that there are, and the most that there were.
    pub fn alive(&self) -> (usize, usize) {
        (self.alive.load(Ordering::SeqCst), self.most_alive.load(Ordering::SeqCst))
    }

    /// Lets everything through that waits at the gate, now and later.
    pub fn open_gate(&self) {
        *self.gate.0.lock().unwrap() = true;
        self.gate.1.notify_all();
    }

    fn wait_at_gate(&self) {
        let (is_open, changed) = &self.gate;
        drop(changed.wait_while(is_open.lock().unwrap(), |is_open| !*is_open).unwrap());
    }

    /// Waits until that many payloads were begun.
    #[track_caller]
    pub fn until_begun(&self, count: usize) {
        until(&format!("{count} decodes"), || self.begun.lock().unwrap().len() >= count);
    }

    /// Waits until that many values have ended, all of them on the worker.
    #[track_caller]
    pub fn until_ended(&self, count: usize) {
        until(&format!("{count} ends"), || self.ends.lock().unwrap().len() >= count);
        let elsewhere: Vec<_> = self.ends().into_iter().filter(|name| name.as_deref() != Some(WORKER)).collect();
        assert!(elsewhere.is_empty(), "ended on {elsewhere:?}");
    }
}

/// What becomes of a payload.
#[derive(Debug)]
pub struct Value {
    /// The payload.
    pub text: String,
    /// Who made it.
    pub by: &'static str,
    record: Arc<Record>,
}

impl Value {
    /// A value that is counted.
    pub fn new(text: &str, by: &'static str, record: &Arc<Record>) -> Self {
        let alive = record.alive.fetch_add(1, Ordering::SeqCst) + 1;
        record.most_alive.fetch_max(alive, Ordering::SeqCst);
        Self { text: text.to_owned(), by, record: Arc::clone(record) }
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.record.alive.fetch_sub(1, Ordering::SeqCst);
        self.record.ends.lock().unwrap().push(std::thread::current().name().map(str::to_owned));
    }
}

/// Does what the payload says: `{"do": "gate"}` waits for the gate, a number sleeps so many ms, "panic" and "decline"
/// do that; `weight` is the weight of the value.
#[derive(Debug)]
pub struct Scripted {
    /// Its name.
    pub name: &'static str,
    /// What it did.
    pub record: Arc<Record>,
}

impl Decoder for Scripted {
    fn decode(&self, input: &DecodeInput<'_>) -> Decoded {
        assert_eq!(std::thread::current().name(), Some(WORKER));
        let text = std::str::from_utf8(input.data).expect("text");
        assert!(!input.name.is_empty());
        assert_eq!(input.id == 0, input.kind == EventKind::Notification);
        self.record.begun.lock().unwrap().push(text.to_owned());
        let wish: serde_json::Value = serde_json::from_str(text).expect("JSON");
        match &wish["do"] {
            serde_json::Value::String(what) if what == "gate" => self.record.wait_at_gate(),
            serde_json::Value::String(what) if what == "panic" => panic!("asked to by a test"),
            serde_json::Value::String(what) if what == "decline" => return Decoded::default(),
            serde_json::Value::Number(ms) => std::thread::sleep(Duration::from_millis(ms.as_u64().expect("ms"))),
            _ => {}
        }
        let weight = wish["weight"].as_u64().unwrap_or(text.len() as u64);
        Decoded::new(Value::new(text, self.name, &self.record), weight as usize)
    }
}

/// A configuration with a scripted decoder, and its record.
pub fn decoding(url: &str) -> (Config, Arc<Record>) {
    let record = Arc::new(Record::default());
    let mut config = raw(url);
    config.profile = ProfileKind::JsonRpc;
    // What a heartbeat would do late must be done without one.
    config.heartbeat_interval_ms = 600_000;
    config.heartbeat_timeout_ms = 1_200_000;
    config.decoder = Some(Arc::new(Scripted { name: "first", record: Arc::clone(&record) }));
    (config, record)
}

/// An event as a host sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub kind: EventKind,
    pub id: u64,
    pub reason: Reason,
    /// The payload.
    pub data: String,
    /// Words for a person.
    pub detail: String,
    pub count: u64,
    /// Who made the value, if there is one; it was made of this very payload.
    pub by: Option<&'static str>,
}

/// A link and its frame loop.
pub struct Frames {
    pub link: Link,
    pub inbox: Inbox,
    /// Everything polled.
    pub told: Vec<Told>,
    waiting: VecDeque<Told>,
}

impl Frames {
    /// Opens a link.
    #[track_caller]
    pub fn open(config: Config) -> Self {
        let (link, inbox) = Link::open(config).expect("the link opens");
        Self { link, inbox, told: Vec::new(), waiting: VecDeque::new() }
    }

    /// One frame of at most `capacity` events, which are lent until `meanwhile` is done; how many there were.
    pub fn frame_with(&mut self, capacity: usize, meanwhile: impl FnOnce()) -> usize {
        let mut fresh = Vec::new();
        self.inbox.poll(capacity, |_, event| {
            let text =
                |range: &std::ops::Range<usize>| String::from_utf8(event.buffer[range.clone()].to_vec()).unwrap();
            let value = event.decoded::<Value>();
            let data = text(&event.data);
            if let Some(value) = value {
                assert_eq!(value.text, data, "the value of this payload");
            }
            assert_eq!(event.decoded.value.is_some(), value.is_some());
            assert!(event.clone().decoded.value.is_none(), "a clone has no value");
            let by = value.map(|value| value.by);
            let (kind, id, reason, count) = (event.kind, event.id, event.reason, event.count);
            fresh.push(Told { kind, id, reason, data, detail: text(&event.detail), count, by });
        });
        meanwhile();
        self.inbox.release();
        self.told.extend(fresh.iter().cloned());
        self.waiting.extend(fresh.iter().cloned());
        fresh.len()
    }

    /// One frame.
    pub fn frame(&mut self) -> usize {
        self.frame_with(64, || ())
    }

    /// The next event; runs frames until there is one.
    #[track_caller]
    pub fn next(&mut self) -> Told {
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            if let Some(told) = self.waiting.pop_front() {
                return told;
            }
            assert!(std::time::Instant::now() < deadline, "no event came after {:?}", self.told.last());
            if self.frame() == 0 {
                self.link.wait(Duration::from_millis(20));
            }
        }
    }

    /// The next event of `kind`; those before it are passed over.
    #[track_caller]
    pub fn next_of(&mut self, kind: EventKind) -> Told {
        loop {
            let told = self.next();
            if told.kind == kind {
                return told;
            }
        }
    }

    /// Closes the link.
    #[track_caller]
    pub fn close(&self) {
        self.link.close(Duration::from_secs(5)).expect("it is closed once");
    }
}

/// A request of the peer.
pub fn request(id: usize, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"work","params":{params}}}"#)
}

/// A notification of the peer.
pub fn notification(params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"news","params":{params}}}"#)
}
