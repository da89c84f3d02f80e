//! The host: its handles, what is lent to it, and what it must be told once.

use std::collections::{BTreeMap, BTreeSet};

use framewire::ffi::*;

use super::action::Action;
use super::given::{Place, size};
use super::peer;
use super::statuses;
use crate::views::{Room, touch};

/// A handle that there was.
#[derive(Debug, Default)]
pub struct Handle {
    pub number: framewire_link,
    /// The link's name; handles of one link share it.
    pub name: u8,
    pub is_alive: bool,
    /// It was given up, and the link lives on.
    pub was_detached: bool,
    /// Events that are lent by it, with every byte they point to as it was when they were polled.
    pub loan: Vec<(framewire_event, Vec<Vec<u8>>)>,
}

/// What is known of the link of a name.
#[derive(Debug, Default)]
pub struct Link {
    pub is_there: bool,
    pub is_detached: bool,
    pub last_number: u64,
    /// Requests that were polled, and whether they were answered.
    pub requests: BTreeMap<u64, bool>,
    pub ended: BTreeSet<u64>,
    /// Calls that were made, and whether their end was polled.
    pub calls: BTreeMap<u64, bool>,
}

#[derive(Debug, Default)]
pub struct Host {
    pub handles: Vec<Handle>,
    pub links: BTreeMap<u8, Link>,
}

fn parts(event: &framewire_event) -> Vec<Vec<u8>> {
    [event.name, event.data, event.detail, event.note].map(touch).to_vec()
}

impl Host {
    pub fn act(&mut self, action: &Action) {
        match action {
            Action::Open { name, profile, owner, is_alone, is_small } => {
                self.open(*name, *profile, *owner, *is_alone, *is_small);
            }
            Action::Close { on, linger, report } => self.close(*on, u32::from(linger % 4), *report),
            Action::Detach { on, readiness } => self.detach(*on, *readiness),
            Action::Shutdown { key: 77 } => self.shutdown(),
            Action::Shutdown { .. } => {}
            Action::Poll { on, capacity, stride, count } => self.poll(*on, *capacity, *stride, *count),
            Action::Release { on } => self.release(*on),
            Action::Pause { on } => self.plain(*on, |link| framewire_pause(link)),
            Action::Resume { on } => self.plain(*on, |link| framewire_resume(link)),
            Action::Wait { on, ms } => self.plain(*on, |link| framewire_wait(link, u32::from(ms % 8))),
            Action::Connect { on } => self.plain(*on, |link| framewire_connect(link)),
            Action::Disconnect { on } => self.plain(*on, |link| framewire_disconnect(link)),
            Action::RenewSession { on } => self.plain(*on, |link| framewire_renew_session(link)),
            Action::RestoreReadiness { on, readiness } => {
                self.plain(*on, |link| framewire_restore_readiness(link, u32::from(readiness % 12)));
            }
            Action::PeerSays { what, id } => peer::say(said(*what, *id)),
            Action::PeerReplies(replies) => peer::set_replies(*replies),
            Action::PeerLeaves => peer::leave(),
            other => self.say(other),
        }
    }

    /// The handle that `on` stands for, and the place of it where there was one.
    pub fn handle(&self, on: u8) -> (framewire_link, Option<usize>) {
        let living: Vec<usize> = (0..self.handles.len()).filter(|&index| self.handles[index].is_alive).collect();
        let forged = [0, 1, u64::MAX, 0x1234_5678_9abc, 1 << 12, 1 << 62];
        match on {
            0..200 if !living.is_empty() => {
                let index = living[usize::from(on) % living.len()];
                (self.handles[index].number, Some(index))
            }
            200..240 if !self.handles.is_empty() => {
                let index = usize::from(on) % self.handles.len();
                (self.handles[index].number, Some(index))
            }
            _ => (forged[usize::from(on) % forged.len()], None),
        }
    }

    pub fn is_alive(&self, index: Option<usize>) -> bool {
        index.is_some_and(|index| self.handles[index].is_alive)
    }

    pub fn link(&mut self, index: Option<usize>) -> Option<&mut Link> {
        let name = self.handles.get(index?)?.name;
        self.links.get_mut(&name)
    }

    fn plain(&self, on: u8, call: impl FnOnce(framewire_link) -> framewire_status) {
        let (link, index) = self.handle(on);
        statuses::check(call(link), self.is_alive(index));
    }

    fn poll(&mut self, on: u8, capacity: u8, stride: u8, count: Place) {
        let (link, index) = self.handle(on);
        if capacity >= 128 {
            // So that there is something to poll, whatever the threads are doing.
            framewire_wait(link, 20);
        }
        let stride = size(size_of::<framewire_event>(), stride);
        let capacity = usize::from(capacity % 6);
        let (mut room, mut counted) = (Room::new(stride.min(1 << 13) * capacity), 77_u64);
        // SAFETY: the room is as long as it says wherever the stride is one that a header has.
        let status =
            unsafe { framewire_poll(link, room.pointer(), stride as u64, capacity as u64, count.of(&raw mut counted)) };
        statuses::check(status, self.is_alive(index));
        let has_loan = index.is_some_and(|index| !self.handles[index].loan.is_empty());
        match status {
            FRAMEWIRE_OK => {
                assert!(!has_loan && (1..=capacity as u64).contains(&counted));
                let index = index.expect("it lives");
                for place in 0..counted as usize {
                    self.polled(index, room.read_cut(place * stride, stride));
                }
            }
            FRAMEWIRE_EMPTY => assert!(!has_loan && counted == 0),
            FRAMEWIRE_BUSY => assert!(has_loan && counted == 77),
            _ => assert_eq!(counted, 77, "nothing is written"),
        }
    }

    /// An event: of a known kind, no sign of a failure inside, and each request and call once.
    fn polled(&mut self, index: usize, event: framewire_event) {
        assert!((1..=FRAMEWIRE_EVENT_LOG).contains(&event.kind), "kind {}", event.kind);
        assert_ne!(event.reason, FRAMEWIRE_REASON_INTERNAL, "the library failed inside");
        let texts = parts(&event);
        let words = String::from_utf8(texts[2].clone()).expect("words are UTF-8");
        assert!(!words.contains("panicked") && !words.contains("failed inside"), "{words}");
        let link = self.link(Some(index)).expect("it is known");
        match event.kind {
            FRAMEWIRE_EVENT_REQUEST => assert!(link.requests.insert(event.id, false).is_none(), "P1 once"),
            FRAMEWIRE_EVENT_REQUEST_ORPHANED => assert_eq!(link.requests.get(&event.id), Some(&false), "P4 reload"),
            FRAMEWIRE_EVENT_REQUEST_ENDED => {
                assert_eq!(link.requests.get(&event.id), Some(&false), "P3 settled: it was open");
                assert!(link.ended.insert(event.id), "P3 settled: once");
            }
            FRAMEWIRE_EVENT_RESPONSE => {
                assert_eq!(link.calls.insert(event.id, true), Some(false), "one RESPONSE a call");
            }
            FRAMEWIRE_EVENT_SEND_DROPPED => {
                assert!(event.first <= event.last && event.last <= link.last_number + link.calls.len() as u64);
            }
            _ => {}
        }
        self.handles[index].loan.push((event, texts));
    }

    fn release(&mut self, on: u8) {
        let (link, index) = self.handle(on);
        let status = framewire_release(link);
        let Some(handle) = index.map(|index| &mut self.handles[index]) else {
            return statuses::check(status, false);
        };
        let expected = if handle.is_alive || !handle.loan.is_empty() { FRAMEWIRE_OK } else { FRAMEWIRE_STALE };
        assert_eq!(status, expected);
        handle.loan.clear();
    }

    /// Every byte that is lent is there, and as it was.
    pub fn read_all_that_is_lent(&self) {
        for (event, texts) in self.handles.iter().flat_map(|handle| &handle.loan) {
            assert_eq!(parts(event), *texts, "P-lent: nothing changes what is lent");
        }
    }

    /// All is closed; loans end last.
    pub fn end(mut self) {
        for index in 0..self.handles.len() {
            if self.handles[index].is_alive {
                // SAFETY: no report is wanted.
                let status = unsafe { framewire_close(self.handles[index].number, 0, std::ptr::null_mut(), 0) };
                assert_eq!(status, FRAMEWIRE_OK);
                self.handles[index].is_alive = false;
            }
        }
        self.read_all_that_is_lent();
        for handle in &self.handles {
            let status = framewire_release(handle.number);
            assert_eq!(status == FRAMEWIRE_OK, !handle.loan.is_empty());
        }
        // What was detached has no handle to close it by.
        assert_eq!(framewire_shutdown(0), FRAMEWIRE_OK);
    }
}

fn said(what: u8, id: u8) -> Vec<u8> {
    match what % 8 {
        0..=3 => format!(r#"{{"id":{id},"method":"m\u00e9{id}","params":{{"a":[{id}]}}}}"#).into_bytes(),
        4 => format!(r#"{{"method":"n{id}","params":[]}}"#).into_bytes(),
        5 => format!(r#"[{{"id":{id},"method":"a"}},{{"method":"b"}},7]"#).into_bytes(),
        6 => b"{".to_vec(),
        _ => vec![id; usize::from(id) * 300],
    }
}
