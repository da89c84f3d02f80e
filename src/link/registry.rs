//! The living links of the process, by name.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use once_cell::sync::Lazy;
use parking_lot::Mutex;

use super::shared::Shared;

static NAMES: Lazy<Mutex<HashMap<String, Weak<Shared>>>> = Lazy::new(Mutex::default);

/// Takes a name for a link; false if a living link has it.
pub fn claim(shared: &Arc<Shared>) -> bool {
    let mut names = NAMES.lock();
    let taken = names.get(&shared.config.name).is_some_and(is_living);
    if !taken {
        names.insert(shared.config.name.clone(), Arc::downgrade(shared));
    }
    !taken
}

/// A link that has ended by itself keeps no name, though its host has yet to close it.
fn is_living(weak: &Weak<Shared>) -> bool {
    weak.upgrade().is_some_and(|shared| shared.report.lock().is_none())
}

/// Gives the name of a closed link back; true if it was the last link.
pub fn release(shared: &Arc<Shared>) -> bool {
    let mut names = NAMES.lock();
    if names.get(&shared.config.name).is_some_and(|weak| std::ptr::eq(weak.as_ptr(), Arc::as_ptr(shared))) {
        names.remove(&shared.config.name);
    }
    names.is_empty()
}

/// Number of living links.
pub fn len() -> usize {
    NAMES.lock().len()
}
