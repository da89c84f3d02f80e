//! Recycled events: what the frame loop gave back is filled again, so that a steady stream allocates nothing.

use bytes::Bytes;

use super::event::{Buffer, Event};

/// Events kept for the next messages, at most.
const EVENTS: usize = 512;
/// Payloads up to this size are kept with their event.
const BUFFER_BYTES: usize = 256;
/// Small payloads are copied out: a slice would pin the whole read buffer of the socket.
pub(super) const LARGE: usize = 64 * 1024;

/// Events that may be filled again, each with the small buffer that it had.
#[derive(Debug, Default)]
pub struct Spares {
    #[expect(clippy::vec_box, reason = "the boxes themselves are what is recycled")]
    events: Vec<Box<Event>>,
}

impl Spares {
    /// The event, in a box that was used before where there is one.
    pub fn boxed(&mut self, event: Event) -> Box<Event> {
        match self.events.pop() {
            Some(mut boxed) => {
                *boxed = event;
                boxed
            }
            None => Box::new(event),
        }
    }

    /// The bytes of a payload for an event's buffer, with room for `more`.
    pub fn buffer(&mut self, payload: &Bytes, more: usize) -> Buffer {
        if payload.len() >= LARGE && more == 0 {
            return Buffer::Shared(payload.clone());
        }
        let mut copy = self.events.last_mut().map(|event| event.buffer.take()).unwrap_or_default();
        copy.clear();
        copy.reserve_exact(payload.len() + more);
        copy.extend_from_slice(payload);
        Buffer::Own(copy)
    }

    /// Takes an event back; its payload is freed here if it is no small one.
    pub fn take_back(&mut self, mut event: Box<Event>) {
        if self.events.len() < EVENTS {
            if event.buffer.capacity() > BUFFER_BYTES {
                event.buffer = Buffer::default();
            }
            self.events.push(event);
        }
    }

    /// Frees most of what is kept: an idle link holds little.
    pub fn trim(&mut self) {
        const KEPT: usize = 16;
        self.events.truncate(KEPT);
        self.events.shrink_to(KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::event::EventKind;

    fn event(spares: &mut Spares, payload: &[u8]) -> Box<Event> {
        let buffer = spares.buffer(&Bytes::copy_from_slice(payload), 0);
        spares.boxed(Event { buffer, ..Event::new(EventKind::Text) })
    }

    #[test]
    fn boxes_and_small_buffers_are_used_again() {
        let mut spares = Spares::default();
        let first = event(&mut spares, b"first");
        let (at, bytes_at) = (&raw const *first, first.buffer.as_ptr());
        spares.take_back(first);
        let second = event(&mut spares, b"again");
        assert_eq!((&raw const *second, second.buffer.as_ptr()), (at, bytes_at));
        assert_eq!(&*second.buffer, b"again");
    }

    #[test]
    fn a_buffer_is_kept_up_to_its_size() {
        for (size, kept) in [(BUFFER_BYTES, BUFFER_BYTES), (BUFFER_BYTES + 1, 0)] {
            let mut spares = Spares::default();
            let back = event(&mut spares, &vec![7; size]);
            assert_eq!(back.buffer.capacity(), size);
            spares.take_back(back);
            assert_eq!(spares.events.last().map(|event| event.buffer.capacity()), Some(kept));
        }
    }

    #[test]
    fn there_is_room_for_what_comes_behind_a_payload() {
        let room = Spares::default().buffer(&Bytes::from_static(b"four"), 5).capacity();
        assert!((9..20).contains(&room), "{room}");
    }

    #[test]
    fn large_payloads_are_shared_and_freed_when_they_come_back() {
        let mut spares = Spares::default();
        let payload = Bytes::from(vec![7; LARGE]);
        let buffer = spares.buffer(&payload, 0);
        assert_eq!(buffer.as_ptr(), payload.as_ptr());
        assert!(matches!(spares.buffer(&payload.slice(..65_535), 0), Buffer::Own(_)), "one byte less is copied");
        spares.take_back(Box::new(Event { buffer, ..Event::new(EventKind::Text) }));
        assert!(payload.is_unique());
        let mut many = Spares::default();
        for _ in 0..2 * EVENTS {
            many.take_back(Box::new(Event::new(EventKind::Text)));
        }
        assert_eq!(many.events.len(), EVENTS);
        many.trim();
        assert_eq!(many.events.len(), 16);
        assert!(many.events.capacity() < EVENTS);
    }
}
