//! The hello that a link is configured with, read once and used for every connection.

use super::godot_ai;
use super::profile::ProfileKind;

/// The hello of a link. Says which profile is spoken, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hello {
    /// The raw profile says none.
    Raw,
    /// The godot_ai profile's fields.
    GodotAi(godot_ai::hello::Hello),
}

impl Hello {
    /// Reads the hello of a configuration: a JSON object, or `None` for the profile's defaults.
    ///
    /// godot_ai takes `godot_version`, `project_path`, `plugin_version`, `server_launch_mode` (each `"unknown"` if
    /// absent), `editor_pid` (0 if absent) and `session_id` (made by [`session_id`] if absent).
    ///
    /// # Errors
    /// Which field is wrong and what it must be, or that this library does not speak the profile.
    pub fn parse(profile: ProfileKind, json: Option<&str>) -> Result<Self, String> {
        match profile {
            ProfileKind::Raw => match json {
                None => Ok(Self::Raw),
                Some(_) => Err("the raw profile says no hello: leave `hello` absent, or choose another profile".into()),
            },
            ProfileKind::GodotAi => godot_ai::hello::Hello::parse(json.unwrap_or("{}")).map(Self::GodotAi),
            ProfileKind::JsonRpc | ProfileKind::UnityMcp => {
                Err(format!("this version does not speak the {} profile: choose raw or godot_ai", profile.name()))
            }
        }
    }

    /// The profile that it belongs to.
    pub const fn profile(&self) -> ProfileKind {
        match self {
            Self::Raw => ProfileKind::Raw,
            Self::GodotAi(_) => ProfileKind::GodotAi,
        }
    }

    /// The session id that the configuration asks for.
    pub fn fixed_session_id(&self) -> Option<&str> {
        match self {
            Self::Raw => None,
            Self::GodotAi(hello) => hello.session_id.as_deref(),
        }
    }
}

/// A new session id, made of the project's name and `entropy`, which must come from a source that nobody can guess.
/// Empty where the profile has none. A configured one ([`Hello::fixed_session_id`]) goes before it.
pub fn session_id(hello: &Hello, entropy: [u8; 8]) -> String {
    match hello {
        Hello::Raw => String::new(),
        Hello::GodotAi(hello) => hello.new_session_id(entropy),
    }
}
