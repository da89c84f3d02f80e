//! The class itself: what a plugin sets and calls, and what it hears of the engine and the link.

use std::sync::{Arc, Weak};

use framewire::session::phase::Phase;
use godot::classes::notify::NodeNotification;
use godot::global::Error;
use godot::prelude::*;

use super::awake::Awake;
use super::desk::Desk;
use super::frame::Underway;
use super::herald::{EventNames, Herald};
use super::live;
use super::live::Look;
use crate::link::FramewireLink;
use crate::link::hosted::Hosted;

/// Serves the commands of a tool server in an editor plugin: handlers take them, and the server is kept informed of
/// what the editor is doing.
///
/// Add it to your plugin, name the handlers, open:
///
/// [codeblock]
/// @tool
/// extends EditorPlugin
///
/// var editor_link := FramewireEditorLink.new()
///
/// func _enter_tree() -> void:
///     editor_link.handle("node_count", _node_count)
///     add_child(editor_link)
///     editor_link.open({"name": "my_plugin", "url": "ws://127.0.0.1:9500", "profile": "godot_ai"})
///
/// func _exit_tree() -> void:
///     editor_link.queue_free()
///
/// func _node_count(params: Dictionary) -> Variant:
///     return {"count": get_tree().get_node_count()}
/// [/codeblock]
///
/// [b]Frames.[/b] While it is in the tree it polls its [member link] once a frame and then runs commands, the oldest
/// first, until [member frame_budget_ms] is spent; the rest waits for the next frame. While a handler runs nothing else
/// is begun, also if the handler has the engine draw frames, as saving or playing a scene does. What a coroutine does
/// after an [code]await[/code] is not guarded like that: call [method pause] and [method resume] around such a step.
///
/// [b]Readiness.[/b] The link is told what the editor can take: [constant FramewireLink.READINESS_IMPORTING] while
/// files are scanned, else [constant FramewireLink.READINESS_PLAYING] while a scene is played, else
/// [constant FramewireLink.READINESS_NO_SCENE] without an edited scene, else [constant FramewireLink.READINESS_READY].
///
/// [b]Events.[/b] Servers of the godot_ai profile are told of the edited scene ([code]scene_changed[/code]) and of play
/// ([code]play_state_changed[/code]), on every connection and whenever it changes; the link itself tells them of the
/// readiness. With json_rpc they are told what has a name: see [member scene_event].
///
/// [b]Without the focus[/b] the editor draws 10 frames a second, and each command would wait for one. From the first
/// message until 2 seconds after the last the node has it sleep 7 milliseconds a frame, then what was found comes back,
/// unless the editor has set another value. The editor's settings are not changed. See [member keeps_awake].
///
/// Outside the editor the node does nothing and says so: games use [FramewireLink] itself.
#[derive(GodotClass)]
#[class(tool, init, base = Node)]
pub struct FramewireEditorLink {
    /// The link whose commands are served. [method open] makes one if there is none; one of your own can be set
    /// instead, open or not, and is then polled by this node alone. Connect to its signals for all that is no command.
    #[var(get = get_link, set = set_link, usage_flags = [NONE])]
    link: PhantomVar<Option<Gd<FramewireLink>>>,
    /// How long commands may run in one frame, in milliseconds. At least one is begun in every frame, and one that runs
    /// is never cut.
    #[export]
    #[init(val = 4.0)]
    pub(super) frame_budget_ms: f64,
    /// Whether an editor without the focus is kept awake while the server talks.
    #[export]
    #[init(val = true)]
    pub(super) keeps_awake: bool,
    /// Name of the notification that tells of the edited scene; its data is [code]{"current_scene": path}[/code].
    /// Empty: the profile's own name, where it has one.
    #[export]
    scene_event: GString,
    /// As [member scene_event], for play: [code]{"play_state": "playing"}[/code] or [code]"stopped"[/code].
    #[export]
    play_state_event: GString,
    /// As [member scene_event], for readiness: [code]{"readiness": "ready"}[/code], [code]"importing"[/code],
    /// [code]"playing"[/code] or [code]"no_scene"[/code]. Not used with godot_ai, whose servers the link tells itself.
    #[export]
    readiness_event: GString,
    /// How often [method pause] was called without a [method resume].
    #[var(get = get_pause_depth, no_set)]
    pause_depth: PhantomVar<i64>,

    #[init(val = live::is_editor())]
    pub(super) is_editor: bool,
    pub(super) pauses: u32,
    pub(super) served: Option<Gd<FramewireLink>>,
    /// The native link of `served` when it was last looked at.
    pub(super) adopted: Weak<Hosted>,
    pub(super) herald: Herald,
    pub(super) desk: Desk,
    pub(super) awake: Awake,
    pub(super) underway: Underway,
    base: Base<Node>,
}

#[godot_api]
impl INode for FramewireEditorLink {
    fn ready(&mut self) {
        if !self.is_editor {
            godot_warn!(
                "FramewireEditorLink serves the editor and does nothing here: use FramewireLink in a game, and keep \
                 the node out of its scenes."
            );
        }
    }

    fn enter_tree(&mut self) {
        if self.is_editor {
            let frame = self.own("_frame");
            self.base().get_tree().connect("process_frame", &frame);
        }
    }

    fn exit_tree(&mut self) {
        if self.is_editor {
            let frame = self.own("_frame");
            self.base().get_tree().disconnect("process_frame", &frame);
            self.awake.end();
        }
    }

    fn on_notification(&mut self, what: NodeNotification) {
        match what {
            NodeNotification::APPLICATION_FOCUS_IN => self.awake.focus_gained(),
            NodeNotification::PREDELETE => self.let_go(),
            _ => {}
        }
    }
}

#[godot_api]
impl FramewireEditorLink {
    /// Opens [member link], which is made if there is none, with [param config]: see [method FramewireLink.open] for it
    /// and for what is returned. [constant ERR_UNAVAILABLE] outside the editor.
    #[func]
    fn open(&mut self, config: VarDictionary) -> Error {
        if !self.is_editor {
            return Error::ERR_UNAVAILABLE;
        }
        if self.served.is_none() {
            self.serve(Some(FramewireLink::new_gd()));
        }
        let status = self.served.as_ref().map_or(Error::ERR_BUG, |link| FramewireLink::open(link.clone(), config));
        if status == Error::OK {
            // Before it dials, so that its hello has the editor's readiness.
            self.adopt();
            self.report(&live::look());
        }
        status
    }

    /// Lets [param callable] take the commands of that name, in the place of the one that did. It is called as
    /// [code]callable(params)[/code] or [code]callable(params, request)[/code], by the number of its arguments, with
    /// the parameters (an empty [Dictionary] if there are none) and the [FramewireRequest].
    ///
    /// What it returns is the answer, as JSON: anything but [code]null[/code]. Another way to answer goes first:
    /// [method FramewireRequest.respond] and [method FramewireRequest.fail], at once or after
    /// [method FramewireRequest.defer], whose caller answers later. A handler may await; meanwhile other commands run.
    /// It has as long as the request, and can win time with [method FramewireRequest.defer] before it awaits.
    ///
    /// The server gets an error of its profile if a script error stops the handler; if it returns [code]null[/code] and
    /// has neither answered nor deferred; if what it awaits, or the object that it belongs to, is freed; if what it
    /// returns is no JSON; and for commands without a handler, with the names that come near. Godot before 4.5 shows no
    /// script errors to extensions: there an error in a handler shows as [code]null[/code], unless its return type is
    /// one that cannot be [code]null[/code], whose empty value then counts as the answer. Declare [code]->
    /// Variant[/code], or no type, if that matters.
    ///
    /// Returns [constant OK]; [constant ERR_INVALID_PARAMETER], with an error in the output, if [param method] is empty
    /// or [param callable] cannot be called like that; [constant ERR_UNAVAILABLE] outside the editor.
    #[func(gd_self)]
    fn handle(mut this: Gd<Self>, method: GString, callable: Callable) -> Error {
        if !this.bind().is_editor {
            return Error::ERR_UNAVAILABLE;
        }
        let method = method.to_string();
        let wrong = match method.as_str() {
            "" => "needs the name of a command: it is empty".to_owned(),
            name => {
                let inserted = this.bind_mut().desk.handlers.insert(name.to_owned(), &callable);
                match inserted {
                    Ok(()) => return Error::OK,
                    Err(unfit) => format!("'{name}': the callable {}", unfit.text()),
                }
            }
        };
        // With nothing bound: a logger of the project may do anything.
        godot_error!("FramewireEditorLink.handle: {wrong}.");
        Error::ERR_INVALID_PARAMETER
    }

    /// Takes the handler of [param method] away; returns whether there was one. What has begun goes on.
    #[func]
    fn remove_handler(&mut self, method: GString) -> bool {
        self.desk.handlers.remove(&method.to_string())
    }

    /// The commands that have a handler, sorted.
    #[func]
    fn get_handled_methods(&self) -> PackedStringArray {
        self.desk.handlers.methods().iter().map(GString::from).collect()
    }

    /// Stops what the node does by itself: it begins no command, tells nothing, and answers for no handler that has
    /// failed. The connection goes on, and coroutines that end are still answered. It nests: as many calls of
    /// [method resume] end it; no loss of the connection does.
    #[func]
    fn pause(&mut self) {
        self.pauses = self.pauses.saturating_add(1);
        if self.pauses == 1
            && let Some(hosted) = self.adopted.upgrade()
        {
            hosted.link.pause();
        }
    }

    /// Undoes one [method pause]; without one it does nothing.
    #[func]
    fn resume(&mut self) {
        if self.pauses == 1
            && let Some(hosted) = self.adopted.upgrade()
        {
            hosted.link.resume();
        }
        self.pauses = self.pauses.saturating_sub(1);
    }

    #[func]
    fn get_pause_depth(&self) -> i64 {
        self.pauses.into()
    }

    #[func]
    fn get_link(&self) -> Option<Gd<FramewireLink>> {
        self.served.clone()
    }

    #[func]
    fn set_link(&mut self, link: Option<Gd<FramewireLink>>) {
        if self.is_editor && link != self.served {
            self.serve(link);
        }
    }
}

impl FramewireEditorLink {
    /// Looks whether the link was opened since, maybe over a connection that was there before.
    pub(super) fn adopt(&mut self) {
        let Some(hosted) = self.hosted() else { return };
        if self.adopted.as_ptr() == Arc::as_ptr(&hosted) {
            return;
        }
        self.adopted = Arc::downgrade(&hosted);
        self.herald.begin(hosted.link.state().phase == Phase::Active as u32);
        if self.pauses > 0 {
            hosted.link.pause();
        }
    }

    fn hosted(&self) -> Option<Arc<Hosted>> {
        self.served.as_ref()?.bind().hosted()
    }

    /// Whether nothing is to happen by itself.
    pub(super) fn is_paused(&self) -> bool {
        self.pauses > 0
    }

    /// Tells the link what the editor can take.
    pub(super) fn report(&mut self, look: &Look) {
        if let Some(hosted) = self.hosted() {
            self.herald.report(&hosted, look);
        }
    }

    /// Tells the server what the editor is doing.
    pub(super) fn tell(&mut self, look: Look) {
        if let Some(hosted) = self.hosted() {
            let names = EventNames {
                scene: &self.scene_event,
                play_state: &self.play_state_event,
                readiness: &self.readiness_event,
            };
            self.herald.tell(&hosted, look, &names);
        }
    }
}
