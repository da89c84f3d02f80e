//! How long the judge waits for what, and what it says meanwhile.

use super::tests::{CAUSE, SECOND, World};
use super::*;

/// A thread that sleeps until the deadline must not sleep past the moment at which something becomes another.
#[test]
fn each_wait_says_why_and_until_when() {
    let until = |report: &Report| (report.phase, report.deadline.map(|deadline| deadline / SECOND));
    let mut world = World { reason: "3 textures", ..World::new() };
    world.set(Readiness::Importing);
    assert_eq!(
        (until(&world.look()), world.look().reason.as_deref()),
        ((Readiness::Starting, None), Some("3 textures"))
    );
    world.polled();
    world.link_down = Some(CAUSE);
    world.set(Readiness::Ready);
    world.polled();
    assert_eq!(until(&world.look()), (Readiness::Starting, Some(31)));
    assert_eq!(world.look().reason.as_deref(), Some(CAUSE));
    world.pass(30 * SECOND);
    assert_eq!(until(&world.look()), (Readiness::Failed, None), "the link says when it is there");
    world.link_down = None;
    assert_eq!((until(&world.look()), world.look().reason.as_deref()), ((Readiness::Ready, None), Some("3 textures")));
    world.is_detached = true;
    assert_eq!(until(&world.look()), (Readiness::Reloading, Some(631)));
    world.reason = "the window was closed";
    world.set(Readiness::Stopping);
    assert_eq!(until(&world.look()), (Readiness::Stopping, Some(631)));
    assert_eq!(world.look().reason.as_deref(), Some("the window was closed"));
    world.set(Readiness::Reloading);
    world.now += 9 * SECOND;
    world.attach();
    assert_eq!(until(&world.look()), (Readiness::Recovering, Some(640)));
    assert!(world.look().reason.unwrap().contains("has not said that it is ready"));
}

#[test]
fn a_poll_that_is_missing_is_looked_for_less_and_less_often() {
    let mut world = World::new();
    world.set(Readiness::Ready);
    for (waited_ms, wait_ms) in [(0, 2), (8, 2), (100, 25), (2000, 500), (4000, 1000), (8000, 1000)] {
        world.now = SECOND + waited_ms * (SECOND / 1000);
        assert_eq!(world.look().deadline, Some(world.now + wait_ms * (SECOND / 1000)), "{waited_ms}");
    }
}

#[test]
fn what_a_ready_editor_waited_before_a_reload_does_not_count() {
    let mut world = World { link_down: Some(CAUSE), ..World::new() };
    world.set(Readiness::Ready);
    world.polled();
    world.pass(29 * SECOND);
    world.is_detached = true;
    assert_eq!(world.pass(SECOND), Readiness::Reloading);
    world.attach();
    world.look();
    world.polled();
    assert_eq!(world.pass(29 * SECOND), Readiness::Starting);
    assert_eq!(world.pass(SECOND), Readiness::Failed);
}
