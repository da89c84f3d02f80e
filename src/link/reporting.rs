//! What the I/O thread does for the state file of its link.

use super::clock;
use super::publishing::{Publishing, Scene};
use super::worker::Worker;
use crate::readiness::Readiness;
use crate::session::event::Event;
use crate::session::input::Input;

impl Worker {
    /// The editor's word has changed.
    pub(super) fn hear(&mut self, now: u64, readiness: Readiness, reason: String) {
        if let Some(publishing) = self.publishing.as_mut() {
            publishing.hear(readiness, reason);
        }
        self.give(now, Input::ReadinessChanged);
    }

    /// The host is told something.
    pub(super) fn overhear(&mut self, event: &Event) {
        if let Some(publishing) = self.publishing.as_mut() {
            publishing.overhear(event);
        }
    }

    /// Brings the state file up to date.
    pub(super) fn report(&mut self, now: u64) {
        let Some(publishing) = self.publishing.as_mut() else { return };
        let scene = Scene { shared: &self.shared, session: &self.session, target: &self.target, wait: &self.wait };
        if let Some((level, text)) = publishing.turn(now, scene) {
            self.give(now, Input::Log { level, text });
            self.publish();
        }
    }

    /// When the state file wants the next turn, ns.
    pub(super) fn report_deadline(&self) -> u64 {
        self.publishing.as_ref().map_or(clock::NEVER, Publishing::deadline)
    }

    /// The link is closed: the state file says so before anybody hears of it.
    pub(super) fn report_end(&mut self) {
        if let Some(publishing) = self.publishing.as_mut() {
            publishing.finish(&self.shared, &self.session, &self.target, &mut self.wait);
        }
    }
}
