//! Domains that come and go while eight threads make every call at once, in a process of its own: it is shut down
//! again and again.
//!
//! In every other round nobody attaches or shuts down, and what a poll lends is read to its last byte while others
//! detach and close: under AddressSanitizer this shows that it stays.

mod support;

use std::collections::HashMap;
use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::time::Duration;

use framewire::ffi::*;
use support::peer::{Peer, listen, request, upgrade_answer};

const THREADS: usize = 8;
const ROUNDS: usize = 120;
const CALLS_A_ROUND: usize = 25;
/// Requests that a peer has open at a time.
const WINDOW: usize = 24;
const NAME: &str = "storm";

/// What the host was told, and what it was told when it answered.
#[derive(Default)]
struct Told {
    requests: HashMap<u64, u32>,
    orphans: HashMap<u64, u32>,
    ended: HashMap<u64, u32>,
    answered: HashMap<u64, u32>,
    responses: HashMap<u64, u32>,
    /// Polled lately.
    recent: Vec<u64>,
    calls: Vec<u64>,
}

#[derive(Default)]
struct Storm {
    handle: AtomicU64,
    /// The one before.
    old: AtomicU64,
    told: Mutex<Told>,
    attached: AtomicU64,
}

/// Numbers that look random.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

fn text(text: &str) -> framewire_str {
    framewire_str { ptr: text.as_ptr().cast(), len: text.len() as u64 }
}

impl Storm {
    fn open(&self, url: &str) {
        const DELAYS: [u32; 1] = [1];
        let size = size_of::<framewire_config>() as u64;
        let mut config = core::mem::MaybeUninit::<framewire_config>::zeroed();
        // SAFETY: `config` has `size` bytes, and every bit pattern is a value.
        let mut config = unsafe {
            assert_eq!(framewire_config_init(config.as_mut_ptr(), size, FRAMEWIRE_ABI_VERSION), FRAMEWIRE_OK);
            config.assume_init()
        };
        config.name = text(NAME);
        config.owner = text("storm");
        config.url = text(url);
        config.profile = FRAMEWIRE_PROFILE_JSON_RPC;
        config.request_timeout_ms = 50;
        config.hold_ms = 40;
        config.orphan_ms = 60;
        config.inbound_count = 16;
        config.request_slots = 32;
        config.close_timeout_ms = 20;
        config.reconnect_delays_ms = DELAYS.as_ptr();
        config.reconnect_delay_count = DELAYS.len() as u64;
        let mut link = 0;
        // SAFETY: texts and waits outlive the call, which copies them.
        let status = unsafe { framewire_open(&config, &mut link, core::ptr::null_mut()) };
        match status {
            FRAMEWIRE_OK | FRAMEWIRE_ATTACHED => {
                self.attached.fetch_add(u64::from(status == FRAMEWIRE_ATTACHED), Ordering::Relaxed);
                self.old.store(self.handle.swap(link, Ordering::SeqCst), Ordering::SeqCst);
            }
            // Another thread opens or closes it.
            FRAMEWIRE_NAME_IN_USE => {}
            other => panic!("open: {other}"),
        }
    }

    /// Polls; reads what is lent only where nobody ends the loan but this thread.
    fn poll(&self, link: framewire_link, reads: bool) {
        // SAFETY: every bit pattern is a value.
        let mut events: [framewire_event; 16] = unsafe { core::mem::zeroed() };
        let (stride, mut count) = (size_of::<framewire_event>() as u64, 0);
        // SAFETY: `events` has room for so many.
        let status = unsafe { framewire_poll(link, events.as_mut_ptr(), stride, 16, &mut count) };
        assert!(matches!(status, FRAMEWIRE_OK | FRAMEWIRE_EMPTY | FRAMEWIRE_BUSY | FRAMEWIRE_STALE), "poll: {status}");
        if status != FRAMEWIRE_OK {
            return;
        }
        let seen = &events[..count as usize];
        {
            let mut told = self.told.lock().unwrap();
            for event in seen {
                let id = event.id;
                match event.kind {
                    FRAMEWIRE_EVENT_REQUEST => *told.requests.entry(id).or_default() += 1,
                    FRAMEWIRE_EVENT_REQUEST_ORPHANED => *told.orphans.entry(id).or_default() += 1,
                    FRAMEWIRE_EVENT_REQUEST_ENDED => *told.ended.entry(id).or_default() += 1,
                    FRAMEWIRE_EVENT_RESPONSE => *told.responses.entry(id).or_default() += 1,
                    _ => continue,
                }
                if matches!(event.kind, FRAMEWIRE_EVENT_REQUEST | FRAMEWIRE_EVENT_REQUEST_ORPHANED) {
                    told.recent.push(id);
                }
            }
        }
        if reads {
            for round in 0..4 {
                for event in seen {
                    for text in [event.name, event.data, event.detail, event.note] {
                        if !text.ptr.is_null() {
                            // SAFETY: lent until this thread releases it: nobody attaches or shuts down in this round.
                            let bytes =
                                unsafe { core::slice::from_raw_parts(text.ptr.cast::<u8>(), text.len as usize) };
                            let odd = bytes.iter().filter(|&&byte| byte >= 0x80).count();
                            assert_eq!(odd, 0, "in round {round}");
                        }
                    }
                }
                std::thread::yield_now();
            }
        }
        let status = framewire_release(link);
        assert!(status == FRAMEWIRE_OK || (!reads && status == FRAMEWIRE_STALE), "release: {status}");
    }

    fn respond(&self, link: framewire_link, chance: &mut Chance) {
        let id = {
            let told = self.told.lock().unwrap();
            let lately = told.recent.len().saturating_sub(12);
            let recent = &told.recent[lately..];
            if recent.is_empty() { 0 } else { recent[chance.below(recent.len())] }
        };
        if chance.below(4) == 0 {
            // SAFETY: the text outlives the call.
            let status = unsafe { framewire_defer(link, id, 30, text("half done")) };
            assert_ne!(status, FRAMEWIRE_PANIC);
            return;
        }
        // SAFETY: as above.
        let status = unsafe { framewire_respond(link, id, text("{}"), core::ptr::null_mut()) };
        match status {
            FRAMEWIRE_OK | FRAMEWIRE_REPLACED => *self.told.lock().unwrap().answered.entry(id).or_default() += 1,
            FRAMEWIRE_WOULD_BLOCK
            | FRAMEWIRE_EXPIRED
            | FRAMEWIRE_LOST
            | FRAMEWIRE_ALREADY_ANSWERED
            | FRAMEWIRE_UNKNOWN
            | FRAMEWIRE_STALE => {}
            other => panic!("respond: {other}"),
        }
    }

    fn call(&self, link: framewire_link, chance: &mut Chance) {
        let mut id = 0;
        // SAFETY: the texts outlive the call.
        let status = unsafe { framewire_request(link, text("m"), text("[1]"), 20, &mut id) };
        if status == FRAMEWIRE_OK {
            self.told.lock().unwrap().calls.push(id);
            if chance.below(2) == 0 {
                assert_ne!(framewire_cancel(link, id), FRAMEWIRE_PANIC);
            }
        }
    }

    fn look(link: framewire_link) {
        // SAFETY: every bit pattern is a value.
        let mut entries: [framewire_open_call; 8] = unsafe { core::mem::zeroed() };
        // SAFETY: as above.
        let mut state: framewire_state = unsafe { core::mem::zeroed() };
        let mut count = 0;
        // SAFETY: locals of those sizes.
        let (listed, found) = unsafe {
            let stride = size_of::<framewire_open_call>() as u64;
            let listed = framewire_outstanding(link, entries.as_mut_ptr(), stride, 8, &mut count);
            (listed, framewire_get_state(link, &mut state, size_of::<framewire_state>() as u64))
        };
        assert!(matches!(listed, FRAMEWIRE_OK | FRAMEWIRE_BUSY | FRAMEWIRE_STALE), "outstanding: {listed}");
        assert!(matches!(found, FRAMEWIRE_OK | FRAMEWIRE_STALE), "state: {found}");
        let most = 32 + 256;
        assert!(count <= most && state.requests_open + state.requests_orphaned <= 32, "{count}");
    }

    fn close(link: framewire_link, linger_ms: u32) {
        // SAFETY: no report is wanted.
        let status = unsafe { framewire_close(link, linger_ms, core::ptr::null_mut(), 0) };
        assert!(matches!(status, FRAMEWIRE_OK | FRAMEWIRE_STALE), "close: {status}");
    }

    /// One call, by chance.
    fn act(&self, url: &str, chance: &mut Chance, reads: bool) {
        let (handle, old) = (self.handle.load(Ordering::SeqCst), self.old.load(Ordering::SeqCst));
        let link = if chance.below(8) == 0 { old } else { handle };
        match chance.below(100) {
            0..35 => self.poll(link, reads),
            35..60 => self.respond(link, chance),
            60..70 => self.call(link, chance),
            70..78 => Self::look(link),
            78..82 => assert_ne!(framewire_wait(link, 1), FRAMEWIRE_PANIC),
            82..86 => assert_ne!(framewire_detach(link, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_PANIC),
            86 => Self::close(link, chance.below(10) as u32),
            87 => std::thread::sleep(Duration::from_millis(chance.below(80) as u64)),
            _ if reads => self.poll(link, reads),
            88 if chance.below(8) == 0 => assert_eq!(framewire_shutdown(5), FRAMEWIRE_OK),
            89 => assert_ne!(framewire_release(link), FRAMEWIRE_PANIC),
            _ => self.open(url),
        }
    }
}

/// Sends commands, as many as may be open, until the connection ends; each is answered once at most. Answers calls.
fn serve(mut peer: Peer, stop: &AtomicBool) {
    let mut open: HashMap<String, ()> = HashMap::new();
    let mut number = 0_u64;
    peer.stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    while !stop.load(Ordering::Relaxed) {
        while open.len() < WINDOW {
            number += 1;
            let id = format!("{number}");
            let filler = "x".repeat(if number.is_multiple_of(16) { 70_000 } else { number as usize % 300 });
            let params = format!(r#"{{"filler":"{filler}"}}"#);
            if !peer.text(&format!(r#"{{"jsonrpc":"2.0","id":"{id}","method":"do","params":{params}}}"#)) {
                return;
            }
            open.insert(id, ());
        }
        let Some(message) = peer.json() else { return };
        let id = message["id"].as_str().expect("an id").to_owned();
        if message.get("method").is_some() {
            peer.text(&format!(r#"{{"jsonrpc":"2.0","id":"{id}","result":1}}"#));
        } else {
            assert!(open.remove(&id).is_some(), "answered once: {message}");
        }
    }
}

fn serve_all(listener: &TcpListener, stop: &Arc<AtomicBool>) {
    let mut peers = Vec::new();
    while let Ok((stream, _)) = listener.accept() {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let stop = Arc::clone(stop);
        peers.push(std::thread::spawn(move || {
            let mut stream = stream;
            let request = request(&mut stream);
            // A dial that was given up has said nothing, or hears nothing.
            if request.ends_with("\r\n\r\n") && stream.write_all(upgrade_answer(&request, "").as_bytes()).is_ok() {
                serve(Peer { stream }, &stop);
            }
        }));
    }
    peers.into_iter().for_each(|peer| peer.join().expect("every answer comes once"));
}

#[test]
fn eight_threads_of_coming_and_going_domains() {
    let (listener, url) = listen();
    let address = listener.local_addr().expect("it is bound");
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let server = std::thread::spawn(move || serve_all(&listener, &stopped));
    let storm = Arc::new(Storm::default());
    let barrier = Arc::new(Barrier::new(THREADS));
    let (done, all_done) = mpsc::channel();
    for thread in 0..THREADS {
        let (storm, barrier, url, done) = (Arc::clone(&storm), Arc::clone(&barrier), url.clone(), done.clone());
        std::thread::spawn(move || {
            let mut chance = Chance(thread as u64 + 1);
            // A thread that fails must not leave the others at the barrier: it ends the test by what it does not send.
            for round in 0..ROUNDS {
                if barrier.wait().is_leader() {
                    storm.open(&url);
                }
                barrier.wait();
                (0..CALLS_A_ROUND).for_each(|_| storm.act(&url, &mut chance, round % 2 == 0));
            }
            done.send(()).expect("the test waits");
        });
    }
    for _ in 0..THREADS {
        all_done.recv_timeout(Duration::from_secs(225)).expect("no thread fails or waits for ever");
    }
    assert_eq!(framewire_shutdown(100), FRAMEWIRE_OK);
    let told = storm.told.lock().unwrap();
    for (what, counts) in [("handed out", &told.requests), ("ended", &told.ended), ("answered", &told.answered)] {
        let most = counts.values().max().copied().unwrap_or(0);
        assert!(most <= 1, "a request was {what} {most} times");
        println!("{what}: {}", counts.len());
    }
    assert!(told.answered.keys().all(|id| !told.ended.contains_key(id)), "answered, and ended otherwise");
    assert!(told.responses.values().all(|&count| count == 1), "one RESPONSE a call");
    assert!(told.responses.keys().all(|id| told.calls.contains(id)));
    println!(
        "orphans: {}, calls: {}, attached: {}",
        told.orphans.len(),
        told.calls.len(),
        storm.attached.load(Ordering::Relaxed)
    );
    // It was a storm, and no calm.
    assert!(
        !told.requests.is_empty() && !told.orphans.is_empty() && !told.answered.is_empty() && !told.ended.is_empty()
    );
    stop.store(true, Ordering::SeqCst);
    drop(std::net::TcpStream::connect(address));
    server.join().expect("the peers saw what they should");
}
