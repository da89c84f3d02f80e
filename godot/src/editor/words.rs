//! What the server is told, in the words of its profile. Pure.

use framewire::protocol::ProfileKind;

/// Why a command gets an error that no handler has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No handler has that name.
    UnknownMethod,
    /// Its parameters cannot be handed to a handler.
    BadParams,
    /// Its handler did not come to an answer.
    HandlerFailed,
    /// It was not run, and may be sent again.
    NotRun,
    /// It was begun, and nobody will tell how it ends.
    OutcomeUnknown,
}

impl Fault {
    /// The code that servers of that profile know for it.
    pub fn code(self, profile: ProfileKind) -> &'static str {
        use Fault::{BadParams, HandlerFailed, NotRun, OutcomeUnknown, UnknownMethod};
        match (profile, self) {
            (ProfileKind::JsonRpc, UnknownMethod) => "-32601",
            (ProfileKind::JsonRpc, BadParams) => "-32602",
            (ProfileKind::JsonRpc, HandlerFailed) => "-32603",
            (ProfileKind::JsonRpc, NotRun) => "-32013",
            (ProfileKind::JsonRpc, OutcomeUnknown) => "-32014",
            (ProfileKind::UnityMcp, UnknownMethod) => "unknown_command",
            (ProfileKind::UnityMcp, BadParams) => "invalid_params",
            (ProfileKind::UnityMcp, HandlerFailed) => "handler_failed",
            (ProfileKind::UnityMcp, NotRun) => "editor_busy",
            (ProfileKind::UnityMcp, OutcomeUnknown) => "editor_closing",
            (ProfileKind::GodotAi | ProfileKind::Raw, UnknownMethod) => "UNKNOWN_COMMAND",
            (ProfileKind::GodotAi | ProfileKind::Raw, BadParams) => "INVALID_PARAMS",
            (ProfileKind::GodotAi | ProfileKind::Raw, HandlerFailed) => "INTERNAL_ERROR",
            (ProfileKind::GodotAi | ProfileKind::Raw, NotRun) => "EDITOR_NOT_READY",
            (ProfileKind::GodotAi | ProfileKind::Raw, OutcomeUnknown) => "TRANSPORT_OUTCOME_UNKNOWN",
        }
    }

    /// Whether the server may send the command again: nothing was done.
    pub fn is_retryable(self) -> bool {
        self == Self::NotRun
    }
}

/// What the server may be told of the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Which scene is edited.
    Scene,
    /// Whether a scene is played.
    PlayState,
    /// What the editor can take.
    Readiness,
}

impl Topic {
    /// The name of the notification that tells of it: the one `given`, if any, else the profile's own. `None`: not
    /// told.
    pub fn name(self, given: &str, profile: ProfileKind) -> Option<&str> {
        let facts = profile.facts();
        // Where the link itself tells of its readiness, telling it twice would be one too many.
        if !facts.notifies || (self == Self::Readiness && facts.publishes_readiness) {
            return None;
        }
        match (given, self, profile) {
            ("", Self::Scene, ProfileKind::GodotAi) => Some("scene_changed"),
            ("", Self::PlayState, ProfileKind::GodotAi) => Some("play_state_changed"),
            ("", ..) => None,
            (given, ..) => Some(given),
        }
    }
}

/// Names as a list in a sentence; empty for none.
pub fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAULTS: [Fault; 5] =
        [Fault::UnknownMethod, Fault::BadParams, Fault::HandlerFailed, Fault::NotRun, Fault::OutcomeUnknown];

    #[test]
    fn every_fault_has_a_code_of_its_own() {
        for number in 0..4 {
            let profile = ProfileKind::from_number(number).unwrap();
            let mut codes: Vec<_> = FAULTS.map(|fault| fault.code(profile)).to_vec();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), FAULTS.len(), "{profile:?}");
        }
        for fault in FAULTS {
            assert!(fault.code(ProfileKind::JsonRpc).parse::<i64>().is_ok(), "JSON-RPC knows numbers alone");
        }
    }

    #[test]
    fn godot_ai_servers_are_told_scene_and_play_state() {
        let name = |topic: Topic, given| topic.name(given, ProfileKind::GodotAi);
        assert_eq!(name(Topic::Scene, ""), Some("scene_changed"));
        assert_eq!(name(Topic::PlayState, ""), Some("play_state_changed"));
        assert_eq!(name(Topic::Readiness, ""), None, "the link does it");
        assert_eq!(name(Topic::Readiness, "mine"), None, "the link does it");
        assert_eq!(name(Topic::Scene, "mine"), Some("mine"));
    }

    #[test]
    fn others_are_told_what_has_a_name() {
        for topic in [Topic::Scene, Topic::PlayState, Topic::Readiness] {
            assert_eq!(topic.name("", ProfileKind::JsonRpc), None);
            assert_eq!(topic.name("editor/state", ProfileKind::JsonRpc), Some("editor/state"));
            for silent in [ProfileKind::Raw, ProfileKind::UnityMcp] {
                assert_eq!(topic.name("editor/state", silent), None, "it knows no notifications");
            }
        }
    }

    #[test]
    fn lists_read_like_sentences() {
        assert_eq!(
            [0, 1, 2, 3].map(|count| listed(&["a", "b", "c"][..count])),
            ["", "'a'", "'a' or 'b'", "'a', 'b' or 'c'"]
        );
    }
}
