//! What an editor says about itself, checked against the stricter rules of both protocols.

use serde_json::value::RawValue;

use super::proof::hex;
use crate::protocol::hello::fields;
use crate::protocol::json;

/// What an editor says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    pub(super) godot_version: String,
    pub(super) project_path: String,
    pub(super) plugin_version: String,
    pub(super) editor_pid: u64,
    pub(super) server_launch_mode: String,
    pub(in crate::protocol) session_id: Option<String>,
}

const KEYS: [&str; 6] =
    ["godot_version", "project_path", "plugin_version", "editor_pid", "server_launch_mode", "session_id"];

impl Hello {
    /// Reads the fields from a JSON object; see [`crate::protocol::Hello::parse`].
    pub(in crate::protocol) fn parse(text: &str) -> Result<Self, String> {
        let [godot_version, project_path, plugin_version, editor_pid, server_launch_mode, session_id] =
            fields(text, KEYS)?;
        Ok(Self {
            godot_version: text_field("godot_version", godot_version, 64)?,
            project_path: text_field("project_path", project_path, 4096)?,
            plugin_version: text_field("plugin_version", plugin_version, 64)?,
            editor_pid: editor_pid.map_or(Ok(0), |value| {
                let pid = value.get().parse().ok();
                pid.filter(|pid| *pid <= i64::MAX as u64)
                    .ok_or("hello.editor_pid must be a process id, a whole number from 0")
            })?,
            server_launch_mode: server_launch_mode.map_or(Ok("unknown".into()), |value| {
                token(value, 32, "._+-").ok_or("hello.server_launch_mode must be 1 to 32 of A-Z a-z 0-9 . _ + -")
            })?,
            session_id: session_id
                .map(|value| {
                    token(value, 128, "._@-").ok_or("hello.session_id must be 1 to 128 of A-Z a-z 0-9 . _ @ -")
                })
                .transpose()?,
        })
    }

    /// The project folder's name as a slug, "@", and `entropy` in hex.
    pub(in crate::protocol) fn new_session_id(&self, entropy: [u8; 8]) -> String {
        let folder = self.project_path.rsplit(['/', '\\']).find(|name| !name.is_empty()).unwrap_or_default();
        format!("{}@{}", slug(folder), hex(&entropy))
    }
}

fn text_field(name: &str, value: Option<&RawValue>, longest: usize) -> Result<String, String> {
    let Some(value) = value else {
        return Ok("unknown".into());
    };
    json::string(value)
        .filter(|text| (1..=longest).contains(&text.chars().count()))
        .map(Into::into)
        .ok_or_else(|| format!("hello.{name} must be a string of 1 to {longest} characters"))
}

fn token(value: &RawValue, longest: usize, signs: &str) -> Option<String> {
    let text = json::string(value)?;
    let fits = (1..=longest).contains(&text.len());
    let plain = text.chars().all(|character| character.is_ascii_alphanumeric() || signs.contains(character));
    (fits && plain).then(|| text.into_owned())
}

/// Lower case; runs of anything but a-z and 0-9 become one "-", none at either end; "project" if nothing is left.
/// Short enough for a session id of 128 characters.
pub(super) fn slug(name: &str) -> String {
    const LONGEST: usize = 128 - 17;
    let mut slug = String::new();
    for character in name.chars().flat_map(char::to_lowercase) {
        if slug.len() == LONGEST {
            break;
        }
        if character.is_ascii_lowercase() || character.is_ascii_digit() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    if slug.is_empty() { "project".into() } else { slug }
}
