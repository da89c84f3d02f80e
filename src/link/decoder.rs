//! The hook by which payloads become values of the host's language before the frame loop sees them.

use std::fmt::Debug;

pub use crate::session::decoded::Decoded;
use crate::session::event::EventKind;

/// What a decoder is given of an event that carries a payload.
#[derive(Clone, Copy, Debug)]
pub struct DecodeInput<'a> {
    /// REQUEST, REQUEST_ORPHANED, RESPONSE or NOTIFICATION.
    pub kind: EventKind,
    /// The request, or the call; 0 for a notification.
    pub id: u64,
    /// Method, or name of the notification; UTF-8.
    pub name: &'a [u8],
    /// Parameters or payload, never empty: the JSON text as the peer wrote it, UTF-8.
    pub data: &'a [u8],
}

/// Makes host values of payloads, away from the frame loop and from the I/O thread.
///
/// One thread a link, `fw:decode`, calls it for each REQUEST, REQUEST_ORPHANED, RESPONSE and NOTIFICATION that carries
/// a payload, one at a time, in the order of arrival, and drops the values there, too, when their events have come back
/// from the frame loop; short ones stay on the I/O thread, see [`Decoder::short_bytes`]. So a value must be of a type that
/// one thread may build and free while another reads it, and must need no thread-local of the frame thread.
///
/// An event is not handed out before its value is there, and those behind it wait with it; deadlines, answers to
/// pings, and the bounds of the inbox go on meanwhile. What was settled before its turn came (a request that expired,
/// or whose connection ended) is not decoded. A panic costs the value, not the event, and is told in a LOG event.
///
/// A decode that never returns holds up its link's events, and the thread cannot be joined at the close: bound the work
/// by the size of the payload.
pub trait Decoder: Send + Sync + Debug {
    /// The value of a payload, and an estimate of the memory that it takes. Decoders that decline return
    /// [`Decoded::default`]; the event then comes with its bytes alone, as it does beside a value.
    fn decode(&self, input: &DecodeInput<'_>) -> Decoded;

    /// Payloads of at most so many bytes are decoded by the I/O thread itself when nothing before them waits for its value,
    /// and their values end there in any case: the way to another thread and back takes longer. 0, the default: none. The
    /// connection waits meanwhile, so it is for what takes less than a millisecond.
    fn short_bytes(&self) -> usize {
        0
    }
}
