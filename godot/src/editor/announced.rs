//! What the server was told last. Pure.

/// One thing that the server is told of when it changes, and on every connection.
#[derive(Debug)]
pub struct Announced<T> {
    /// What was told on this connection.
    told: Option<T>,
}

impl<T> Default for Announced<T> {
    fn default() -> Self {
        Self { told: None }
    }
}

impl<T: PartialEq> Announced<T> {
    /// Another connection, whose server knows nothing yet.
    pub fn forget(&mut self) {
        self.told = None;
    }

    /// Tells `value` by `send` unless it was told. Only what `send` says it has sent is remembered, so the rest is
    /// tried again at the next call.
    pub fn tell(&mut self, value: T, send: impl FnOnce(&T) -> bool) {
        if self.told.as_ref() != Some(&value) && send(&value) {
            self.told = Some(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells `value` over a wire that works or not, and returns whether anything was tried.
    fn tell(announced: &mut Announced<&'static str>, value: &'static str, works: bool) -> bool {
        let mut tried = false;
        announced.tell(value, |sent| {
            assert_eq!(*sent, value);
            tried = true;
            works
        });
        tried
    }

    #[test]
    fn only_changes_are_told() {
        let mut scene = Announced::default();
        assert!(tell(&mut scene, "", true), "the first value is news, whatever it is");
        assert!(!tell(&mut scene, "", true));
        assert!(tell(&mut scene, "a", true));
        assert!(!tell(&mut scene, "a", true));
        assert!(tell(&mut scene, "", true));
    }

    #[test]
    fn what_was_not_sent_is_tried_again() {
        let mut scene = Announced::default();
        tell(&mut scene, "a", true);
        assert!(tell(&mut scene, "b", false));
        assert!(tell(&mut scene, "b", false));
        assert!(!tell(&mut scene, "a", true), "the server still believes it");
        assert!(tell(&mut scene, "b", true));
        assert!(!tell(&mut scene, "b", true));
    }

    #[test]
    fn a_new_connection_is_told_again() {
        let mut scene = Announced::default();
        tell(&mut scene, "a", true);
        scene.forget();
        assert!(tell(&mut scene, "a", true));
        assert!(!tell(&mut scene, "a", true));
    }
}
