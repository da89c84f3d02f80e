//! What the editor can take, and what each profile calls it. Pure.
mod cell;
mod judge;
mod operation;

pub use cell::{ReadinessCell, Word};
pub use judge::{Facts, Judge, Life, Limits, Report};

/// What the editor can take. The numbers are those of `FRAMEWIRE_READINESS_*`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Readiness {
    /// The editor starts.
    #[default]
    Starting = 0,
    /// Scripts compile.
    Compiling = 1,
    /// The scripting domain reloads.
    Reloading = 2,
    /// The editor comes back from a reload.
    Recovering = 3,
    /// Assets are imported.
    Importing = 4,
    /// A scene plays.
    Playing = 5,
    /// No scene is open.
    NoScene = 6,
    /// The editor takes any call.
    Ready = 7,
    /// The editor shuts down.
    Stopping = 8,
    /// The editor has stopped serving.
    Stopped = 9,
    /// The editor cannot serve.
    Failed = 10,
}

impl Readiness {
    /// Every value, in the order of its number.
    pub const ALL: [Self; 11] = [
        Self::Starting,
        Self::Compiling,
        Self::Reloading,
        Self::Recovering,
        Self::Importing,
        Self::Playing,
        Self::NoScene,
        Self::Ready,
        Self::Stopping,
        Self::Stopped,
        Self::Failed,
    ];

    /// The readiness of that number, if there is one.
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// Its name, in lower case: the word of the state file, and of profiles whose peers know no other.
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Compiling => "compiling",
            Self::Reloading => "reloading",
            Self::Recovering => "recovering",
            Self::Importing => "importing",
            Self::Playing => "playing",
            Self::NoScene => "no_scene",
            Self::Ready => "ready",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// The readiness of that name, if there is one. Case counts.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|readiness| readiness.name() == name)
    }

    /// The word that godot_ai servers know for it: one of `ready`, `importing`, `playing`, `no_scene`.
    ///
    /// Phases in which the editor takes no command map to `importing`: servers answer that with a
    /// retryable refusal.
    pub fn godot_ai(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Playing => "playing",
            Self::NoScene => "no_scene",
            _ => "importing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Readiness;

    #[test]
    fn every_readiness_is_found_by_its_name_and_nothing_else_is() {
        for readiness in Readiness::ALL {
            assert_eq!(Readiness::of_name(readiness.name()), Some(readiness));
        }
        for unknown in ["", "Ready", "ready ", "unheard_of"] {
            assert_eq!(Readiness::of_name(unknown), None);
        }
    }
}
