//! The part of the I/O thread that looks at the host: whether it shows itself, whether another took its place, where it
//! wants the link to dial.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::address::Endpoint;
use super::attach::Handover;
use super::worker::Worker;
use crate::protocol::Capability;
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
        let attaches = shared.attaches.load(Ordering::SeqCst);
        if attaches == self.attaches {
            return;
        }
        self.attaches = attaches;
        if let Some(handover) = shared.handover.lock().take() {
            let Handover { endpoint, token, hello, newest_event } = *handover;
            self.inbox.set_newest(newest_event);
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
