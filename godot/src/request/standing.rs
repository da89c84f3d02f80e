//! How a request stands: for code of this extension that answers where its handler does not.

use std::sync::atomic::{AtomicBool, Ordering};

use godot::global::Error;
use godot::prelude::*;

use super::FramewireRequest;
use crate::link::hosted::Hosted;
use crate::link::outcome;
use crate::link::source::Source;
use crate::outgoing::{Accepted, SendError};

/// What was done with a request through its object.
#[derive(Default)]
pub struct Standing {
    /// An answer was accepted. The link may not have it yet: large ones are encoded first.
    is_answered: AtomicBool,
    /// It was given more time.
    is_deferred: AtomicBool,
}

impl FramewireRequest {
    /// Its number, as the library has it.
    pub(crate) fn number(&self) -> u64 {
        self.id as u64
    }

    /// Name of the command or method.
    pub(crate) fn method(&self) -> String {
        self.method.to_string()
    }

    /// The parameters, an empty Dictionary if there are none; `None` if they were not decoded.
    pub(crate) fn decoded(&self) -> Option<Variant> {
        match self.payload().trim_ascii() {
            b"" | b"null" => Some(VarDictionary::new().to_variant()),
            _ => self.is_decoded.then(|| self.params.clone()),
        }
    }

    /// Whether it still needs an answer.
    pub(crate) fn is_unanswered(&self) -> bool {
        let is_open = self.link().is_ok_and(|hosted| hosted.link.check_answer(self.number()).is_ok());
        is_open && !self.standing.is_answered.load(Ordering::Relaxed)
    }

    /// Whether somebody has asked for more time.
    pub(crate) fn is_deferred(&self) -> bool {
        self.standing.is_deferred.load(Ordering::Relaxed)
    }

    /// Whether it needs an answer that nobody has promised.
    pub(crate) fn is_unattended(&self) -> bool {
        self.is_unanswered() && !self.is_deferred()
    }

    /// Answers by `answer`, which is given the number of the request, unless the link is somebody else's now. Nothing is
    /// bound meanwhile, and the caller's own reference keeps `this` alive: an object in the answer may be one whose script
    /// says how it is written, and that may do anything.
    pub(super) fn answered(this: &Gd<Self>, answer: impl FnOnce(&Hosted, u64) -> Result<Accepted, SendError>) -> Error {
        let (source, id) = {
            let request = this.bind();
            (request.source.clone(), request.number())
        };
        let status = match source.as_ref().ok_or(Error::ERR_UNCONFIGURED).and_then(Source::link) {
            Ok(hosted) => outcome(answer(hosted, id)),
            Err(status) => status,
        };
        noted(&this.bind().standing.is_answered, status)
    }

    /// Asks for time by `defer`, unless the link is somebody else's now.
    pub(super) fn deferred(&self, defer: impl FnOnce(&Hosted) -> Error) -> Error {
        noted(&self.standing.is_deferred, self.link().map_or_else(|error| error, defer))
    }
}

fn noted(fact: &AtomicBool, status: Error) -> Error {
    fact.fetch_or(status == Error::OK, Ordering::Relaxed);
    status
}
