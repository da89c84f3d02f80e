//! Opening, dialling, closing.

use std::sync::Once;
use std::time::Duration;

use super::config::offset;
use super::config_input::convert;
use super::error::{Fault, guard_told};
use super::guard::{guard, guard_link};
use super::handle::TABLE;
use super::sized::{Output, place};
use super::status::of_unit;
use super::text::text;
use super::*;
use crate::link::Link;
use crate::readiness::Readiness;

/// Opens a link and starts its thread. It dials at once, unless START_DISCONNECTED is set.
///
/// If a living link has the same name, owner and profile, the caller attaches to it: the handle is new, the old one stale,
/// the connection goes on. What the old owner had polled and not answered comes once as REQUEST_ORPHANED; events that it
/// had not polled follow in order; its pauses are over. OPENED is not repeated: `framewire_get_state` says how the link
/// stands. Another `url`, `token` or `hello` counts from the next dial on; any other difference is refused. A link of this
/// name and owner that has ended by itself (`orphan_ms`) is closed, and a new one takes its place.
///
/// The call does not wait for a connection: OPENED, ACKNOWLEDGED or CONNECT_FAILED tell how it went. The first
/// open of a process also pins the library in memory: unloading it later has no effect.
///
/// Ownership: everything in `config` is copied before the call returns. `link` gets the handle, 0 on failure;
/// it is the caller's until `framewire_close`. `error` may be NULL; else it gets the status, the offset in
/// `framewire_config` of the field at fault, and words that say what to do.
///
/// Threads: any; where it attaches, the caller sees to it that no thread reads events lent to the old handle.
///
/// Blocks: never for the network. With `project` it looks at that directory; a link that has ended by itself is joined,
/// which is a matter of moments.
///
/// Returns:
/// - `FRAMEWIRE_OK`: open
/// - `FRAMEWIRE_ATTACHED`: the living link of this name was taken over
/// - `FRAMEWIRE_INVALID`: `config` or `link` is NULL or misaligned, or a field has a wrong value: see `error`
/// - `FRAMEWIRE_UNSUPPORTED`: another ABI version, a field of a newer one, or a feature this build lacks
/// - `FRAMEWIRE_NAME_IN_USE`: a living link of another owner or profile has this name, or another thread is opening or
///   closing it this moment: try again, close it first, or choose another
/// - `FRAMEWIRE_CONFIG_DIFFERS`: the living link was opened with another configuration: see `error`; nothing changed
/// - `FRAMEWIRE_LIMIT`: 4096 links are open in this process
/// - `FRAMEWIRE_NO_RESOURCES`: the system refused a thread, a descriptor or memory
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_open(
    config: *const framewire_config,
    link: *mut framewire_link,
    error: *mut framewire_error,
) -> framewire_status {
    let open = || {
        // SAFETY: the caller vouches for `link`.
        let link = unsafe { place(link)? }.ok_or(FRAMEWIRE_INVALID)?;
        let link = link.write(0);
        prepare_process();
        // SAFETY: the caller vouches for the configuration and what it points to.
        let config = unsafe { convert(config)? };
        fault::strike_open(&config.name);
        let name = config.name.clone();
        TABLE.reap(&config);
        if let Some(handle) = TABLE.attach(&config)? {
            *link = handle;
            fault::arm(handle, &name);
            return Ok(FRAMEWIRE_ATTACHED);
        }
        let place = TABLE.reserve()?;
        let (opened, inbox) = Link::open(config)?;
        *link = place.fill(opened, inbox);
        fault::arm(*link, &name);
        Ok(FRAMEWIRE_OK)
    };
    // SAFETY: the caller vouches for `error`.
    unsafe { guard_told(error, open) }
}

/// What a guest in this process needs before its first thread.
fn prepare_process() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        panic_log::install();
        // Where the system refuses either, the library works all the same; only an unload, or a call in a forked
        // child, is then as risky as with any other library that has threads.
        let _ = crate::sys::pin_library();
        let _ = crate::sys::register_fork_handler();
    });
}

/// Dials now, cutting a reconnect wait short; undoes `framewire_disconnect`.
///
/// Without effect on a link that is connected or dialling.
///
/// Ownership: nothing changes hands.
///
/// Threads: any.
///
/// Blocks: never; events tell how it goes.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the wish is passed on
/// - `FRAMEWIRE_WOULD_BLOCK`: too many wishes wait for the link; try again next frame
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub extern "C" fn framewire_connect(link: framewire_link) -> framewire_status {
    guard_link(link, || TABLE.with_link(link, |link| of_unit(link.connect())))
}

/// Closes the connection in good order and stays disconnected until `framewire_connect`.
///
/// The link itself stays open: what had arrived is delivered, then CLOSED.
///
/// Ownership: nothing changes hands; an open loan stays open.
///
/// Threads: any.
///
/// Blocks: never; CLOSED tells when it is done.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the wish is passed on
/// - `FRAMEWIRE_WOULD_BLOCK`: too many wishes wait for the link; try again next frame
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub extern "C" fn framewire_disconnect(link: framewire_link) -> framewire_status {
    guard_link(link, || TABLE.with_link(link, |link| of_unit(link.disconnect())))
}

/// Sets where the next dial goes and with which token. A present connection stays.
///
/// Ownership: `url` and `token` are copied. An absent one keeps what was; an empty `token` wipes it. `error`
/// as for `framewire_open`.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken, from the next dial on
/// - `FRAMEWIRE_LIMIT`: too many wishes wait for the link; try again next frame
/// - `FRAMEWIRE_INVALID`: `url` is not ws:// or wss:// with a host, or a text is malformed: see `error`
/// - `FRAMEWIRE_UNSUPPORTED`: `wss://` in a build without TLS
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_set_endpoint(
    link: framewire_link,
    url: framewire_str,
    token: framewire_str,
    error: *mut framewire_error,
) -> framewire_status {
    let set = || {
        // SAFETY: the caller vouches for the texts.
        let (url, token) = unsafe {
            let url = text(url).map_err(|fault| Fault::bad_text(offset!(url), "url", fault))?;
            (url, text(token).map_err(|fault| Fault::bad_text(offset!(token), "token", fault))?)
        };
        on_link(link, |link| link.set_endpoint(url, token))
    };
    // SAFETY: the caller vouches for `error`.
    unsafe { guard_told(error, set) }
}

/// Sets the hello that the next connection begins with. With unity_mcp the server learns of changed `tools` at once.
///
/// Ownership: `hello`, a JSON object with fields of the profile, is copied. `error` as for `framewire_open`.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: taken, from the next connection on
/// - `FRAMEWIRE_LIMIT`: too many wishes wait for the link; try again next frame
/// - `FRAMEWIRE_INVALID`: `hello` is absent, malformed or lacks what the profile needs: see `error`
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no hello
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_set_hello(
    link: framewire_link,
    hello: framewire_str,
    error: *mut framewire_error,
) -> framewire_status {
    let set = || {
        // SAFETY: the caller vouches for the text.
        let hello = unsafe { text(hello) }.map_err(|fault| Fault::bad_text(offset!(hello), "hello", fault))?;
        let absent = || Fault::invalid(offset!(hello), "`hello` is absent: give a JSON object, at least {}");
        let hello = hello.ok_or_else(absent)?;
        on_link(link, |link| link.set_hello(hello))
    };
    // SAFETY: the caller vouches for `error`.
    unsafe { guard_told(error, set) }
}

/// Runs a call that tells why it fails.
fn on_link(
    link: framewire_link,
    call: impl FnOnce(&Link) -> Result<(), crate::link::ConfigError>,
) -> Result<framewire_status, Fault> {
    TABLE.with_link(link, |link| Ok(call(link)))??;
    Ok(FRAMEWIRE_OK)
}

/// Takes a new session id at the next connection.
///
/// Without it the link keeps its session id over reconnects. A profile may also renew it by itself, such as
/// when the server says that the id is taken.
///
/// Ownership: nothing changes hands; `framewire_get_state` shows the id.
///
/// Threads: any.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: the wish is passed on
/// - `FRAMEWIRE_WOULD_BLOCK`: too many wishes wait for the link; try again next frame
/// - `FRAMEWIRE_UNSUPPORTED`: the profile has no session id
/// - `FRAMEWIRE_STALE`: the link is closed, or the handle is none
#[unsafe(no_mangle)]
pub extern "C" fn framewire_renew_session(link: framewire_link) -> framewire_status {
    guard_link(link, || TABLE.with_link(link, |link| of_unit(link.renew_session())))
}

/// Gives the handle up and keeps the link: for a host whose scripting domain is about to be unloaded.
///
/// The socket stays open, pings are answered, requests wait. Whoever opens a link of the same name, owner and profile
/// later attaches to this one. Without a `framewire_detach` the next open attaches all the same.
///
/// Ownership: the handle is stale from here on. Events that are lent stay readable until one `framewire_release`, the
/// next attach, or `framewire_shutdown`. `readiness`, a `FRAMEWIRE_READINESS_*`, is set as by `framewire_set_readiness`.
///
/// Threads: any, also while another one polls or waits.
///
/// Blocks: never.
///
/// Returns:
/// - `FRAMEWIRE_OK`: detached
/// - `FRAMEWIRE_INVALID`: `readiness` is no `FRAMEWIRE_READINESS_*`; the link stays attached
/// - `FRAMEWIRE_STALE`: the link is closed or detached already, or the handle is none
#[unsafe(no_mangle)]
pub extern "C" fn framewire_detach(link: framewire_link, readiness: u32) -> framewire_status {
    guard_link(link, || {
        let readiness = Readiness::from_number(readiness).ok_or(FRAMEWIRE_INVALID)?;
        TABLE.detach(link, readiness)?;
        Ok(FRAMEWIRE_OK)
    })
}

/// Closes a link: says goodbye to the peer, joins the thread, frees all but what is lent.
///
/// What was accepted is sent, as far as `linger_ms` allows; open requests get the profile's closing error;
/// then come the close frame and the wait for the peer's. With 0 the link says what fits at once and leaves.
/// The handle is stale from the beginning of this call on, for every thread.
///
/// Ownership: the handle is given back, unless INVALID is returned. Events that are lent stay readable until one
/// `framewire_release`, or `framewire_shutdown`. `report` may be NULL (then `size` is ignored); `size` is
/// `sizeof *report`.
///
/// Threads: any, also while another one polls, waits or reads lent events.
///
/// Blocks: for `linger_ms` milliseconds at most, and half a second at most for the end of the thread; two seconds
/// more at most where the state file is on a disk that does not answer.
///
/// Returns:
/// - `FRAMEWIRE_OK`: closed; `report` says what was left undone
/// - `FRAMEWIRE_INVALID`: `report` is misaligned, or no report has this `size`; the link lives on
/// - `FRAMEWIRE_STALE`: the link is closed, or being closed, or the handle is none; no report
#[unsafe(no_mangle)]
pub unsafe extern "C" fn framewire_close(
    link: framewire_link,
    linger_ms: u32,
    report: *mut framewire_close_report,
    size: u64,
) -> framewire_status {
    guard_link(link, || {
        let out = match report.is_null() {
            true => None,
            // SAFETY: the caller vouches for `size` bytes at `report`.
            false => Some(unsafe { Output::one(report, size)? }),
        };
        fault::strike(link, "close");
        let done = TABLE.close(link, Duration::from_millis(linger_ms.into()))?;
        if let Some(out) = out {
            let report = framewire_close_report {
                unsent: done.unsent,
                unconfirmed: done.unconfirmed,
                unanswered: done.unanswered,
                undelivered: done.undelivered,
                code: done.code,
                clean: done.clean.into(),
            };
            out.write(0, &report);
        }
        Ok(FRAMEWIRE_OK)
    })
}

/// Closes every link of the process and ends every loan. For a host that is about to end, or tests.
///
/// A later `framewire_open` starts afresh. A link that another thread opens meanwhile may stay open.
///
/// Ownership: every handle is given back, and no lent event may be read any more.
///
/// Threads: any; the caller sees to it that no thread reads lent events.
///
/// Blocks: for `linger_ms` milliseconds at most in all, and the end of the threads.
///
/// Returns:
/// - `FRAMEWIRE_OK`: done, also if there was no link
#[unsafe(no_mangle)]
pub extern "C" fn framewire_shutdown(linger_ms: u32) -> framewire_status {
    guard(|| {
        TABLE.close_all(Duration::from_millis(linger_ms.into()));
        Ok(FRAMEWIRE_OK)
    })
}

#[cfg(test)]
#[path = "lifecycle_tests.rs"]
mod tests;
