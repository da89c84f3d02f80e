//! What a call refuses before it reaches the link, and what a disconnected link says.
use super::*;
use crate::ffi::testing::{close, config, of, open, raw, try_open};
use crate::ffi::text::ABSENT;

const NULL_WITH_LENGTH: framewire_str = framewire_str { len: 1, ..ABSENT };

fn endless() -> framewire_str {
    framewire_str { len: u64::MAX, ..of("x") }
}

fn odd() -> *mut u64 {
    core::ptr::without_provenance_mut(4)
}

#[test]
fn payloads_and_names_that_are_wrong() {
    let link = open("payloads");
    let none = core::ptr::null_mut();
    let mut id = 77;
    // SAFETY: refused before anything is read or written.
    unsafe {
        for bad in [ABSENT, NULL_WITH_LENGTH, endless()] {
            assert_eq!(framewire_respond(link, 1, bad, none), FRAMEWIRE_INVALID, "{bad:?}");
        }
        for bad in [NULL_WITH_LENGTH, endless()] {
            assert_eq!(framewire_send_text(link, bad, none), FRAMEWIRE_INVALID, "{bad:?}");
            assert_eq!(framewire_send_binary(link, bad.ptr.cast(), bad.len, none), FRAMEWIRE_INVALID);
            assert_eq!(framewire_notify(link, of("n"), bad, none), FRAMEWIRE_INVALID);
            assert_eq!(framewire_request(link, of("m"), bad, 0, &mut id), FRAMEWIRE_INVALID);
            assert_eq!(framewire_respond_error(link, 1, of("c"), of("m"), bad, none), FRAMEWIRE_INVALID);
            assert_eq!(framewire_respond_error(link, 1, of("c"), bad, ABSENT, none), FRAMEWIRE_INVALID);
            assert_eq!(framewire_defer(link, 1, 0, bad), FRAMEWIRE_INVALID);
        }
        for bad in [ABSENT, of(""), NULL_WITH_LENGTH, endless(), raw(b"a\0b"), raw(b"\xc0\x80")] {
            assert_eq!(framewire_notify(link, bad, ABSENT, none), FRAMEWIRE_INVALID, "{bad:?}");
            assert_eq!(framewire_request(link, bad, ABSENT, 0, &mut id), FRAMEWIRE_INVALID, "{bad:?}");
            assert_eq!(framewire_respond_error(link, 1, bad, ABSENT, ABSENT, none), FRAMEWIRE_INVALID, "{bad:?}");
        }
        for bad in [raw(b"a\0b"), raw(b"\xff")] {
            assert_eq!(framewire_respond_error(link, 1, of("c"), bad, ABSENT, none), FRAMEWIRE_INVALID);
        }
        let note = framewire_str { len: 65_537, ..raw(&[b'x'; 65_537]) };
        assert_eq!(framewire_defer(link, 1, 0, note), FRAMEWIRE_TOO_LARGE);
        assert_eq!(framewire_request(link, of("m"), ABSENT, 0, none), FRAMEWIRE_INVALID);
        assert_eq!(framewire_request(link, of("m"), ABSENT, 0, odd()), FRAMEWIRE_INVALID);
        assert_eq!(framewire_send_text(link, of("x"), odd()), FRAMEWIRE_INVALID);
    }
    assert_eq!(id, 77);
    close(link);
}

#[test]
fn a_disconnected_link_takes_no_message_and_knows_no_request() {
    let link = open("disconnected");
    let mut number = 77;
    // SAFETY: static texts and a local.
    unsafe {
        assert_eq!(framewire_send_text(link, of("x"), &mut number), FRAMEWIRE_NOT_OPEN);
        assert_eq!(framewire_send_text(link, of(""), &mut number), FRAMEWIRE_NOT_OPEN);
        assert_eq!(framewire_send_text(link, ABSENT, &mut number), FRAMEWIRE_NOT_OPEN);
        assert_eq!(framewire_send_binary(link, core::ptr::null(), 0, &mut number), FRAMEWIRE_NOT_OPEN);
        for id in [0, 1, u64::MAX] {
            assert_eq!(framewire_respond(link, id, of("{}"), &mut number), FRAMEWIRE_UNKNOWN, "{id}");
            let status = framewire_respond_error(link, id, of("c"), ABSENT, ABSENT, &mut number);
            assert_eq!(status, FRAMEWIRE_UNKNOWN, "{id}");
            assert_eq!(framewire_defer(link, id, 1000, ABSENT), FRAMEWIRE_UNKNOWN, "{id}");
        }
        let mut id = 77;
        assert_eq!(framewire_request(link, of("m"), ABSENT, 0, &mut id), FRAMEWIRE_UNSUPPORTED);
        assert_eq!(id, 77);
    }
    assert_eq!(framewire_cancel(link, 1), FRAMEWIRE_UNSUPPORTED);
    assert_eq!(number, 77, "nothing is written without a send");
    close(link);
    // SAFETY: as above.
    let status = unsafe { framewire_send_text(link, of("x"), &mut number) };
    assert_eq!(status, FRAMEWIRE_STALE);
}

#[test]
fn a_link_that_makes_calls_says_why_not_now() {
    let mut config = config("calls");
    config.profile = FRAMEWIRE_PROFILE_JSON_RPC;
    let (status, link, error) = try_open(&config);
    assert_eq!(status, FRAMEWIRE_OK, "{}", error.1);
    let mut id = 77;
    // SAFETY: static texts and a local.
    let mut request = |method| unsafe { framewire_request(link, method, ABSENT, 0, &mut id) };
    assert_eq!(request(of("m")), FRAMEWIRE_NOT_OPEN);
    assert_eq!(request(raw(&[b'm'; 1025])), FRAMEWIRE_INVALID);
    assert_eq!(request(raw(&[b'm'; 1024])), FRAMEWIRE_NOT_OPEN);
    assert_eq!(id, 77, "nothing is written without a call");
    for id in [0, 1, u64::MAX] {
        assert_eq!(framewire_cancel(link, id), FRAMEWIRE_UNKNOWN, "{id}");
    }
    close(link);
    assert_eq!(framewire_cancel(link, 1), FRAMEWIRE_STALE);
}
