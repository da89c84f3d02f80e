//! The class of a link, and what stands behind it.
//!
//! Nothing of an object is bound or locked while a handler runs: a handler may send, close, drop the last reference.

mod answering;
mod call;
mod calling;
mod close;
mod config;
mod config_value;
mod constants;
mod error;
mod events;
pub(crate) mod hosted;
mod life;
mod objects;
mod poll;
mod reasons;
mod show;
pub(crate) mod source;
mod state;
pub(crate) mod told;
mod waits;

use std::sync::Arc;

use godot::global::Error;
use godot::prelude::*;
use parking_lot::Mutex;

use crate::reply::{FramewireReply, Outcome};
use crate::request::FramewireRequest;
pub(crate) use answering::{defer, outcome};
use call::{EndedCalls, FramewireCall, complete_all};
pub(crate) use close::{begin, everything as end_all};
use hosted::Hosted;
use poll::Polling;
use waits::Waits;

/// A WebSocket to a tool server that lives on a thread of its own: no frame waits for it, and no blocked main thread costs
/// the connection.
///
/// Open it with a [Dictionary], then poll it once a frame, or let [member auto_poll] do so. What has happened since comes as
/// signals, on the thread that polls and nowhere else.
///
/// [codeblock]
/// @tool
/// extends EditorPlugin
///
/// var link := FramewireLink.new()
///
/// func _enter_tree() -> void:
///     link.auto_poll = true
///     link.request_received.connect(_on_request)
///     if link.open({"name": "my_plugin", "url": "ws://127.0.0.1:9500", "profile": "godot_ai"}) != OK:
///         push_error(link.get_open_error())
///
/// func _exit_tree() -> void:
///     link.close()
///
/// func _on_request(request: FramewireRequest) -> void:
///     match request.method:
///         "echo": request.respond(request.params)
///         _: request.fail("UNKNOWN_COMMAND", "There is no %s." % request.method)
/// [/codeblock]
///
/// In a handler everything is allowed: answering, calling, closing the link, dropping the last reference to it. Only
/// [method poll] does nothing there. Dropping the last reference closes the link, unless [member keep_alive] is set.
///
/// All methods may be called from any thread, as far as their arguments may; two threads that poll take turns.
#[derive(GodotClass)]
#[class(tool, base = RefCounted)]
pub struct FramewireLink {
    /// Whether the link polls itself once a frame, by [signal SceneTree.process_frame]: in the editor, in games, in a
    /// headless engine. It begins with the next frame in which there is a [SceneTree]; set it on the main thread.
    #[var(get = is_auto_poll, set = set_auto_poll, usage_flags = [STORAGE])]
    auto_poll: PhantomVar<bool>,
    /// Whether the connection outlives this object: such as a plugin that is switched off and on. While nobody has it, the
    /// socket stays open, pings are answered, requests wait, or are answered as busy after [code]hold_ms[/code]. The next
    /// [method open] with the same [code]name[/code], [code]owner[/code] and [code]profile[/code] takes the link over, also from
    /// an object that is still there: what that one had polled and not answered comes as [signal request_orphaned],
    /// [signal opened] is not repeated. After [code]orphan_ms[/code] without a successor the link ends. [method close] closes
    /// in any case, and no link outlives the unloading of the extension.
    #[var(get = is_keep_alive, set = set_keep_alive, usage_flags = [STORAGE])]
    keep_alive: PhantomVar<bool>,

    /// Apart from the object, so that a poll binds it once.
    state: Arc<Mutex<State>>,
    polling: Arc<Polling>,
    base: Base<RefCounted>,
}

/// What an object knows.
#[derive(Default)]
struct State {
    hosted: Option<Arc<Hosted>>,
    /// Instance id, from the first open or call on.
    number: i64,
    waits: Waits<Gd<FramewireCall>, Outcome>,
    open_error: String,
    last_request: u64,
    auto_poll: bool,
    keep_alive: bool,
}

#[godot_api]
impl IRefCounted for FramewireLink {
    fn init(base: Base<RefCounted>) -> Self {
        Self {
            auto_poll: PhantomVar::default(),
            keep_alive: PhantomVar::default(),
            state: Arc::default(),
            polling: Arc::default(),
            base,
        }
    }
}

impl Drop for FramewireLink {
    fn drop(&mut self) {
        let outcome =
            Outcome::failed("CLOSED_BY_HOST", "the link was freed before the call had ended: keep a reference");
        let (hosted, number, ended) = {
            let mut state = self.state.lock();
            (state.hosted.take(), state.number, state.take_calls(&outcome))
        };
        objects::forget(number);
        if let Some(hosted) = hosted {
            hosted.leave(number);
        }
        complete_all(ended);
    }
}

impl FramewireLink {
    /// The native link, if this object has it still.
    pub(crate) fn hosted(&self) -> Option<Arc<Hosted>> {
        self.state.lock().held().map(|(hosted, _)| hosted)
    }

    /// What this object is called as a holder of links, and from now on in [`objects`].
    fn number(&self) -> i64 {
        let number = self.base().instance_id().to_i64();
        self.state.lock().number = number;
        objects::note(number);
        number
    }
}

impl State {
    /// The native link, if the object has it still, and what the object is called as its holder.
    fn held(&self) -> Option<(Arc<Hosted>, i64)> {
        let hosted = self.hosted.as_ref().filter(|hosted| hosted.is_held_by(self.number));
        hosted.map(|hosted| (Arc::clone(hosted), self.number))
    }

    /// Takes out what somebody awaits still; the calls that are under way end with `outcome`.
    fn take_calls(&mut self, outcome: &Outcome) -> EndedCalls {
        let ended = self.waits.take_ended().into_iter().filter_map(|ended| Some((ended.call?, ended.outcome)));
        let open = self.waits.take_open().into_iter().map(|call| (call, outcome.clone()));
        ended.chain(open).collect()
    }
}

#[godot_api]
impl FramewireLink {
    /// The WebSocket is open. With the profiles raw and json_rpc this is the time to send; the others have yet to be
    /// [signal acknowledged]. [param info] has [code]generation[/code], the number of the connection.
    #[signal]
    fn opened(info: VarDictionary);

    /// The server took the hello: whatever there is to send can be sent. Emitted on every connection of the profiles that
    /// have a hello, godot_ai and unity_mcp, with the version that the server tells, if it does.
    #[signal]
    fn acknowledged(server_version: GString);

    /// The connection has ended; nothing more of it follows. [param info] has [code]code[/code] (of the close, 1006 without),
    /// [code]reason[/code] ([code]REASON_*[/code]), [code]message[/code], [code]clean[/code], [code]by_us[/code], [code]final[/code]
    /// (the link does not dial again by itself), [code]settled[/code] (open requests and calls lost with it),
    /// [code]unconfirmed[/code] (messages that the server may not have read), [code]count[/code] (requests dropped unseen),
    /// [code]skipped[/code] (connections that came and went unseen before), [code]os_error[/code], [code]generation[/code].
    #[signal]
    fn closed(info: VarDictionary);

    /// A dial failed. [param info] has [code]reason[/code], [code]message[/code], [code]code[/code] (HTTP status or close code, or
    /// 0), [code]os_error[/code], [code]attempt[/code], [code]delay_ms[/code] until the next, [code]final[/code], [code]count[/code]
    /// (earlier failures that are folded into this one).
    #[signal]
    fn connect_failed(info: VarDictionary);

    /// A dial begins after an earlier connection or attempt. [param info] has [code]attempt[/code], [code]delay_ms[/code]
    /// waited, [code]count[/code] as for [signal connect_failed].
    #[signal]
    fn reconnecting(info: VarDictionary);

    /// The server wants something done. Answer it once, now or later.
    #[signal]
    fn request_received(request: Gd<FramewireRequest>);

    /// A request that an earlier owner of this link took and never answered; it may have run in part. Finish it or fail
    /// it. [member FramewireRequest.note] is what that one left.
    #[signal]
    fn request_orphaned(request: Gd<FramewireRequest>);

    /// A request that was handed out has ended without an answer of yours, by [code]REASON_EXPIRED[/code] or
    /// [code]REASON_LOST[/code]: what is still being done for it is in vain.
    #[signal]
    fn request_ended(id: i64, reason: i64);

    /// A call made with [method request] has ended. The signal that it returned has been emitted before, so there is no need
    /// for both.
    #[signal]
    fn response_received(id: i64, reply: Gd<FramewireReply>);

    /// The server told something and wants no answer. [param data] is decoded as [member FramewireRequest.params] is;
    /// [param text] holds the JSON only where it is not decoded.
    #[signal]
    fn notification_received(name: GString, data: Variant, text: GString);

    /// A text message of a raw link.
    #[signal]
    fn text_received(text: GString);

    /// A binary message of a raw link.
    #[signal]
    fn binary_received(bytes: PackedByteArray);

    /// Something that was accepted for sending was not sent. [param info] has [code]reason[/code], [code]message[/code],
    /// [code]code[/code] (byte offset of a fault), [code]first[/code] and [code]last[/code] (numbers of the sends). Of what was
    /// prepared on another thread and then refused it has, instead of the numbers, [code]id[/code] (the request that is
    /// unanswered still, if it is [method FramewireRequest.is_open]) or [code]name[/code] (of the notification).
    #[signal]
    fn send_dropped(info: VarDictionary);

    /// Messages of the server were dropped because too much waited to be polled. [param info] has [code]count[/code] and
    /// [code]reason[/code].
    #[signal]
    fn dropped(info: VarDictionary);

    /// A line for the log: [param level] is a [code]LOG_*[/code], from 1 (error) to 5 (trace), as far as [code]log_level[/code] of the
    /// configuration lets it through. Nothing is printed by itself.
    #[signal]
    fn log_message(level: i64, text: GString);

    #[func]
    fn is_auto_poll(&self) -> bool {
        self.state.lock().auto_poll
    }

    #[func]
    pub(crate) fn set_auto_poll(&self, auto_poll: bool) {
        self.state.lock().auto_poll = auto_poll;
        self.connect_frames(auto_poll);
    }

    #[func]
    fn is_keep_alive(&self) -> bool {
        self.state.lock().keep_alive
    }

    #[func]
    fn set_keep_alive(&self, keep_alive: bool) {
        self.state.lock().keep_alive = keep_alive;
        if let Some(hosted) = self.hosted() {
            hosted.set_keep_alive(keep_alive);
        }
    }

    /// Hands out what has happened since the last poll, as signals; to be called once a frame, unless [member auto_poll] is
    /// set. Returns [constant OK]; [constant ERR_UNCONFIGURED] if the link is not open; [constant ERR_BUSY], having done
    /// nothing, inside a handler of this link or while another thread polls.
    ///
    /// One poll ends when [code]budget_bytes[/code] have been handed out, or [code]poll_events[/code] events; the rest comes with
    /// the next.
    #[func(gd_self)]
    pub(crate) fn poll(this: Gd<Self>) -> Error {
        poll::poll(&this)
    }
}
