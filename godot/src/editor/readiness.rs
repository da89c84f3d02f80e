//! What the editor can take, by what is seen of it. Pure.

use framewire::readiness::Readiness;

/// What the live editor shows in one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// Its file system is being scanned or imported.
    pub is_scanning: bool,
    /// It has started a scene that still runs.
    pub is_playing: bool,
    /// A scene is open for editing.
    pub has_scene: bool,
}

impl Signs {
    /// What they say together: the first that hinders counts.
    pub fn readiness(self) -> Readiness {
        match self {
            Self { is_scanning: true, .. } => Readiness::Importing,
            Self { is_playing: true, .. } => Readiness::Playing,
            Self { has_scene: false, .. } => Readiness::NoScene,
            _ => Readiness::Ready,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn importing_hides_playing_hides_no_scene() {
        use Readiness::{Importing, NoScene, Playing, Ready};
        let table = [
            (true, true, true, Importing),
            (true, true, false, Importing),
            (true, false, true, Importing),
            (true, false, false, Importing),
            (false, true, true, Playing),
            (false, true, false, Playing),
            (false, false, false, NoScene),
            (false, false, true, Ready),
        ];
        for (is_scanning, is_playing, has_scene, expected) in table {
            let signs = Signs { is_scanning, is_playing, has_scene };
            assert_eq!(signs.readiness(), expected, "{signs:?}");
        }
    }
}
