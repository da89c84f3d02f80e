//! How a link changes hands: detach, and attach by a new owner.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::address::Endpoint;
use super::config::{Config, ProfileKind};
use super::decoder::Decoder;
use super::inbox::Inbox;
use super::report::{ConfigError, ConfigErrorKind};
use super::{Link, target};
use crate::protocol::{Capability, Hello};
use crate::readiness::Readiness;

/// What a new owner brings along, as far as it differs from what the one before brought; it counts from the next dial on, but for
/// its decoder.
#[derive(Debug)]
pub struct Handover {
    /// Where to.
    pub(super) endpoint: Option<Endpoint>,
    /// With which token; `Some(None)`: with none.
    pub(super) token: Option<Option<Capability>>,
    /// With which hello.
    pub(super) hello: Option<Hello>,
    /// Newest kind of event that the owner knows.
    pub(super) newest_event: u32,
    /// What makes its values of payloads.
    pub(super) decoder: Option<Arc<dyn Decoder>>,
}

/// What the last owner opened the link with, among the things in which owners may differ.
pub struct Introduction {
    url: String,
    token: Option<String>,
    hello: Option<String>,
}

impl From<&Config> for Introduction {
    fn from(config: &Config) -> Self {
        Self { url: config.url.clone(), token: config.token.clone(), hello: config.hello.clone() }
    }
}

impl Link {
    /// Name of the link.
    pub fn name(&self) -> &str {
        &self.shared.config.name
    }

    /// What its peer speaks.
    pub fn profile(&self) -> ProfileKind {
        self.shared.config.profile
    }

    /// Whether `config` names this link and its owner.
    pub fn is_of(&self, config: &Config) -> bool {
        let known = &self.shared.config;
        (&known.name, &known.owner) == (&config.name, &config.owner)
    }

    /// Whether the link has ended, by its host or by itself.
    pub fn has_ended(&self) -> bool {
        self.shared.report.lock().is_some()
    }

    /// The host is about to lose sight of the link: it says what it is doing meanwhile. The link goes on.
    ///
    /// The inbox stays where it is; who attaches brings it along.
    pub fn detach(&self, readiness: Readiness) {
        self.set_readiness(readiness, "the scripting domain is away");
        self.shared.detached.store(true, Ordering::SeqCst);
        self.changed_hands();
    }

    /// Checks whether the host that opens a link of the same name with `config` may take this one over, and what it
    /// would bring along.
    ///
    /// # Errors
    /// Another owner or profile: the name is in use. Another configuration: which field differs; url, token and hello
    /// may.
    pub fn may_attach(&self, config: &Config) -> Result<Handover, ConfigError> {
        let known = &self.shared.config;
        if known.owner != config.owner || known.profile != config.profile {
            let text = format!(
                "a living link of another owner or profile is called \"{}\": close it, or choose another name",
                config.name
            );
            return Err(ConfigError { field: Some("name"), ..ConfigError::of(ConfigErrorKind::NameInUse, text) });
        }
        if let Some(field) = known.difference(config) {
            let text = format!(
                "the living link \"{}\" was opened with another {field}: attach with the old one, or close it first",
                config.name
            );
            return Err(ConfigError { field: Some(field), ..ConfigError::of(ConfigErrorKind::ConfigDiffers, text) });
        }
        let last = self.shared.introduction.lock();
        let endpoint = (last.url != config.url).then(|| Endpoint::parse(&config.url)).transpose();
        let endpoint = endpoint.map_err(|text| ConfigError::invalid("url", text))?;
        let token = (last.token != config.token).then(|| target::token(config.token.as_deref())).transpose();
        let token = token.map_err(|text| ConfigError::invalid("token", text))?;
        let hello = (last.hello != config.hello).then(|| Hello::parse(config.profile, config.hello.as_deref()));
        let hello = hello.transpose().map_err(|text| ConfigError::invalid("hello", text))?;
        Ok(Handover { endpoint, token, hello, newest_event: config.newest_event, decoder: config.decoder.clone() })
    }

    /// Takes the link over; false if it has just ended, or `inbox`, which is asked last, gives none. The caller holds
    /// that one alone; a loan of the old owner ends.
    ///
    /// Whatever the old owner had polled and not answered comes again as REQUEST_ORPHANED.
    pub fn attach<'a>(
        &self,
        config: &Config,
        mut handover: Handover,
        inbox: impl FnOnce() -> Option<&'a mut Inbox>,
    ) -> bool {
        let is_entered = self.shared.succession.enter(|left| {
            let Some(inbox) = inbox() else { return false };
            inbox.release();
            self.shared.slots.orphan_all();
            // Who paused it is gone, and could not resume it.
            self.shared.pause_depth.store(0, Ordering::SeqCst);
            *self.shared.introduction.lock() = Introduction::from(config);
            if let Some(earlier) = left.take() {
                // The I/O thread has not seen it yet, and this owner differs only from that one.
                handover.endpoint = handover.endpoint.or(earlier.endpoint);
                handover.token = handover.token.or(earlier.token);
                handover.hello = handover.hello.or(earlier.hello);
            }
            *left = Some(Box::new(handover));
            true
        });
        if !is_entered {
            return false;
        }
        self.shared.detached.store(false, Ordering::SeqCst);
        self.changed_hands();
        true
    }

    fn changed_hands(&self) {
        self.shared.handovers.fetch_add(1, Ordering::SeqCst);
        self.shared.waking.wake();
        self.shared.waiters.notify();
    }
}
