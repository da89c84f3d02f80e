//! The part of the I/O thread that looks at the host: whether it shows itself, whether another took its place, where it
//! wants the link to dial.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::address::Endpoint;
use super::attach::Handover;
use super::clock;
use super::worker::Worker;
use crate::protocol::Capability;
use crate::session::config::SessionConfig;
use crate::session::input::Input;
use crate::session::owner::HostView;

impl Worker {
    /// Sets what the next dial is made of, as far as it changes.
    pub(super) fn set_endpoint(&mut self, now: u64, endpoint: Option<Endpoint>, token: Option<Option<Capability>>) {
        if endpoint.is_none() && token.is_none() {
            return;
        }
        if let Some(endpoint) = endpoint {
            self.target.set_endpoint(endpoint);
        }
        if let Some(token) = token {
            self.target.set_token(token);
        }
        self.give(now, Input::EndpointChanged { is_loopback: self.target.is_loopback() });
    }

    /// The link has come to its end by itself, unless a new owner came at the last moment: it then begins afresh.
    pub(super) fn has_heir(&mut self, config: &SessionConfig) -> bool {
        if self.shared.succession.end_without_heir(&self.shared.closing, self.attaches) {
            return false;
        }
        self.session.succeed(config.clone());
        self.finished = false;
        let now = clock::now_ns();
        // Its url and hello first.
        self.see_host(now);
        self.give(now, Input::Connect);
        true
    }

    /// Looks at the host: whether it shows itself, whether another has taken its place.
    pub(super) fn see_host(&mut self, now: u64) {
        let shared = Arc::clone(&self.shared);
        self.handovers = shared.handovers.load(Ordering::SeqCst);
        let view = HostView {
            // Before the first poll the editor counts as silent since the link was opened.
            silence: shared.poll_age(now).min(now.saturating_sub(self.opened_at)),
            is_detached: shared.detached.load(Ordering::SeqCst),
            is_paused: shared.pause_depth.load(Ordering::Acquire) > 0,
        };
        self.session.see_host(now, view);
        let attaches = shared.succession.attaches();
        if attaches == self.attaches {
            return;
        }
        self.attaches = attaches;
        if let Some(handover) = shared.succession.take() {
            let Handover { endpoint, token, hello, newest_event, decoder } = *handover;
            self.inbox.set_newest(newest_event);
            self.inbox.set_decoder(decoder);
            if let Some(hello) = hello {
                self.give(now, Input::SetHello(Box::new(hello)));
            }
            self.set_endpoint(now, endpoint, token);
        }
        // What the old owner left behind comes first: the note of a deferral belongs to the orphan.
        self.all_sends(now);
        // What the old owner was lent has come back, and is kept with the requests that are still open.
        self.free_spent();
        // An orphan's word and its row change together.
        let mut board = shared.board.hold();
        self.give(now, Input::Attached);
        board.update(self.session.take_changes());
    }
}
