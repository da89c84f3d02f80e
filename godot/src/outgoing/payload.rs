//! What each profile takes as data, and what it is sent where the host gives none.

use framewire::link::ProfileKind;
use godot::builtin::VariantType;
use godot::prelude::*;

use super::SendError;
use crate::value::{Draft, encode};

/// Which part of a message a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The result of a request.
    Answer,
    /// What goes with an error.
    ErrorData,
    /// Parameters of a call or of a notification.
    Parameters,
}

/// Writes `data` down as that part of a message. What the peer would not take is refused here, where the caller can
/// still mend it.
pub(super) fn draft(profile: ProfileKind, data: &Variant, part: Part, buffer: Vec<u8>) -> Result<Draft, SendError> {
    let objects_only = matches!(profile, ProfileKind::GodotAi | ProfileKind::UnityMcp);
    if data.is_nil() {
        let absent: &[u8] = match part {
            Part::ErrorData => b"",
            _ if objects_only => b"{}",
            Part::Answer => b"null",
            Part::Parameters => b"",
        };
        return Ok(Draft::of(absent, buffer));
    }
    match (data.get_type(), part) {
        (VariantType::DICTIONARY, _) => {}
        (VariantType::ARRAY, Part::Parameters) if !objects_only => {}
        (_, Part::Parameters) => return Err(SendError::NotParameters),
        _ if objects_only => return Err(SendError::NotDictionary),
        _ => {}
    }
    Ok(encode(data, buffer)?)
}
