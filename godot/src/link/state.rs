//! What the editor is doing, and what the link is.

use framewire::link::Link;
use framewire::readiness::Readiness;
use godot::global::Error;
use godot::prelude::*;

use super::{FramewireLink, show};

#[godot_api(secondary)]
impl FramewireLink {
    /// Says what the editor can take, a [code]READINESS_*[/code]; the server is told if that changes what it knows.
    /// [param reason] is for people.
    #[func]
    fn set_readiness(&self, readiness: i64, #[opt(default = "")] reason: GString) -> Error {
        self.with_readiness(readiness, |link, readiness| link.set_readiness(readiness, &reason.to_string()))
    }

    /// Ends [param readiness]: what the editor was before counts again, unless something else was set meanwhile.
    #[func]
    fn restore_readiness(&self, readiness: i64) -> Error {
        self.with_readiness(readiness, Link::restore_readiness)
    }

    /// Stops handing out events; the connection goes on, and polls still count as a sign of life. Nests.
    #[func]
    fn pause(&self) -> Error {
        self.with_link(Link::pause)
    }

    /// Undoes one [method pause]; without one it does nothing.
    #[func]
    fn resume(&self) -> Error {
        self.with_link(Link::resume)
    }

    /// What the link is doing: [code]phase[/code] ([code]PHASE_*[/code]), [code]readiness[/code] and
    /// [code]published_readiness[/code] ([code]READINESS_*[/code]), [code]generation[/code], [code]attempt[/code],
    /// [code]protocol[/code], [code]poll_age_ns[/code] (-1 before the first poll), [code]requests_open[/code],
    /// [code]requests_waiting[/code], [code]requests_orphaned[/code], [code]calls_open[/code], [code]inbound_bytes[/code],
    /// [code]outbound_bytes[/code], [code]pause_depth[/code], [code]session_id[/code], [code]server_version[/code],
    /// [code]detached[/code], [code]attaches[/code], [code]stalled[/code]. Each is documented at [code]framewire_state[/code] in
    /// [code]framewire.h[/code]. Of a link that is not open: [code]phase[/code] alone, [constant PHASE_CLOSED].
    #[func]
    fn get_state(&self) -> VarDictionary {
        match self.hosted() {
            Some(hosted) => show::state(&hosted.link.state()),
            None => vdict! { "phase" => Self::PHASE_CLOSED },
        }
    }

    /// Totals since the link was opened, under the names of [code]framewire_stats[/code] in [code]framewire.h[/code]; empty if the
    /// link is not open.
    #[func]
    fn get_stats(&self) -> VarDictionary {
        self.hosted().map(|hosted| show::stats(&hosted.link.stats())).unwrap_or_default()
    }

    /// What is open: requests that were handed out and are unanswered, orphans still to be polled, calls under way. Each with
    /// [code]id[/code], [code]kind[/code] ([code]OUTSTANDING_*[/code]), [code]method[/code], [code]age_ns[/code],
    /// [code]remaining_ns[/code] (-1: no deadline), [code]deliveries[/code], [code]note_len[/code]. Empty, too, if the list was
    /// being written at each of several looks, which takes a machine short of processors: nothing here waits for another thread.
    #[func]
    fn outstanding(&self) -> Array<VarDictionary> {
        self.hosted().map(|hosted| show::outstanding(&hosted.link)).unwrap_or_default()
    }

    /// Version of the library.
    #[func]
    fn version() -> GString {
        GString::from(env!("CARGO_PKG_VERSION"))
    }

    /// Which build of the library this is: tells whether a reload of the extension brought another one.
    #[func]
    fn build_id() -> GString {
        GString::from(option_env!("FRAMEWIRE_BUILD_ID").unwrap_or(env!("CARGO_PKG_VERSION")))
    }
}

impl FramewireLink {
    fn with_link(&self, call: impl FnOnce(&Link)) -> Error {
        let Some(hosted) = self.hosted() else { return Error::ERR_UNCONFIGURED };
        call(&hosted.link);
        Error::OK
    }

    fn with_readiness(&self, number: i64, call: impl FnOnce(&Link, Readiness)) -> Error {
        let readiness = u32::try_from(number).ok().and_then(Readiness::from_number);
        let Some(readiness) = readiness else { return Error::ERR_INVALID_PARAMETER };
        self.with_link(|link| call(link, readiness))
    }
}
