//! What the host says by a handle, and what it asks of it.

use framewire::ffi::*;

use super::action::Action;
use super::given::{Given, Place, size};
use super::hosts::Host;
use super::statuses;
use crate::views::Room;

impl Host {
    pub fn say(&mut self, action: &Action) {
        match action {
            Action::SetEndpoint { on, token } => self.told(*on, &[token], |link, [token], error| {
                let absent = Given::Absent.place().1;
                // SAFETY: the texts and the room are as long as they say.
                unsafe { framewire_set_endpoint(link, absent, token, error) }
            }),
            Action::SetHello { on, hello } => self.told(*on, &[hello], |link, [hello], error| {
                // SAFETY: as above.
                unsafe { framewire_set_hello(link, hello, error) }
            }),
            Action::SendText { on, text, number } => {
                self.sent(*on, *number, &[text], |link, [text], number| {
                    // SAFETY: as above.
                    unsafe { framewire_send_text(link, text, number) }
                });
            }
            Action::SendBinary { on, data, number } => {
                self.sent(*on, *number, &[data], |link, [data], number| {
                    // SAFETY: as above.
                    unsafe { framewire_send_binary(link, data.ptr.cast(), data.len, number) }
                });
            }
            Action::Notify { on, name, json, number } => {
                self.sent(*on, *number, &[name, json], |link, [name, json], number| {
                    // SAFETY: as above.
                    unsafe { framewire_notify(link, name, json, number) }
                });
            }
            Action::Respond { on, which, json, number } => {
                self.answered(*on, *which, *number, &[json], |link, id, [json], number| {
                    // SAFETY: as above.
                    unsafe { framewire_respond(link, id, json, number) }
                });
            }
            Action::RespondError { on, which, code, message, data } => {
                self.answered(
                    *on,
                    *which,
                    Place::Good,
                    &[code, message, data],
                    |link, id, [code, message, data], number| {
                        // SAFETY: as above.
                        unsafe { framewire_respond_error(link, id, code, message, data, number) }
                    },
                );
            }
            Action::RespondAttachment { on, which, json, pointer, bytes } => {
                let texts = [json, pointer, bytes];
                self.answered(*on, *which, Place::Null, &texts, |link, id, [json, pointer, bytes], number| {
                    // SAFETY: as above.
                    unsafe {
                        framewire_respond_attachment(link, id, json, pointer, bytes.ptr.cast(), bytes.len, number)
                    }
                });
            }
            Action::Request { on, method, json, id } => self.request(*on, method, json, *id),
            Action::Cancel { on, which } => self.cancel(*on, *which),
            Action::Defer { on, which, ms, note } => {
                let (link, index) = self.handle(*on);
                let (_held, view) = note.place();
                // SAFETY: as above.
                let status = unsafe { framewire_defer(link, self.request_id(index, *which), (*ms).into(), view) };
                statuses::check(status, self.is_alive(index));
                assert!(!note.is_wrong() || status == FRAMEWIRE_INVALID);
            }
            Action::SetReadiness { on, readiness, reason } => {
                let (link, index) = self.handle(*on);
                let (_held, view) = reason.place();
                // SAFETY: as above.
                let status = unsafe { framewire_set_readiness(link, u32::from(readiness % 12), view) };
                statuses::check(status, self.is_alive(index));
                assert!(!reason.is_wrong() || status == FRAMEWIRE_INVALID);
            }
            other => self.ask(other),
        }
    }

    /// Calls that only copy something out.
    fn ask(&self, action: &Action) {
        match action {
            Action::GetState { on, size: choice, place } => {
                let right = size_of::<framewire_state>();
                self.copied(*on, size(right, *choice), right, *place, |link, to, size| {
                    // SAFETY: the room is as long as it says wherever the size is one that a header has.
                    unsafe { framewire_get_state(link, to.cast(), size) }
                });
            }
            Action::GetStats { on, size: choice, place } => {
                let right = size_of::<framewire_stats>();
                self.copied(*on, size(right, *choice), right, *place, |link, to, size| {
                    // SAFETY: as above.
                    unsafe { framewire_get_stats(link, to.cast(), size) }
                });
            }
            Action::Outstanding { on, capacity, count } => {
                let (link, index) = self.handle(*on);
                let (stride, capacity) = (size_of::<framewire_open_call>(), usize::from(capacity % 4));
                let (mut room, mut counted) = (Room::new(stride * capacity), 77);
                let count = count.of(&raw mut counted);
                // SAFETY: as above.
                let status =
                    unsafe { framewire_outstanding(link, room.pointer(), stride as u64, capacity as u64, count) };
                statuses::check(status, self.is_alive(index));
                for place in 0..capacity.min(counted as usize).min(if status == FRAMEWIRE_OK { capacity } else { 0 }) {
                    let entry = room.read::<framewire_open_call>(place * stride);
                    assert!((1..=3).contains(&entry.kind) && entry.method_len < 128);
                }
            }
            Action::JsonGet { json, pointer, size: choice } => {
                let size = size(size_of::<framewire_json>(), *choice);
                let ((_json, json_view), (_pointer, pointer_view)) = (json.place(), pointer.place());
                let mut room = Room::new(size.min(4096));
                // SAFETY: as above.
                let status = unsafe { framewire_json_get(json_view, pointer_view, room.pointer(), size as u64) };
                assert!(matches!(status, FRAMEWIRE_OK | FRAMEWIRE_INVALID));
                assert!(!(json.is_wrong() || pointer.is_wrong()) || status == FRAMEWIRE_INVALID);
            }
            Action::ConfigInit { size: choice, version, place } => {
                let size = size(size_of::<framewire_config>(), *choice);
                let mut room = Room::new(size.min(4096));
                // SAFETY: as above.
                let status = unsafe { framewire_config_init(place.of(room.pointer()), size as u64, *version) };
                assert!(matches!(status, FRAMEWIRE_OK | FRAMEWIRE_INVALID | FRAMEWIRE_UNSUPPORTED));
                assert!(*place == Place::Good || status == FRAMEWIRE_INVALID);
            }
            Action::StatusName(status) => assert!(framewire_status_name(*status).len > 0),
            other => panic!("{other:?} is done elsewhere"),
        }
    }

    fn copied(
        &self,
        on: u8,
        size: usize,
        right: usize,
        place: Place,
        call: impl FnOnce(framewire_link, *mut u8, u64) -> framewire_status,
    ) {
        let (link, index) = self.handle(on);
        // Whatever the size is, no more than a header may have is ever written.
        let mut room = Room::new(size.min(4096));
        let status = call(link, place.of(room.pointer()), size as u64);
        statuses::check(status, self.is_alive(index));
        assert!(place == Place::Good || status == FRAMEWIRE_INVALID);
        assert!(size != right || place != Place::Good || !self.is_alive(index) || status == FRAMEWIRE_OK);
    }

    /// A call that tells in words why it fails.
    fn told<const N: usize>(
        &self,
        on: u8,
        texts: &[&Given; N],
        call: impl FnOnce(framewire_link, [framewire_str; N], *mut framewire_error) -> framewire_status,
    ) {
        let (link, index) = self.handle(on);
        let held = texts.map(Given::place);
        let mut error = Room::new(size_of::<framewire_error>());
        let status = call(link, held.each_ref().map(|(_, view)| *view), error.pointer());
        statuses::check(status, self.is_alive(index));
        let error = error.read::<framewire_error>(0);
        assert_eq!((error.status, error.text[0] == 0), (status, status == FRAMEWIRE_OK));
        assert!(!texts.iter().any(|text| text.is_wrong()) || status == FRAMEWIRE_INVALID);
    }

    /// A send: each that is taken has a number above the last.
    fn sent<const N: usize>(
        &mut self,
        on: u8,
        place: Place,
        texts: &[&Given; N],
        call: impl FnOnce(framewire_link, [framewire_str; N], *mut u64) -> framewire_status,
    ) -> framewire_status {
        let (link, index) = self.handle(on);
        let held = texts.map(Given::place);
        let mut number = 0;
        let status = call(link, held.each_ref().map(|(_, view)| *view), place.of(&raw mut number));
        statuses::check(status, self.is_alive(index));
        assert!(!texts.iter().any(|text| text.is_wrong()) || status == FRAMEWIRE_INVALID);
        assert!(place != Place::Misaligned || status == FRAMEWIRE_INVALID);
        if matches!(status, FRAMEWIRE_OK | FRAMEWIRE_REPLACED) {
            let link = self.link(index).expect("it lives");
            assert!(place == Place::Null || number > link.last_number, "{number} after {}", link.last_number);
            link.last_number = number.max(link.last_number + 1);
        } else {
            assert_eq!(number, 0, "nothing is written");
        }
        status
    }

    /// An answer: OK once for each request, and never for one that was not polled.
    fn answered<const N: usize>(
        &mut self,
        on: u8,
        which: u8,
        place: Place,
        texts: &[&Given; N],
        call: impl FnOnce(framewire_link, u64, [framewire_str; N], *mut u64) -> framewire_status,
    ) {
        let index = self.handle(on).1;
        let id = self.request_id(index, which);
        let status = self.sent(on, place, texts, |link, texts, number| call(link, id, texts, number));
        if matches!(status, FRAMEWIRE_OK | FRAMEWIRE_REPLACED) {
            let link = self.link(index).expect("it lives");
            assert_eq!(link.requests.insert(id, true), Some(false), "P3 settled: answered once, after it was polled");
            assert!(!link.ended.contains(&id));
        } else if status == FRAMEWIRE_ALREADY_ANSWERED {
            assert_eq!(self.link(index).expect("it lives").requests.get(&id), Some(&true));
        }
    }

    /// A request that was polled, or one that there never was.
    fn request_id(&mut self, index: Option<usize>, which: u8) -> u64 {
        let Some(link) = self.link(index).filter(|link| which < 220 && !link.requests.is_empty()) else {
            return [0, 1, u64::MAX, 1 << 40][usize::from(which % 4)];
        };
        // The newest are the likeliest to be open.
        let back = usize::from(which) % link.requests.len().min(4);
        *link.requests.keys().rev().nth(back).expect("there are as many")
    }

    fn request(&mut self, on: u8, method: &Given, json: &Given, place: Place) {
        let (link, index) = self.handle(on);
        let ((_method, method_view), (_json, json_view)) = (method.place(), json.place());
        let mut id = 0;
        // SAFETY: as above.
        let status = unsafe { framewire_request(link, method_view, json_view, 0, place.of(&raw mut id)) };
        statuses::check(status, self.is_alive(index));
        assert!(place == Place::Good || status == FRAMEWIRE_INVALID);
        assert!(!(method.is_wrong() || json.is_wrong()) || status == FRAMEWIRE_INVALID);
        assert_eq!(status == FRAMEWIRE_OK, id != 0);
        if status == FRAMEWIRE_OK {
            assert!(self.link(index).expect("it lives").calls.insert(id, false).is_none(), "an id is never used again");
        }
    }

    fn cancel(&mut self, on: u8, which: u8) {
        let (link, index) = self.handle(on);
        let calls = self.link(index).map(|link| link.calls.clone()).unwrap_or_default();
        let id = calls.keys().nth(usize::from(which) % calls.len().max(1)).copied().unwrap_or(u64::from(which));
        let status = framewire_cancel(link, id);
        statuses::check(status, self.is_alive(index));
        assert!(status != FRAMEWIRE_OK || calls.get(&id) == Some(&false), "only what is under way is taken back");
    }
}
