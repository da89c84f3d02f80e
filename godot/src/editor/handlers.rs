//! Which callable takes which method.

use std::collections::HashMap;

use godot::prelude::*;

use super::near::near;

/// The table of handlers, by the name of their method.
#[derive(Default)]
pub struct Handlers(HashMap<String, Callable>);

/// A handler that can be called.
pub struct Handler {
    callable: Callable,
    takes_request: bool,
}

/// Why a callable cannot be a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It leads to nothing: it is empty, its object was freed, or its method is gone.
    Invalid,
    /// It takes this many arguments.
    Count(usize),
}

impl Unfit {
    /// What is wrong and what to do, as the end of a sentence about the handler.
    pub fn text(self) -> String {
        match self {
            Self::Invalid => "leads to no method any more: its object was freed or its script has changed".into(),
            Self::Count(count) => {
                format!("takes {count} arguments, but a handler takes (params) or (params, request): bind the others")
            }
        }
    }
}

impl Handler {
    fn of(callable: &Callable) -> Result<Self, Unfit> {
        if !callable.is_valid() {
            return Err(Unfit::Invalid);
        }
        match callable.get_argument_count() {
            count @ (1 | 2) => Ok(Self { callable: callable.clone(), takes_request: count == 2 }),
            count => Err(Unfit::Count(count)),
        }
    }

    /// Calls it. Nothing of this side may be bound: it may do anything.
    pub fn call(&self, params: &Variant, request: &Variant) -> Variant {
        if self.takes_request {
            self.callable.callv(&varray![params, request])
        } else {
            self.callable.callv(&varray![params])
        }
    }

    /// What the engine calls its function in error messages.
    pub fn function(&self) -> String {
        self.callable.method_name().map(|name| name.to_string()).unwrap_or_default()
    }
}

impl Handlers {
    /// Lets `callable` take `method`, in the place of the one that did.
    ///
    /// # Errors
    /// If it cannot be called as a handler; nothing has changed then.
    pub fn insert(&mut self, method: String, callable: &Callable) -> Result<(), Unfit> {
        Handler::of(callable)?;
        self.0.insert(method, callable.clone());
        Ok(())
    }

    /// Whether there was one.
    pub fn remove(&mut self, method: &str) -> bool {
        self.0.remove(method).is_some()
    }

    /// The handler of `method`, if there is one, as it is now: scripts change and objects are freed.
    pub fn find(&self, method: &str) -> Option<Result<Handler, Unfit>> {
        self.0.get(method).map(Handler::of)
    }

    /// Every method that has one, sorted.
    pub fn methods(&self) -> Vec<String> {
        let mut methods: Vec<String> = self.0.keys().cloned().collect();
        methods.sort_unstable();
        methods
    }

    /// The methods whose names are most like `method`, the nearest first.
    pub fn near(&self, method: &str) -> Vec<&str> {
        near(method, self.0.keys().map(String::as_str))
    }
}
