//! The hello that a link is configured with, read once and used for every connection.

use serde_json::value::RawValue;

use super::profile::ProfileKind;
use super::{godot_ai, json, json_rpc, unity_mcp};

/// The hello of a link. Says which profile is spoken, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hello {
    /// The raw profile says none.
    Raw,
    /// The godot_ai profile's fields.
    GodotAi(godot_ai::hello::Hello),
    /// The json_rpc profile's options and first messages.
    JsonRpc(json_rpc::hello::Hello),
    /// The unity_mcp profile's fields.
    UnityMcp(unity_mcp::hello::Hello),
}

impl Hello {
    /// Reads the hello of a configuration: a JSON object, or `None` for the profile's defaults.
    ///
    /// godot_ai takes `godot_version`, `project_path`, `plugin_version`, `server_launch_mode` (each `"unknown"` if
    /// absent), `editor_pid` (0 if absent) and `session_id` (made by [`session_id`] if absent).
    ///
    /// json_rpc takes `messages` (JSON objects sent as they are, in order, at each open), `methods` (the names that the
    /// host handles: requests for others are answered with -32601; all if absent) and `cancel_method` (the notification
    /// that takes a call of ours back, `{"id": ...}` its parameters; none if absent).
    ///
    /// unity_mcp takes `project_hash`, which must be there, `project_name`, `unity_version`, `project_path`, and `tools`,
    /// an array that is told as it is.
    ///
    /// # Errors
    /// Which field is wrong and what it must be.
    pub fn parse(profile: ProfileKind, json: Option<&str>) -> Result<Self, String> {
        match profile {
            ProfileKind::Raw => match json {
                None => Ok(Self::Raw),
                Some(_) => Err("the raw profile says no hello: leave `hello` absent, or choose another profile".into()),
            },
            ProfileKind::GodotAi => godot_ai::hello::Hello::parse(json.unwrap_or("{}")).map(Self::GodotAi),
            ProfileKind::JsonRpc => json_rpc::hello::Hello::parse(json.unwrap_or("{}")).map(Self::JsonRpc),
            ProfileKind::UnityMcp => unity_mcp::hello::Hello::parse(json.unwrap_or("{}")).map(Self::UnityMcp),
        }
    }

    /// The profile that it belongs to.
    pub const fn profile(&self) -> ProfileKind {
        match self {
            Self::Raw => ProfileKind::Raw,
            Self::GodotAi(_) => ProfileKind::GodotAi,
            Self::JsonRpc(_) => ProfileKind::JsonRpc,
            Self::UnityMcp(_) => ProfileKind::UnityMcp,
        }
    }

    /// The session id that the configuration asks for.
    pub fn fixed_session_id(&self) -> Option<&str> {
        match self {
            Self::Raw | Self::JsonRpc(_) | Self::UnityMcp(_) => None,
            Self::GodotAi(hello) => hello.session_id.as_deref(),
        }
    }
}

/// The values of a hello's fields, which may all be absent.
///
/// # Errors
/// It is no JSON object, or has a field that is none of `keys`, or one twice.
pub(super) fn fields<'m, const N: usize>(
    text: &'m str,
    keys: [&'static str; N],
) -> Result<[Option<&'m RawValue>; N], String> {
    let members = json::members(text, keys)
        .map_err(|fault| format!("hello is no JSON: {} at byte {}", fault.what, fault.offset))?
        .ok_or("hello must be a JSON object")?;
    match (members.unknown, members.duplicate) {
        (Some(key), _) => Err(format!("hello has no field `{key}`; its fields are {}", keys.join(", "))),
        (None, Some(key)) => Err(format!("hello.{key} is given twice; give it once")),
        (None, None) => Ok(members.values),
    }
}

/// A new session id, made of the project's name and `entropy`, which must come from a source that nobody can guess.
/// Empty where the profile has none. A configured one ([`Hello::fixed_session_id`]) goes before it.
pub fn session_id(hello: &Hello, entropy: [u8; 8]) -> String {
    match hello {
        Hello::Raw | Hello::JsonRpc(_) | Hello::UnityMcp(_) => String::new(),
        Hello::GodotAi(hello) => hello.new_session_id(entropy),
    }
}
