//! Tests of judgements: an editor, a frame loop and a link under a clock that the test turns.

use super::*;
use crate::readiness::ReadinessCell;

pub(super) const SECOND: u64 = 1_000_000_000;
pub(super) const CAUSE: &str = "nothing listens on 127.0.0.1:9500";

/// The world that a judge sees.
pub(super) struct World {
    pub(super) judge: Judge,
    pub(super) cell: ReadinessCell,
    pub(super) now: u64,
    pub(super) reason: &'static str,
    pub(super) polls: u64,
    pub(super) link_down: Option<&'static str>,
    pub(super) is_detached: bool,
    pub(super) attaches: u64,
    pub(super) life: Life,
    pub(super) ids: u128,
}

impl World {
    /// An editor that starts; the link is up.
    pub(super) fn new() -> Self {
        let limits = Limits { ready: Some(30 * SECOND), reload: Some(600 * SECOND) };
        Self {
            judge: Judge::new(limits),
            cell: ReadinessCell::default(),
            now: SECOND,
            reason: "",
            polls: 0,
            link_down: None,
            is_detached: false,
            attaches: 0,
            life: Life::Open,
            ids: 0,
        }
    }

    /// An editor that has proved to be ready.
    pub(super) fn ready() -> Self {
        let mut world = Self::new();
        world.set(Readiness::Ready);
        world.polled();
        assert_eq!(world.phase(), Readiness::Ready);
        world
    }

    pub(super) fn look(&mut self) -> Report {
        let facts = Facts {
            now: self.now,
            word: self.cell.word(),
            reason: self.reason,
            polls: self.polls,
            link_down: self.link_down,
            is_detached: self.is_detached,
            attaches: self.attaches,
            life: self.life,
        };
        let ids = &mut self.ids;
        self.judge.judge(&facts, || {
            *ids += 1;
            *ids
        })
    }

    pub(super) fn phase(&mut self) -> Readiness {
        self.look().phase
    }

    pub(super) fn set(&mut self, readiness: Readiness) -> Readiness {
        self.cell.set(readiness);
        self.phase()
    }

    pub(super) fn attach(&mut self) {
        self.attaches += 1;
        self.is_detached = false;
    }

    pub(super) fn polled(&mut self) -> Readiness {
        self.polls += 1;
        self.phase()
    }

    /// Turns the clock as a thread would that sleeps until the deadline it was given.
    pub(super) fn pass(&mut self, time: u64) -> Readiness {
        let end = self.now + time;
        let mut looks = 0;
        while let Some(deadline) = self.look().deadline.filter(|deadline| *deadline <= end) {
            assert!(deadline > self.now, "a deadline that has come is over");
            self.now = deadline;
            looks += 1;
            assert!(looks < 3000, "the thread would spin");
        }
        self.now = end;
        self.phase()
    }
}

#[test]
fn outsiders_know_eight_words() {
    use Readiness::*;
    for (said, first, later) in [
        (Starting, Starting, Starting),
        (Compiling, Compiling, Compiling),
        (Reloading, Reloading, Reloading),
        (Recovering, Recovering, Recovering),
        (Importing, Starting, Recovering),
        (Playing, Starting, Ready),
        (NoScene, Starting, Ready),
        (Ready, Starting, Ready),
        (Stopping, Stopping, Stopping),
        (Stopped, Stopped, Stopped),
        (Failed, Failed, Failed),
    ] {
        assert_eq!(World::new().set(said), first, "{said:?} before anything was proved");
        let mut world = World::ready();
        world.set(said);
        assert_eq!(world.polled(), later, "{said:?} of an editor that was ready");
    }
}

/// Every set of the three proofs: ready is told exactly when all are there, in whatever order they come.
#[test]
fn ready_needs_word_poll_and_link() {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut world = World { link_down: Some(CAUSE), ..World::new() };
        let (mut said, mut up, mut polled_since) = (false, false, false);
        for step in order.into_iter().chain([1]) {
            match step {
                0 => {
                    world.cell.set(Readiness::Ready);
                    said = true;
                    polled_since = false;
                }
                1 => {
                    world.polls += 1;
                    polled_since = said;
                }
                _ => {
                    world.link_down = None;
                    up = true;
                }
            }
            let expected = if said && up && polled_since { Readiness::Ready } else { Readiness::Starting };
            assert_eq!(world.phase(), expected, "{order:?} at {step}");
        }
    }
}

#[test]
fn a_lost_link_takes_ready_back_at_once_and_returns_it() {
    let mut world = World::ready();
    let before = world.look().operation;
    world.link_down = Some(CAUSE);
    let report = world.look();
    assert_eq!((report.phase, report.reason.as_deref()), (Readiness::Recovering, Some(CAUSE)));
    assert_ne!(report.operation, before);
    world.link_down = None;
    assert_eq!(world.look().operation, report.operation, "one id from its start to its end");
    assert_eq!(world.phase(), Readiness::Ready);
}

#[test]
fn a_ready_editor_whose_link_stays_away_has_failed_until_it_is_back() {
    let mut world = World::ready();
    world.link_down = Some(CAUSE);
    assert_eq!(world.pass(30 * SECOND - 1), Readiness::Recovering);
    assert_eq!(world.pass(1), Readiness::Failed);
    let report = world.look();
    assert!(report.is_failed_by_link);
    assert_eq!(report.last_error.as_deref(), Some(CAUSE));
    world.link_down = Some("the server refused the credentials");
    assert_eq!(world.look().last_error.as_deref(), Some("the server refused the credentials"), "the cause of now");
    world.link_down = None;
    let report = world.look();
    assert_eq!((report.phase, report.last_error, report.is_failed_by_link), (Readiness::Ready, None, false));
}

#[test]
fn only_the_time_of_a_ready_editor_counts() {
    let mut world = World { link_down: Some(CAUSE), ..World::new() };
    assert_eq!(world.pass(100 * SECOND), Readiness::Starting, "it does not say that it is ready");
    world.set(Readiness::Ready);
    world.polled();
    world.pass(29 * SECOND);
    assert_eq!(world.set(Readiness::Compiling), Readiness::Compiling);
    assert_eq!(world.pass(100 * SECOND), Readiness::Compiling);
    world.set(Readiness::Playing);
    world.polled();
    assert_eq!(world.pass(29 * SECOND), Readiness::Starting, "counted anew");
    assert_eq!(world.pass(SECOND), Readiness::Failed);
}

#[test]
fn a_silent_frame_loop_is_no_failure_of_the_link() {
    for link_down in [None, Some(CAUSE)] {
        let mut world = World { link_down, ..World::new() };
        world.set(Readiness::Ready);
        assert_eq!(world.pass(30 * SECOND), Readiness::Failed);
        let report = world.look();
        assert!(!report.is_failed_by_link);
        assert!(report.last_error.unwrap().contains("has not polled"));
        assert!(report.deadline.is_some(), "a poll wakes nobody: it is looked for");
        world.link_down = None;
        assert_eq!(world.polled(), Readiness::Ready);
    }
}

#[test]
fn without_limits_the_wait_is_for_ever() {
    let mut world = World { judge: Judge::new(Limits::default()), link_down: Some(CAUSE), ..World::new() };
    world.set(Readiness::Ready);
    assert_eq!(world.pass(2000 * SECOND), Readiness::Starting);
    world.is_detached = true;
    assert_eq!(world.pass(100_000 * SECOND), Readiness::Reloading);
}

#[test]
fn a_detached_link_reloads_until_it_is_attached_or_given_up() {
    let mut world = World::ready();
    world.is_detached = true;
    assert_eq!(world.polled(), Readiness::Reloading, "whatever the editor says");
    assert_eq!(world.set(Readiness::Compiling), Readiness::Reloading);
    world.reason = "entering play mode";
    assert_eq!(world.look().reason.as_deref(), Some("entering play mode"));
    assert_eq!(world.pass(600 * SECOND - 1), Readiness::Reloading);
    assert_eq!(world.pass(1), Readiness::Failed);
    let report = world.look();
    assert!(!report.is_failed_by_link);
    assert!(report.last_error.unwrap().contains("600 s"));
    for phase in [Readiness::Stopped, Readiness::Failed] {
        assert_eq!(world.set(phase), phase, "more than reloading");
    }
    let mut world = World::ready();
    world.set(Readiness::Stopping);
    world.is_detached = true;
    assert_eq!(world.pass(600 * SECOND - 1), Readiness::Stopping, "more than reloading");
    assert_eq!(world.pass(1), Readiness::Failed, "it neither stopped nor came back");
}

#[test]
fn a_new_domain_that_never_speaks_is_given_up() {
    let mut world = World::ready();
    world.set(Readiness::Reloading);
    world.is_detached = true;
    world.pass(500 * SECOND);
    world.attach();
    assert_eq!(world.phase(), Readiness::Recovering);
    assert_eq!(world.pass(600 * SECOND - 1), Readiness::Recovering);
    assert_eq!(world.pass(1), Readiness::Failed);
    let report = world.look();
    let error = report.last_error.unwrap();
    assert!(!report.is_failed_by_link && error.contains("600 s ago and did not say that it is ready"), "{error}");
    world.set(Readiness::Ready);
    assert_eq!(world.polled(), Readiness::Ready, "it may still come");
}

#[test]
fn a_new_domain_proves_itself_anew() {
    let mut world = World::ready();
    world.set(Readiness::Reloading);
    world.is_detached = true;
    let away = world.look();
    assert_eq!(away.phase, Readiness::Reloading);
    world.attach();
    assert_eq!(world.phase(), Readiness::Recovering, "it has not spoken");
    assert_eq!(world.polled(), Readiness::Recovering);
    assert_eq!(world.set(Readiness::Ready), Readiness::Recovering, "it has not polled since");
    assert_eq!(world.polled(), Readiness::Ready);
    assert_eq!(world.look().operation, away.operation, "the reload is one operation");
    // A domain that reloads again may say so.
    assert_eq!(world.set(Readiness::Reloading), Readiness::Reloading);
    // Without a word of its own the editor's old one counts, but not its old polls.
    let mut world = World::ready();
    for is_seen in [true, false] {
        world.is_detached = true;
        if is_seen {
            world.phase();
        }
        world.attach();
        assert_eq!(world.phase(), Readiness::Recovering);
        assert_eq!(world.polled(), Readiness::Ready);
    }
}

#[test]
fn a_compile_without_a_reload_gives_back_id_and_reason() {
    let mut world = World::ready();
    world.reason = "scene loaded";
    let before = world.look();
    world.reason = "compilation started";
    assert_eq!(world.set(Readiness::Compiling), Readiness::Compiling);
    let during = world.look();
    assert_ne!(during.operation, before.operation);
    world.reason = "";
    assert!(world.cell.restore(Readiness::Compiling));
    let proving = world.look();
    assert_eq!((proving.phase, &proving.operation), (Readiness::Recovering, &during.operation));
    world.polled();
    let after = world.look();
    assert_eq!(after.phase, Readiness::Ready);
    assert_eq!((&after.operation, &after.reason), (&before.operation, &before.reason));
    // A compile whose end is said, not restored, is an operation of its own.
    world.set(Readiness::Compiling);
    let during = world.look();
    world.set(Readiness::Ready);
    world.polled();
    assert_eq!(world.look().operation, during.operation);
    assert_ne!(during.operation, before.operation);
}

#[test]
fn ids_are_of_operations() {
    let mut world = World::new();
    let id = |world: &mut World| world.look().operation;
    let starting = id(&mut world);
    assert_eq!(starting.len(), 32);
    assert!(starting.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
    world.set(Readiness::Ready);
    world.polled();
    assert_eq!(id(&mut world), starting, "a start ends with ready");
    world.set(Readiness::Playing);
    world.polled();
    world.set(Readiness::Compiling);
    let compiling = id(&mut world);
    world.set(Readiness::Reloading);
    let reloading = id(&mut world);
    world.set(Readiness::Recovering);
    assert_eq!(id(&mut world), reloading);
    world.set(Readiness::Failed);
    assert_eq!(id(&mut world), reloading);
    world.set(Readiness::Ready);
    world.polled();
    let ready = id(&mut world);
    world.life = Life::Closing;
    let stopping = id(&mut world);
    world.life = Life::Closed;
    assert_eq!(id(&mut world), stopping);
    assert_eq!(world.phase(), Readiness::Stopped);
    let mut all = vec![starting, compiling, reloading, ready, stopping];
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 5);
}

#[test]
fn the_end_of_the_link_outranks_everything() {
    for readiness in Readiness::ALL {
        for is_detached in [false, true] {
            let mut world = World { is_detached, ..World::ready() };
            world.cell.set(readiness);
            world.life = Life::Closing;
            assert_eq!(world.phase(), Readiness::Stopping);
            world.life = Life::Closed;
            let report = world.look();
            assert_eq!((report.phase, report.deadline), (Readiness::Stopped, None));
        }
    }
}

#[test]
fn a_failure_of_the_editor_carries_its_words() {
    let mut world = World::ready();
    world.reason = "the port is taken";
    world.set(Readiness::Failed);
    assert_eq!(world.look().last_error.as_deref(), Some("the port is taken"));
    world.reason = "";
    assert!(world.look().last_error.is_some());
}
