//! Handlers that await something: their coroutines, until they complete.

use godot::prelude::*;

use crate::request::FramewireRequest;

/// A handler that has begun and not ended.
pub struct Running {
    /// What it will answer.
    pub request: Gd<FramewireRequest>,
    /// What the engine calls its function.
    pub function: String,
    /// Its state. The engine lets go of it when what the coroutine awaits is gone; then nobody else holds it.
    state: Gd<RefCounted>,
}

impl Running {
    /// The coroutine whose state a handler `returned`, if it has one.
    pub fn of(returned: &Variant, request: &Gd<FramewireRequest>, function: String) -> Option<Self> {
        let state = returned.try_to::<Gd<RefCounted>>().ok()?;
        let is_coroutine = state.get_class() == "GDScriptFunctionState";
        is_coroutine.then(|| Self { request: request.clone(), function, state })
    }

    /// Has the coroutine call `completed` with what it returns.
    pub fn connect(&mut self, completed: &Callable) {
        self.state.connect("completed", completed);
    }

    /// Whether nothing is left that could continue it.
    pub fn is_abandoned(&self) -> bool {
        self.state.get_reference_count() <= 1
    }
}

/// Every handler that awaits something.
#[derive(Default)]
pub struct RunningTable(Vec<Running>);

impl RunningTable {
    /// Whether none does.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes one in.
    pub fn add(&mut self, running: Running) {
        self.0.push(running);
    }

    /// Takes the one out that answers the request of that id.
    pub fn take(&mut self, id: i64) -> Option<Running> {
        let place = self.0.iter().position(|running| running.request.bind().number() == id as u64)?;
        Some(self.0.remove(place))
    }

    /// Takes those out that nothing will continue.
    pub fn take_abandoned(&mut self) -> Vec<Running> {
        self.0.extract_if(.., |running| running.is_abandoned()).collect()
    }

    /// Takes all out.
    pub fn take_all(&mut self) -> Vec<Running> {
        std::mem::take(&mut self.0)
    }
}
