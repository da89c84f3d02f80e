//! Tells the server what the editor is doing: when it changes, and on every connection.

use std::sync::Arc;

use framewire::readiness::Readiness;
use godot::prelude::*;

use super::announced::Announced;
use super::live::Look;
use super::words::Topic;
use crate::link::hosted::Hosted;

/// The names under which the server is told, as the plugin wants them; empty: those of the profile.
pub struct EventNames<'a> {
    /// Of the scene that is edited.
    pub scene: &'a GString,
    /// Of whether a scene is played.
    pub play_state: &'a GString,
    /// Of what the editor can take.
    pub readiness: &'a GString,
}

/// Remembers what the link and its server know.
#[derive(Default)]
pub struct Herald {
    /// There is a connection on which something can be told.
    is_connected: bool,
    /// What the link was told, which says it to the server and to readers of the state file.
    readiness: Announced<Readiness>,
    scene: Announced<GString>,
    play_state: Announced<bool>,
    readiness_event: Announced<Readiness>,
}

impl Herald {
    /// A link that knows nothing yet.
    pub fn begin(&mut self, is_connected: bool) {
        *self = Self { is_connected, ..Self::default() };
    }

    /// A connection on which the server takes events.
    pub fn connected(&mut self) {
        self.is_connected = true;
        self.forget();
    }

    /// The server may not know what it was told: it is new, or something that had been accepted was not sent.
    pub fn forget(&mut self) {
        self.scene.forget();
        self.play_state.forget();
        self.readiness_event.forget();
    }

    /// It has ended.
    pub fn disconnected(&mut self) {
        self.is_connected = false;
    }

    /// Says what the editor can take, if that has changed.
    pub fn report(&mut self, hosted: &Hosted, look: &Look) {
        self.readiness.tell(look.signs.readiness(), |readiness| {
            hosted.link.set_readiness(*readiness, "");
            true
        });
    }

    /// Tells the server what it does not know.
    pub fn tell(&mut self, hosted: &Arc<Hosted>, look: Look, names: &EventNames<'_>) {
        if !self.is_connected {
            return;
        }
        let profile = hosted.link.profile();
        let notify = |topic: Topic, given: &GString, key: &str, value: &str| {
            let given = given.to_string();
            let data = || vdict! { key => value }.to_variant();
            // What has no name counts as told: it is not to be tried in every frame.
            topic.name(&given, profile).is_none_or(|name| hosted.outgoing.notify(name, &data()).is_ok())
        };
        self.scene.tell(look.scene, |scene| notify(Topic::Scene, names.scene, "current_scene", &scene.to_string()));
        self.play_state.tell(look.signs.is_playing, |is_playing| {
            let state = if *is_playing { "playing" } else { "stopped" };
            notify(Topic::PlayState, names.play_state, "play_state", state)
        });
        self.readiness_event.tell(look.signs.readiness(), |readiness| {
            notify(Topic::Readiness, names.readiness, "readiness", readiness.name())
        });
    }
}
