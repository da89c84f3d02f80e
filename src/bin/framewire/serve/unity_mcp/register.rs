//! How a Unity editor registers.

use serde::{Deserialize, Serialize};

/// The message `register`. Unknown fields are ignored.
#[derive(Debug, Default, Deserialize)]
pub struct Register {
    pub project_hash: Option<String>,
    pub project_name: Option<String>,
    pub unity_version: Option<String>,
    pub project_path: Option<String>,
}

/// A registered editor.
#[derive(Clone, Debug, Serialize)]
pub struct Registration {
    pub session_id: String,
    pub project_hash: String,
    pub project_name: String,
    pub unity_version: String,
    pub project_path: Option<String>,
}

impl Registration {
    /// What is known after this message.
    pub fn new(session_id: &str, project_hash: &str, register: &Register) -> Self {
        let or = |text: &Option<String>, default: &str| text.clone().unwrap_or_else(|| default.to_owned());
        Self {
            session_id: session_id.to_owned(),
            project_hash: project_hash.to_owned(),
            project_name: or(&register.project_name, "Unknown Project"),
            unity_version: or(&register.unity_version, "Unknown"),
            project_path: register.project_path.clone(),
        }
    }
}
