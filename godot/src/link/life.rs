//! Opening and closing, and where a link dials.

use std::sync::Arc;
use std::time::Duration;

use framewire::link::{CloseReport, ConfigError};
use godot::global::Error;
use godot::prelude::*;

use super::FramewireLink;
use super::call::{EndedCalls, complete_all};
use super::close;
use super::config;
use super::error::{config_code, config_text, tell_user};
use super::hosted::{Hosted, OpenError};
use super::objects;
use crate::optional::{Optional, none};
use crate::outgoing::refusal_code;
use crate::reply::Outcome;

#[godot_api(secondary)]
impl FramewireLink {
    /// Opens the link: it begins to dial at once and dials again whenever the connection is lost; [signal opened],
    /// [signal acknowledged] and [signal connect_failed] tell how it goes. Nothing is waited for, unless a link of this name
    /// is still saying goodbye: 0.25 seconds then, at most.
    ///
    /// [param config] needs [code]name[/code], unique in the process, and [code]url[/code] ([code]ws://[/code] or
    /// [code]wss://[/code]; hosts other than this computer need [code]allow_remote[/code]). [code]profile[/code] says what is spoken:
    /// [code]"raw"[/code] (the default), [code]"json_rpc"[/code], [code]"godot_ai"[/code], [code]"unity_mcp"[/code], or a
    /// [code]PROFILE_*[/code]. [code]hello[/code] is a [Dictionary] with what the profile's server wants to know. The other keys
    /// are the fields of [code]framewire_config[/code] in [code]framewire.h[/code], under their names there; its flags are keys of
    /// their own: [code]allow_remote[/code], [code]allow_insecure_remote[/code], [code]start_disconnected[/code].
    /// [code]headers[/code] is a [Dictionary] or an array of lines, [code]hold_ms[/code] may be -1 for ever, paths may begin with
    /// [code]res://[/code] or [code]user://[/code]. Four keys are of Godot alone: [code]decode[/code] (parameters reach you as
    /// values; [code]true[/code]), [code]integers_as_int[/code] (integers are decoded as int; [code]false[/code], as [JSON] does),
    /// [code]node_budget[/code] (most values in one message that is decoded),
    /// [code]poll_events[/code] (most events of one [method poll]; 64).
    ///
    /// Returns [constant OK]; [constant ERR_INVALID_PARAMETER] for an unknown key or a wrong value;
    /// [constant ERR_ALREADY_IN_USE] if this object is open, or another link has the name; [constant ERR_ALREADY_EXISTS] if the
    /// living link to take over (see [member keep_alive]) has another configuration; [constant ERR_UNAVAILABLE] for what this
    /// build does not do; [constant ERR_CANT_CREATE], [constant ERR_OUT_OF_MEMORY] if the system gives no thread or there are
    /// too many links. An error is also shown in the editor's output, and [method get_open_error] has its words.
    #[func(gd_self)]
    pub(crate) fn open(this: Gd<Self>, config: VarDictionary) -> Error {
        let has_ended = this.bind().hosted().is_some_and(|hosted| hosted.link.has_ended());
        if has_ended {
            // By itself: nobody looked after it.
            end(&this, 0, &Outcome::failed("ORPHANED", "the link had ended, since nobody polled it"));
        }
        let opened = this.bind().try_open(&config);
        match opened {
            Ok(earlier) => {
                // Last, for handlers run: the calls of the object that had the link are not its own any more.
                if let Some(earlier) = earlier {
                    abandon(&earlier, &Outcome::failed("CLOSED_BY_HOST", "another object took the link over"));
                }
                Error::OK
            }
            Err((code, text)) => this.bind().refuse("open", code, text),
        }
    }

    /// What was wrong with the last [method open], [method set_endpoint] or [method set_hello], and what to do about it; empty
    /// if it went well.
    #[func]
    fn get_open_error(&self) -> GString {
        GString::from(&self.state.lock().open_error)
    }

    /// Whether the link is open: from [method open] to [method close], connected or not.
    #[func]
    fn is_open(&self) -> bool {
        self.hosted().is_some_and(|hosted| !hosted.link.has_ended())
    }

    /// Closes the link: sends what was accepted, answers open requests with the profile's closing error, says goodbye. It
    /// blocks until the server has said goodbye too, for [param linger_ms] at most and a moment for the thread. Calls that are
    /// awaited end with [code]"CLOSED_BY_HOST"[/code] before it returns; no signal of this object follows.
    ///
    /// Returns what was left undone: [code]unsent[/code], [code]unconfirmed[/code], [code]unanswered[/code],
    /// [code]undelivered[/code] (events that were never polled), [code]code[/code] and [code]clean[/code] of the close; an empty
    /// [Dictionary] if the link was not open.
    #[func(gd_self)]
    fn close(this: Gd<Self>, #[opt(default = 250)] linger_ms: i64) -> VarDictionary {
        let outcome = Outcome::failed("CLOSED_BY_HOST", "the link was closed before the call had ended");
        end(&this, linger_ms, &outcome)
    }

    /// Dials now, cutting a wait short; undoes [method disconnect_from_server]. Without effect on a link that is connected.
    #[func]
    fn connect_to_server(&self) -> Error {
        self.ordered(|hosted| hosted.link.connect())
    }

    /// Closes the connection in good order and stays disconnected until [method connect_to_server]. The link stays open.
    /// The server is told [param code] (1000, 1001, 1008, 1011 to 1013, or 3000 to 4999) and [param reason], of 123 bytes
    /// at most; others are refused with [constant ERR_INVALID_PARAMETER].
    #[func]
    fn disconnect_from_server(&self, #[opt(default = 1000)] code: i64, #[opt(default = "")] reason: GString) -> Error {
        let Ok(code) = u16::try_from(code) else { return Error::ERR_INVALID_PARAMETER };
        self.ordered(|hosted| hosted.link.disconnect_with(code, &reason.to_string()))
    }

    /// Says where the next dial goes, and with which token; a present connection stays. An empty [param url] keeps the
    /// present one. [param token] is a [String] (empty: none any more) or [code]null[/code] (the present one).
    #[func(gd_self)]
    fn set_endpoint(this: Gd<Self>, url: GString, #[opt(default = none())] token: Optional) -> Error {
        let (url, token) = (url.to_string(), (!token.0.is_nil()).then(|| token.0.stringify().to_string()));
        let url = (!url.is_empty()).then_some(url);
        this.bind().configured("set_endpoint", |hosted| hosted.link.set_endpoint(url.as_deref(), token.as_deref()))
    }

    /// Says what the next connection begins with: a [Dictionary], or a [String] of JSON, with the fields of the profile. With
    /// the unity_mcp profile the server learns of changed [code]tools[/code] at once.
    #[func(gd_self)]
    fn set_hello(this: Gd<Self>, hello: Variant) -> Error {
        let json = match super::config_value::Given::new("hello", &hello).json() {
            Ok(json) => json.unwrap_or_default(),
            Err(wrong) => return this.bind().refuse("set_hello", Error::ERR_INVALID_PARAMETER, wrong.0),
        };
        this.bind().configured("set_hello", |hosted| hosted.link.set_hello(&json))
    }

    /// Takes a new session id at the next connection, where the profile has one.
    #[func]
    fn renew_session(&self) -> Error {
        self.ordered(|hosted| hosted.link.renew_session())
    }
}

impl FramewireLink {
    /// Opens; the object that had the link, if it was taken over from one.
    fn try_open(&self, config: &VarDictionary) -> Result<Option<Gd<Self>>, (Error, String)> {
        let opening = config::read(config).map_err(|wrong| (Error::ERR_INVALID_PARAMETER, wrong.0))?;
        if self.hosted().is_some() {
            let text = "this object has an open link: close() it first, or make another object";
            return Err((Error::ERR_ALREADY_IN_USE, text.into()));
        }
        if close::is_unloading() {
            let text = "the extension is being unloaded: open the link when it is back";
            return Err((Error::ERR_UNAVAILABLE, text.into()));
        }
        let number = self.number();
        let (hosted, earlier) = Hosted::open(opening, number).map_err(|error| match error {
            OpenError::Refused(error) => (config_code(error.kind), config_text(&error)),
            OpenError::Held => {
                let text = "another object has a link of this name: choose another name, close() that one, or set its \
                            keep_alive if it is to be taken over";
                (Error::ERR_ALREADY_IN_USE, text.into())
            }
        })?;
        let (auto_poll, keep_alive) = {
            let mut state = self.state.lock();
            state.hosted = Some(Arc::clone(&hosted));
            state.open_error.clear();
            (state.auto_poll, state.keep_alive)
        };
        hosted.set_keep_alive(keep_alive);
        if auto_poll {
            self.connect_frames(true);
        }
        Ok(earlier.and_then(objects::living))
    }

    fn ordered(&self, order: impl FnOnce(&Hosted) -> Result<(), framewire::link::Refusal>) -> Error {
        let Some(hosted) = self.hosted() else { return Error::ERR_UNCONFIGURED };
        order(&hosted).map_or_else(refusal_code, |()| Error::OK)
    }

    fn configured(&self, what: &str, set: impl FnOnce(&Hosted) -> Result<(), ConfigError>) -> Error {
        let Some(hosted) = self.hosted() else { return Error::ERR_UNCONFIGURED };
        match set(&hosted) {
            Ok(()) => {
                self.state.lock().open_error.clear();
                Error::OK
            }
            Err(error) => self.refuse(what, config_code(error.kind), config_text(&error)),
        }
    }

    fn refuse(&self, what: &str, code: Error, text: String) -> Error {
        tell_user(&format!("FramewireLink.{what}: {text}"));
        self.state.lock().open_error = text;
        code
    }
}

/// Ends the link of `this` and every call that is awaited.
fn end(this: &Gd<FramewireLink>, linger_ms: i64, outcome: &Outcome) -> VarDictionary {
    let (hosted, calls) = take(this, outcome);
    let linger = Duration::from_millis(u64::try_from(linger_ms).unwrap_or_default());
    let report = hosted.and_then(|hosted| close::now(&hosted, linger));
    complete_all(calls);
    report.map(shown).unwrap_or_default()
}

/// Takes link and calls from `this`, and ends the calls with `outcome`. Nothing may be bound or locked: handlers run.
pub fn abandon(this: &Gd<FramewireLink>, outcome: &Outcome) {
    complete_all(take(this, outcome).1);
}

/// What `this` had: its link, if it still has it, and the calls that are awaited.
fn take(this: &Gd<FramewireLink>, outcome: &Outcome) -> (Option<Arc<Hosted>>, EndedCalls) {
    let link = this.bind();
    let mut state = link.state.lock();
    let held = state.held().map(|(hosted, _)| hosted);
    let calls = state.take_calls(outcome);
    state.hosted = None;
    (held, calls)
}

fn shown(report: CloseReport) -> VarDictionary {
    vdict! {
        "unsent" => report.unsent as i64,
        "unconfirmed" => report.unconfirmed as i64,
        "unanswered" => report.unanswered as i64,
        "undelivered" => report.undelivered as i64,
        "code" => i64::from(report.code),
        "clean" => report.clean,
    }
}
