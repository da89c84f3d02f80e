//! The C ABI.
#![allow(missing_docs, non_camel_case_types, clippy::all)]
use core::ffi::c_void;
mod constants;
mod types;
pub use constants::*;
pub use types::*;

macro_rules! stub { () => { FRAMEWIRE_INTERNAL } }

/// ABI version of this library, `major << 16 | minor`.
#[unsafe(no_mangle)] pub extern "C" fn framewire_abi_version() -> u32 { FRAMEWIRE_ABI_VERSION }
/// Version of this library, for people.
#[unsafe(no_mangle)] pub extern "C" fn framewire_version() -> framewire_str { todo!() }
/// Name of a status, for logs.
#[unsafe(no_mangle)] pub extern "C" fn framewire_status_name(status: framewire_status) -> framewire_str { let _ = status; todo!() }
/// Now, in ns, on the clock of `framewire_event.time_ns`.
#[unsafe(no_mangle)] pub extern "C" fn framewire_now_ns() -> u64 { 0 }
/// Fills `config` with defaults.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_config_init(config: *mut framewire_config, size: u64, abi_version: u32) -> framewire_status { let _ = (config,size,abi_version); stub!() }
/// Opens a link.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_open(config: *const framewire_config, link: *mut framewire_link, error: *mut framewire_error) -> framewire_status { let _ = (config,link,error); stub!() }
/// Hands out events.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_poll(link: framewire_link, events: *mut framewire_event, stride: u64, capacity: u64, count: *mut u64) -> framewire_status { let _ = (link,events,stride,capacity,count); stub!() }
/// Ends the loan.
#[unsafe(no_mangle)] pub extern "C" fn framewire_release(link: framewire_link) -> framewire_status { let _ = link; stub!() }
/// Pauses; nests.
#[unsafe(no_mangle)] pub extern "C" fn framewire_pause(link: framewire_link) -> framewire_status { let _ = link; stub!() }
/// Undoes one pause.
#[unsafe(no_mangle)] pub extern "C" fn framewire_resume(link: framewire_link) -> framewire_status { let _ = link; stub!() }
/// Waits for an event, off the frame thread.
#[unsafe(no_mangle)] pub extern "C" fn framewire_wait(link: framewire_link, timeout_ms: u32) -> framewire_status { let _ = (link,timeout_ms); stub!() }
/// Dials now.
#[unsafe(no_mangle)] pub extern "C" fn framewire_connect(link: framewire_link) -> framewire_status { let _ = link; stub!() }
/// Closes the connection and stays closed.
#[unsafe(no_mangle)] pub extern "C" fn framewire_disconnect(link: framewire_link) -> framewire_status { let _ = link; stub!() }
/// Sets url and token for the next dial.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_set_endpoint(link: framewire_link, url: framewire_str, token: framewire_str, error: *mut framewire_error) -> framewire_status { let _ = (link,url,token,error); stub!() }
/// Sets the hello for the next connection.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_set_hello(link: framewire_link, hello: framewire_str, error: *mut framewire_error) -> framewire_status { let _ = (link,hello,error); stub!() }
/// New session id at the next connection.
#[unsafe(no_mangle)] pub extern "C" fn framewire_renew_session(link: framewire_link) -> framewire_status { let _ = link; stub!() }
/// Sends a text message (raw).
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_send_text(link: framewire_link, text: framewire_str, number: *mut u64) -> framewire_status { let _ = (link,text,number); stub!() }
/// Sends a binary message (raw).
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_send_binary(link: framewire_link, data: *const c_void, len: u64, number: *mut u64) -> framewire_status { let _ = (link,data,len,number); stub!() }
/// Sends a notification or event.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_notify(link: framewire_link, name: framewire_str, json: framewire_str, number: *mut u64) -> framewire_status { let _ = (link,name,json,number); stub!() }
/// Calls the peer.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_request(link: framewire_link, method: framewire_str, json: framewire_str, timeout_ms: u32, id: *mut u64) -> framewire_status { let _ = (link,method,json,timeout_ms,id); stub!() }
/// Takes a call back.
#[unsafe(no_mangle)] pub extern "C" fn framewire_cancel(link: framewire_link, id: u64) -> framewire_status { let _ = (link,id); stub!() }
/// Answers a request.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_respond(link: framewire_link, id: u64, json: framewire_str, number: *mut u64) -> framewire_status { let _ = (link,id,json,number); stub!() }
/// Answers a request with an error.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_respond_error(link: framewire_link, id: u64, code: framewire_str, message: framewire_str, data: framewire_str, number: *mut u64) -> framewire_status { let _ = (link,id,code,message,data,number); stub!() }
/// Keeps a request open for longer.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_defer(link: framewire_link, id: u64, timeout_ms: u32, note: framewire_str) -> framewire_status { let _ = (link,id,timeout_ms,note); stub!() }
/// Reads one value of a JSON text by JSON pointer (RFC 6901), without allocating.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_json_get(json: framewire_str, pointer: framewire_str, value: *mut framewire_json, size: u64) -> framewire_status { let _ = (json,pointer,value,size); stub!() }
/// Says what the editor can take.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_set_readiness(link: framewire_link, readiness: u32, reason: framewire_str) -> framewire_status { let _ = (link,readiness,reason); stub!() }
/// Copies the state out.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_get_state(link: framewire_link, state: *mut framewire_state, size: u64) -> framewire_status { let _ = (link,state,size); stub!() }
/// Copies the counters out.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_get_stats(link: framewire_link, stats: *mut framewire_stats, size: u64) -> framewire_status { let _ = (link,stats,size); stub!() }
/// Closes a link; blocks for `linger_ms` at most.
#[unsafe(no_mangle)] pub unsafe extern "C" fn framewire_close(link: framewire_link, linger_ms: u32, report: *mut framewire_close_report, size: u64) -> framewire_status { let _ = (link,linger_ms,report,size); stub!() }
/// Closes every link; blocks for `linger_ms` at most.
#[unsafe(no_mangle)] pub extern "C" fn framewire_shutdown(linger_ms: u32) -> framewire_status { let _ = linger_ms; stub!() }
