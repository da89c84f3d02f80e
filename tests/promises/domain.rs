//! A scripting domain of an editor, over the C interface: it opens a link by name, polls, answers, and goes, in good
//! order or not. The next one attaches by the same name.

use std::time::{Duration, Instant};

use framewire::ffi::*;

use crate::support::PATIENCE;

/// What a domain is configured with. The profile is godot_ai, protocol 1, unless it is set.
#[derive(Clone, Debug)]
pub struct Settings {
    pub name: String,
    pub owner: String,
    pub url: String,
    pub profile: u32,
    pub hello: String,
    pub hold_ms: u32,
    pub orphan_ms: u32,
    pub stall_ms: u32,
    pub request_timeout_ms: u32,
    pub ledger_bytes: u64,
}

impl Settings {
    /// Settings for a peer, under a name of their own; requests wait for the frame loop for ever.
    pub fn new(url: &str) -> Self {
        let name = crate::support::raw(url).name;
        Self {
            name,
            owner: "tests /games/mine".to_owned(),
            url: url.to_owned(),
            profile: FRAMEWIRE_PROFILE_GODOT_AI,
            hello: r#"{"godot_version":"4.7","project_path":"/games/mine/","plugin_version":"1"}"#.to_owned(),
            hold_ms: FRAMEWIRE_NEVER,
            orphan_ms: 0,
            stall_ms: 2000,
            request_timeout_ms: 0,
            ledger_bytes: 4 << 20,
        }
    }

    /// Opens the link of that name, or attaches to it.
    pub fn open(&self) -> (framewire_status, framewire_link) {
        const DELAYS: [u32; 1] = [1];
        let size = size_of::<framewire_config>() as u64;
        let mut config = core::mem::MaybeUninit::<framewire_config>::zeroed();
        // SAFETY: `config` has `size` bytes, and every bit pattern is a value.
        let mut config = unsafe {
            assert_eq!(framewire_config_init(config.as_mut_ptr(), size, FRAMEWIRE_ABI_VERSION), FRAMEWIRE_OK);
            config.assume_init()
        };
        config.name = text(self.name.as_bytes());
        config.owner = text(self.owner.as_bytes());
        config.url = text(self.url.as_bytes());
        config.profile = self.profile;
        if self.profile != FRAMEWIRE_PROFILE_RAW {
            config.hello = text(self.hello.as_bytes());
            config.protocol = u32::from(self.profile == FRAMEWIRE_PROFILE_GODOT_AI);
        }
        config.hold_ms = self.hold_ms;
        config.orphan_ms = self.orphan_ms;
        config.stall_ms = self.stall_ms;
        config.request_timeout_ms = self.request_timeout_ms;
        config.ledger_bytes = self.ledger_bytes;
        config.reconnect_delays_ms = DELAYS.as_ptr();
        config.reconnect_delay_count = DELAYS.len() as u64;
        let mut link = 0;
        // SAFETY: texts and waits outlive the call, which copies them.
        let status = unsafe { framewire_open(&config, &mut link, core::ptr::null_mut()) };
        (status, link)
    }
}

fn text(bytes: &[u8]) -> framewire_str {
    framewire_str { ptr: bytes.as_ptr().cast(), len: bytes.len() as u64 }
}

/// An event, copied out of its loan.
#[derive(Clone, Debug)]
pub struct Seen {
    pub kind: u32,
    pub id: u64,
    pub count: u64,
    pub reason: u32,
    pub flags: u32,
    pub age_ns: u64,
    pub name: String,
    pub data: String,
    pub note: String,
}

impl Seen {
    fn of(event: &framewire_event) -> Self {
        let copy = |text: framewire_str| {
            if text.ptr.is_null() {
                return String::new();
            }
            // SAFETY: lent by the poll whose loan is still open.
            let bytes = unsafe { core::slice::from_raw_parts(text.ptr.cast(), text.len as usize) };
            String::from_utf8_lossy(bytes).into_owned()
        };
        Self {
            kind: event.kind,
            id: event.id,
            count: event.count,
            reason: event.reason,
            flags: event.flags,
            age_ns: event.age_ns,
            name: copy(event.name),
            data: copy(event.data),
            note: copy(event.note),
        }
    }

    /// The `id` among the parameters, by which the peer knows the command.
    pub fn key(&self) -> String {
        let parameters: serde_json::Value = serde_json::from_str(&self.data).unwrap_or_default();
        parameters["id"].as_str().unwrap_or_default().to_owned()
    }
}

/// A domain that has the handle.
#[derive(Debug)]
pub struct Domain {
    pub link: framewire_link,
    /// Every event that it has polled.
    pub seen: Vec<Seen>,
}

impl Domain {
    /// The first domain: it opens the link.
    #[track_caller]
    pub fn first(settings: &Settings) -> Self {
        let (status, link) = settings.open();
        assert_eq!(status, FRAMEWIRE_OK);
        Self { link, seen: Vec::new() }
    }

    /// A later domain: it attaches.
    #[track_caller]
    pub fn next(settings: &Settings) -> Self {
        let (status, link) = settings.open();
        assert_eq!(status, FRAMEWIRE_ATTACHED);
        Self { link, seen: Vec::new() }
    }

    /// Polls at most `capacity` events and leaves them lent.
    pub fn poll(&mut self, capacity: usize) -> (framewire_status, Vec<Seen>) {
        // SAFETY: every bit pattern is a value.
        let mut events: [framewire_event; 64] = unsafe { core::mem::zeroed() };
        let mut count = 0;
        let stride = size_of::<framewire_event>() as u64;
        let capacity = capacity.clamp(1, events.len()) as u64;
        // SAFETY: `events` has room for so many.
        let status = unsafe { framewire_poll(self.link, events.as_mut_ptr(), stride, capacity, &mut count) };
        let fresh: Vec<Seen> = events[..count as usize].iter().map(Seen::of).collect();
        self.seen.extend(fresh.iter().cloned());
        (status, fresh)
    }

    /// One frame: polls, copies, gives back.
    #[track_caller]
    pub fn frame(&mut self, capacity: usize) -> Vec<Seen> {
        let (status, fresh) = self.poll(capacity);
        assert!(matches!(status, FRAMEWIRE_OK | FRAMEWIRE_EMPTY), "{status}");
        if status == FRAMEWIRE_OK {
            assert_eq!(framewire_release(self.link), FRAMEWIRE_OK);
        }
        fresh
    }

    /// Runs frames until `done` says so of what was seen.
    #[track_caller]
    pub fn until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done(self) {
            assert!(Instant::now() < deadline, "in vain: {what}; seen: {:#?}", self.seen);
            if self.frame(64).is_empty() {
                framewire_wait(self.link, 20);
            }
        }
    }

    /// Everything seen of one kind.
    pub fn all(&self, kind: u32) -> impl Iterator<Item = &Seen> {
        self.seen.iter().filter(move |seen| seen.kind == kind)
    }

    pub fn count(&self, kind: u32) -> usize {
        self.all(kind).count()
    }

    /// The keys of the commands seen as events of that kind, in order.
    pub fn keys(&self, kind: u32) -> Vec<String> {
        self.all(kind).map(Seen::key).collect()
    }

    pub fn respond(&self, id: u64, json: &str) -> framewire_status {
        // SAFETY: the text outlives the call.
        unsafe { framewire_respond(self.link, id, text(json.as_bytes()), core::ptr::null_mut()) }
    }

    pub fn defer(&self, id: u64, timeout_ms: u32, note: &str) -> framewire_status {
        // SAFETY: the text outlives the call.
        unsafe { framewire_defer(self.link, id, timeout_ms, text(note.as_bytes())) }
    }

    #[track_caller]
    pub fn state(&self) -> framewire_state {
        state_of(self.link).expect("the link lives")
    }

    #[track_caller]
    pub fn stats(&self) -> framewire_stats {
        let mut stats = framewire_stats::default();
        // SAFETY: a local of that size.
        let status = unsafe { framewire_get_stats(self.link, &mut stats, size_of::<framewire_stats>() as u64) };
        assert_eq!(status, FRAMEWIRE_OK);
        stats
    }

    /// What is open, as `framewire_outstanding` lists it.
    pub fn outstanding(&self) -> Vec<framewire_open_call> {
        // SAFETY: every bit pattern is a value.
        let mut entries: [framewire_open_call; 64] = unsafe { core::mem::zeroed() };
        let (stride, mut count) = (size_of::<framewire_open_call>() as u64, 0);
        let deadline = Instant::now() + PATIENCE;
        loop {
            // SAFETY: `entries` has room for so many.
            let status = unsafe { framewire_outstanding(self.link, entries.as_mut_ptr(), stride, 64, &mut count) };
            match status {
                FRAMEWIRE_OK => return entries[..(count as usize).min(64)].to_vec(),
                FRAMEWIRE_BUSY => assert!(Instant::now() < deadline, "busy for ever"),
                other => panic!("{other}"),
            }
        }
    }

    /// Goes in good order: gives the handle up, which is returned, stale.
    #[track_caller]
    pub fn detach(self) -> framewire_link {
        assert_eq!(framewire_detach(self.link, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK);
        self.link
    }

    #[track_caller]
    pub fn close(self) {
        // SAFETY: no report is wanted.
        let status = unsafe { framewire_close(self.link, 5000, core::ptr::null_mut(), 0) };
        assert_eq!(status, FRAMEWIRE_OK);
    }
}

/// The state of a link, if the handle is good.
pub fn state_of(link: framewire_link) -> Result<framewire_state, framewire_status> {
    // SAFETY: every bit pattern is a value.
    let mut state: framewire_state = unsafe { core::mem::zeroed() };
    // SAFETY: a local of that size.
    match unsafe { framewire_get_state(link, &mut state, size_of::<framewire_state>() as u64) } {
        FRAMEWIRE_OK => Ok(state),
        refused => Err(refused),
    }
}

/// The session id in a state.
pub fn session_id(state: &framewire_state) -> String {
    state.session_id[..state.session_id_len as usize].iter().map(|&byte| byte as u8 as char).collect()
}

/// Lets time go by that a test cannot see go by.
pub fn away(ms: u64) {
    std::thread::sleep(Duration::from_millis(ms));
}
