//! What an editor says about itself when it registers.

use serde_json::value::RawValue;

use crate::protocol::hello::fields;
use crate::protocol::json;

/// What an editor says about itself. What is absent is not told: the server has defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    pub(super) project_hash: String,
    pub(super) project_name: Option<String>,
    pub(super) unity_version: Option<String>,
    pub(super) project_path: Option<String>,
    /// A JSON array, as it was given.
    pub(super) tools: Option<String>,
}

const KEYS: [&str; 5] = ["project_hash", "project_name", "unity_version", "project_path", "tools"];

impl Hello {
    /// Reads the fields from a JSON object; see [`crate::protocol::Hello::parse`].
    pub(in crate::protocol) fn parse(text: &str) -> Result<Self, String> {
        let [project_hash, project_name, unity_version, project_path, tools] = fields(text, KEYS)?;
        Ok(Self {
            project_hash: project_hash.and_then(hash).ok_or(HASH_ADVICE)?,
            project_name: text_field("project_name", project_name, 256)?,
            unity_version: text_field("unity_version", unity_version, 64)?,
            project_path: text_field("project_path", project_path, 4096)?,
            tools: tools.map(tool_list).transpose()?,
        })
    }
}

const HASH_ADVICE: &str = "hello.project_hash must tell this project from every other, in 1 to 128 of A-Z a-z 0-9 . _ -: \
                           take the first 16 hex digits of the SHA-1 of the path of its Assets folder";

/// No "@": servers take what stands behind one for the hash.
fn hash(value: &RawValue) -> Option<String> {
    let text = json::string(value)?;
    let plain = text.chars().all(|character| character.is_ascii_alphanumeric() || "._-".contains(character));
    ((1..=128).contains(&text.len()) && plain).then(|| text.into_owned())
}

fn text_field(name: &str, value: Option<&RawValue>, longest: usize) -> Result<Option<String>, String> {
    let Some(value) = value else {
        return Ok(None);
    };
    match json::string(value).filter(|text| (1..=longest).contains(&text.chars().count())) {
        Some(text) => Ok(Some(text.into())),
        None => Err(format!("hello.{name} must be a string of 1 to {longest} characters")),
    }
}

/// Of a tool only the name is looked at: what else it may have is between the editor and its server.
fn tool_list(value: &RawValue) -> Result<String, String> {
    let tools: Vec<&RawValue> =
        serde_json::from_str(value.get()).map_err(|_| "hello.tools must be an array of objects".to_owned())?;
    for (place, tool) in tools.into_iter().enumerate() {
        let name = json::members(tool.get(), ["name"]).ok().flatten().and_then(|members| {
            let [name] = members.values;
            name.and_then(json::string)
        });
        if name.is_none_or(|name| name.is_empty()) {
            return Err(format!("hello.tools[{place}] must be an object with a `name`"));
        }
    }
    Ok(value.get().into())
}
