//! One send that the encode worker finishes.

use framewire::link::{Link, Refusal, Sent};
use godot::classes::Image;
use godot::prelude::*;

use super::image;
use super::{Outcome, SendError};
use crate::value::Draft;

/// Bytes beside the JSON that are sent at once.
const SHORT: usize = 32 << 10;

/// What is sent, but for the JSON that is still to be finished.
pub(super) enum Target {
    Respond { id: u64 },
    RespondEnvelope { id: u64 },
    RespondError { id: u64, code: String, message: String },
    RespondBytes { id: u64, pointer: String, bytes: PackedByteArray },
    RespondImage { id: u64, pointer: String, image: Gd<Image>, pixels: usize },
    Notify { name: String },
    Text(GString),
    Binary(PackedByteArray),
}

/// A send, and what it holds of the queue's room.
pub(super) struct Job {
    pub target: Target,
    /// `None`: no JSON at all.
    pub draft: Option<Draft>,
    pub size: usize,
}

// SAFETY: strings and packed arrays are value types, shared copy-on-write by atomic counts. The image was made for this
// job and nobody else has it: Godot's own loaders and importers use such images on threads, too. A job is used by one
// thread at a time.
unsafe impl Send for Job {}

/// A send that is finished: it can be offered to the link until there is room.
pub(super) struct Ready {
    target: Target,
    json: Vec<u8>,
    /// The text, or the PNG.
    bytes: Vec<u8>,
}

impl Target {
    /// The request that is answered, if one is.
    pub(super) fn answers(&self) -> Option<u64> {
        match self {
            Self::Respond { id }
            | Self::RespondEnvelope { id }
            | Self::RespondError { id, .. }
            | Self::RespondBytes { id, .. }
            | Self::RespondImage { id, .. } => Some(*id),
            Self::Notify { .. } | Self::Text(_) | Self::Binary(_) => None,
        }
    }

    /// Bytes beside the JSON.
    fn bulk(&self) -> usize {
        match self {
            Self::RespondBytes { bytes, .. } | Self::Binary(bytes) => bytes.len(),
            Self::RespondImage { pixels, .. } => *pixels,
            Self::Text(text) => text.len(),
            _ => 0,
        }
    }

    /// What is told if it comes to nothing.
    pub(super) fn dropped(&self) -> impl FnOnce(SendError) -> Outcome + use<> {
        let answers = self.answers();
        let name = if let Self::Notify { name } = self { name.clone() } else { String::new() };
        move |why| match answers {
            Some(id) => Outcome::AnswerDropped { id, why },
            None => Outcome::SendDropped { name, why },
        }
    }
}

impl Job {
    pub(super) fn new(target: Target, draft: Option<Draft>) -> Self {
        let size = draft.as_ref().map_or(0, Draft::size).saturating_add(target.bulk());
        Self { target, draft, size }
    }

    /// Whether sending it takes no longer than handing it over.
    pub(super) fn is_short(&self) -> bool {
        let is_finished = self.draft.as_ref().is_none_or(Draft::is_finished);
        is_finished && self.target.bulk() < SHORT && !matches!(self.target, Target::RespondImage { .. })
    }

    /// Does what takes long.
    pub(super) fn prepare(self) -> Result<Ready, SendError> {
        let json = self.draft.map(Draft::finish).unwrap_or_default();
        let bytes = match &self.target {
            Target::RespondImage { image, .. } => image::png(image)?.to_vec(),
            Target::Text(text) => text.to_string().into_bytes(),
            _ => Vec::new(),
        };
        Ok(Ready { target: self.target, json, bytes })
    }
}

impl Ready {
    /// Offers it to the link.
    pub(super) fn send(&self, link: &Link) -> Result<Sent, Refusal> {
        let json = self.json.as_slice();
        match &self.target {
            Target::Respond { id } => link.respond(*id, json),
            Target::RespondEnvelope { id } => link.respond_envelope(*id, json),
            Target::RespondError { id, code, message } => {
                link.respond_error(*id, code, message, Some(json).filter(|json| !json.is_empty()))
            }
            Target::RespondBytes { id, pointer, bytes } => {
                link.respond_attachment(*id, json, pointer, bytes.as_slice())
            }
            Target::RespondImage { id, pointer, .. } => link.respond_attachment(*id, json, pointer, &self.bytes),
            Target::Notify { name } => link.notify(name, json),
            Target::Text(_) => link.send_text(&self.bytes),
            Target::Binary(bytes) => link.send_binary(bytes.as_slice()),
        }
    }

    /// The buffer of its JSON.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.json
    }
}
