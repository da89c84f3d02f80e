//! Tests of what waits behind a payload that is being decoded.

use std::net::TcpListener;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use tungstenite::Message;

use super::*;
use crate::link::decoder::DecodeInput;
use crate::link::fold::REPEATING_KEPT;
use crate::link::inbox::{Inbox, InboxSender, inbox};
use crate::link::outbox::Outbox;
use crate::link::shared::Parts;
use crate::link::wait::Wait;
use crate::link::{Config, Link, ProfileKind};
use crate::session::call_table::CallTable;
use crate::session::event::Reason;
use crate::session::slots::SlotTable;

const PATIENCE: Duration = Duration::from_secs(30);

/// Decodes nothing before it is opened.
#[derive(Debug, Default)]
struct Gate {
    /// Decodes that began, and whether they may go on.
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Gate {
    fn open(&self) {
        self.state.lock().unwrap().1 = true;
        self.changed.notify_all();
    }

    fn until_begun(&self) {
        let state = self.state.lock().unwrap();
        let waited = self.changed.wait_timeout_while(state, PATIENCE, |state| state.0 == 0).unwrap();
        assert!(!waited.1.timed_out(), "nothing is decoded");
    }
}

impl Decoder for Gate {
    fn decode(&self, input: &DecodeInput<'_>) -> Decoded {
        let mut state = self.state.lock().unwrap();
        state.0 += 1;
        self.changed.notify_all();
        drop(self.changed.wait_while(state, |state| !state.1).unwrap());
        Decoded::new(input.data.to_vec(), input.data.len())
    }
}

/// Two rings, and the place to wait that the worker wakes.
fn rings(decoder: Arc<dyn Decoder>) -> (Arc<Shared>, Wait, InboxSender, Inbox) {
    let wait = Wait::new().unwrap();
    let config = Config { decoder: Some(decoder), ..Config::new("test", "ws://127.0.0.1:1/") };
    let shared = Arc::new(Shared::new(Parts {
        config,
        peer_max_message: 1,
        outbox: Outbox::new(1, 1, 1),
        slots: Arc::new(SlotTable::new(1)),
        calls: Arc::new(CallTable::new(1)),
        waking: wait.waking(),
    }));
    let (sender, receiver) = inbox(&shared, 8, 1 << 20, 1 << 20, u32::MAX);
    (shared, wait, sender, receiver)
}

fn news(text: &str) -> Box<Event> {
    Box::new(Event { data: 0..text.len(), buffer: text.to_owned().into(), ..Event::new(EventKind::Notification) })
}

#[test]
fn what_waits_behind_a_payload_is_folded_and_counted() {
    let gate = Arc::new(Gate::default());
    let (shared, mut wait, mut sender, mut receiver) = rings(Arc::clone(&gate) as _);
    sender.push(news("[1]"));
    for number in 0..1000 {
        sender.push(Box::new(Event { time_ns: number, ..Event::new(EventKind::Log) }));
        let dropped = Event { first: number, last: number, ..Event::new(EventKind::SendDropped) };
        sender.push(Box::new(dropped));
    }
    sender.push(news("[2]"));
    sender.take_decoded();
    assert!(!sender.flush(false), "nothing overtakes it");
    let waiting = usize::try_from(sender.undelivered()).unwrap();
    assert!(waiting <= REPEATING_KEPT + 1002 && sender.bytes() == 6, "{waiting}");
    gate.open();
    let (mut told, mut logs, mut sends, mut texts) = (0, 0, 0, Vec::new());
    let deadline = Instant::now() + PATIENCE;
    while texts.len() < 2 {
        assert!(Instant::now() < deadline, "in vain: {texts:?}");
        wait.sleep(clock::now_ns() + 10_000_000, || sender.has_decoded() || sender.can_flush()).unwrap();
        sender.take_decoded();
        sender.flush(false);
        told += receiver.poll(usize::MAX, |_, event| match event.kind {
            EventKind::Log => logs += 1 + event.count,
            EventKind::SendDropped => sends += 1 + event.last - event.first,
            _ => texts.push(event.decoded::<Vec<u8>>().cloned().unwrap()),
        });
        receiver.release();
        sender.free_spent(drop);
    }
    assert_eq!((logs, sends), (1000, 1000), "each is told or counted");
    assert!(told <= waiting && sender.bytes() == 0 && sender.undelivered() == 0);
    assert_eq!(texts, [b"[1]", b"[2]"]);
    assert_eq!(shared.untold.load(std::sync::atomic::Ordering::Relaxed), 0);
    shared.decode_worker.stop();
    shared.decode_worker.join(clock::NEVER, &shared.waiters);
}

/// Tells on which thread it decoded, by a value that tells where it ends.
#[derive(Debug)]
struct Places(Arc<Mutex<Vec<bool>>>);

struct Place(Arc<Mutex<Vec<bool>>>, std::thread::ThreadId);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(std::thread::current().id() == self.1);
    }
}

impl Decoder for Places {
    fn decode(&self, input: &DecodeInput<'_>) -> Decoded {
        assert!(input.data != b"bad", "the decoder fails");
        Decoded::new(Place(Arc::clone(&self.0), std::thread::current().id()), 1)
    }

    fn short_bytes(&self) -> usize {
        3
    }
}

#[test]
fn short_payloads_stay_on_the_thread_and_in_order() {
    let here = std::thread::current().id();
    let ends = Arc::new(Mutex::new(Vec::new()));
    let (shared, mut wait, mut sender, mut receiver) = rings(Arc::new(Places(Arc::clone(&ends))));
    for text in ["[1]", "bad", "long", "[2]"] {
        sender.push(news(text));
    }
    assert!(sender.flush(false), "what is short needs no other thread");
    assert_eq!(sender.take_troubles().len(), 1);
    let mut told = Vec::new();
    let deadline = Instant::now() + PATIENCE;
    while told.len() < 4 {
        assert!(Instant::now() < deadline, "in vain: {told:?}");
        receiver.poll(usize::MAX, |_, event| {
            let place = event.decoded::<Place>().map(|place| place.1 == here);
            told.push((event.buffer.to_vec(), place));
        });
        receiver.release();
        sender.free_spent(drop);
        wait.sleep(clock::now_ns() + 10_000_000, || sender.has_decoded() || sender.can_flush()).unwrap();
        sender.take_decoded();
        sender.flush(false);
    }
    let text = |text: &str| text.as_bytes().to_vec();
    let all = [(text("[1]"), Some(true)), (text("bad"), None), (text("long"), Some(false)), (text("[2]"), Some(false))];
    assert_eq!(told, all, "what comes behind a long one waits with it");
    sender.free_spent(drop);
    shared.decode_worker.stop();
    shared.decode_worker.join(clock::NEVER, &shared.waiters);
    assert_eq!(ends.lock().unwrap().len(), 3);
}

#[test]
fn a_failure_of_the_io_thread_loses_nothing_that_is_being_decoded() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let mut peer = tungstenite::accept(listener.accept().unwrap().0).unwrap();
        for number in 0..100 {
            let text = format!(r#"{{"jsonrpc":"2.0","method":"news","params":[{number}]}}"#);
            peer.send(Message::text(text)).unwrap();
        }
        peer.send(Message::text(r#"{"jsonrpc":"2.0","method":"work","id":1,"params":[1]}"#)).unwrap();
        while peer.read().is_ok() {}
    });
    let gate = Arc::new(Gate::default());
    let mut config = Config::new("recover-decoding", url);
    config.profile = ProfileKind::JsonRpc;
    config.reconnect_delays_ms = vec![600_000];
    config.decoder = Some(Arc::clone(&gate) as _);
    let (link, mut receiver) = Link::open(config).unwrap();
    gate.until_begun();
    let deadline = Instant::now() + PATIENCE;
    while link.stats().requests == 0 {
        assert!(Instant::now() < deadline, "the request never came");
        std::thread::sleep(Duration::from_millis(1));
    }
    // The I/O thread fails at this line.
    link.log(1, "forced by a test");
    server.join().unwrap();
    gate.open();
    let (mut told, mut closed) = (Vec::new(), None);
    while closed.is_none() {
        assert!(Instant::now() < deadline, "in vain: {told:?}");
        receiver.poll(64, |_, event| match event.kind {
            EventKind::Notification => told.push(event.decoded::<Vec<u8>>().cloned().unwrap()),
            EventKind::Closed => closed = Some((event.reason, event.count)),
            EventKind::Request => panic!("its connection is gone"),
            _ => {}
        });
        receiver.release();
    }
    assert_eq!(closed, Some((Reason::Internal, 1)));
    assert_eq!(told, (0..100).map(|number| format!("[{number}]").into_bytes()).collect::<Vec<_>>());
    link.close(Duration::from_secs(5)).unwrap();
}
