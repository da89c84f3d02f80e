//! What the tests of the C ABI share: links that never dial, and texts by literal.

use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;

use super::text::view;
use super::*;

/// A configuration that a link opens with, of a name that no other test has.
pub(super) fn config(what: &str) -> framewire_config {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("{what}-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    named(kept(name))
}

/// The text for the rest of the process. A leak detector finds it in use.
pub(super) fn kept(text: String) -> &'static str {
    static KEPT: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    let text = Box::leak(text.into_boxed_str());
    KEPT.lock().push(text);
    text
}

/// The same under a given name.
pub(super) fn named(name: &'static str) -> framewire_config {
    let mut config = core::mem::MaybeUninit::<framewire_config>::uninit();
    let size = size_of::<framewire_config>() as u64;
    // SAFETY: `config` has `size` bytes, and is filled when the call succeeds.
    let mut config = unsafe {
        assert_eq!(framewire_config_init(config.as_mut_ptr(), size, FRAMEWIRE_ABI_VERSION), FRAMEWIRE_OK);
        config.assume_init()
    };
    config.name = of(name);
    config.url = of("ws://127.0.0.1:1/");
    config.flags = FRAMEWIRE_CONFIG_START_DISCONNECTED;
    config
}

/// Opens a link that never dials.
pub(super) fn open(what: &str) -> framewire_link {
    let (status, link, error) = try_open(&config(what));
    assert_eq!(status, FRAMEWIRE_OK, "{}", error.1);
    link
}

/// Opens, and tells the field at fault and the words.
pub(super) fn try_open(config: &framewire_config) -> (framewire_status, framewire_link, (u32, String)) {
    let mut link = 77;
    let mut error = framewire_error { status: 77, field: 77, text: [1; 256] };
    // SAFETY: locals, and a configuration of static texts.
    let status = unsafe { framewire_open(config, &mut link, &mut error) };
    assert_eq!(error.status, status);
    (status, link, (error.field, words(&error.text)))
}

/// The text of a fixed array.
pub(super) fn words(text: &[core::ffi::c_char]) -> String {
    let end = text.iter().position(|&byte| byte == 0).expect("NUL-terminated");
    String::from_utf8(text[..end].iter().map(|&byte| byte as u8).collect()).expect("UTF-8")
}

/// A view of a literal; an empty one is empty, not absent.
pub(super) fn of(text: &'static str) -> framewire_str {
    framewire_str { ptr: text.as_ptr().cast(), ..view(text.as_bytes()) }
}

/// A view of bytes.
pub(super) fn raw(bytes: &'static [u8]) -> framewire_str {
    framewire_str { ptr: bytes.as_ptr().cast(), len: bytes.len() as u64 }
}

/// What a view shows.
///
/// # Safety
/// The view is readable.
pub(super) unsafe fn seen(view: framewire_str) -> String {
    // SAFETY: this function has the same contract.
    unsafe { text::text(view) }.expect("a good text").unwrap_or_default().to_owned()
}

/// No events yet, of `N`.
pub(super) fn row<const N: usize>() -> [framewire_event; N] {
    // SAFETY: every bit pattern is a value.
    unsafe { core::mem::zeroed() }
}

/// Polls into `events`.
pub(super) fn poll(link: framewire_link, events: &mut [framewire_event]) -> (framewire_status, u64) {
    let mut count = 77;
    let (stride, capacity) = (size_of::<framewire_event>() as u64, events.len() as u64);
    // SAFETY: `events` is a slice of that many.
    let status = unsafe { framewire_poll(link, events.as_mut_ptr(), stride, capacity, &mut count) };
    (status, count)
}

/// Makes `link` raise a LOG event, and waits until it can be polled.
pub(super) fn raise(link: framewire_link, text: &str) {
    let raised = handle::TABLE.with_link(link, |link| {
        link.log(FRAMEWIRE_LOG_ERROR, text);
        Ok(())
    });
    assert_eq!(raised, Ok(()));
    assert_eq!(framewire_wait(link, 30_000), FRAMEWIRE_OK);
}

/// Polls one event at a time until one shows `text`; its loan is left open.
pub(super) fn poll_until(link: framewire_link, text: &str) -> framewire_event {
    loop {
        assert_eq!(framewire_wait(link, 30_000), FRAMEWIRE_OK, "no event shows {text:?}");
        let mut events = row::<1>();
        if poll(link, &mut events).0 != FRAMEWIRE_OK {
            continue;
        }
        // SAFETY: lent by the poll.
        if unsafe { seen(events[0].detail) }.contains(text) {
            return events[0];
        }
        assert_eq!(framewire_release(link), FRAMEWIRE_OK);
    }
}

/// Closes without a report.
pub(super) fn close(link: framewire_link) -> framewire_status {
    // SAFETY: no report is wanted.
    unsafe { framewire_close(link, 0, core::ptr::null_mut(), 0) }
}
