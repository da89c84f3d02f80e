//! The objects of this extension that have a link or calls under way, for the day on which it is unloaded.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use godot::prelude::*;
use parking_lot::Mutex;

use super::FramewireLink;

/// By instance id.
static OBJECTS: LazyLock<Mutex<BTreeSet<i64>>> = LazyLock::new(Mutex::default);

/// Notes an object.
pub fn note(number: i64) {
    OBJECTS.lock().insert(number);
}

/// Forgets an object that is freed.
pub fn forget(number: i64) {
    OBJECTS.lock().remove(&number);
}

/// The object of that number, if it lives.
pub fn living(number: i64) -> Option<Gd<FramewireLink>> {
    Gd::try_from_instance_id(InstanceId::from_i64(number)).ok()
}

/// All that live.
pub fn all() -> Vec<Gd<FramewireLink>> {
    let numbers: Vec<_> = OBJECTS.lock().iter().copied().collect();
    numbers.into_iter().filter_map(living).collect()
}
