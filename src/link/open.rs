//! How a link begins and ends: checks, the thread, its failure, the join.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parking_lot::Mutex;

use super::check::check;
use super::config::Config;
use super::decoding::LAST_DECODE;
use super::inbox::{Inbox, inbox};
use super::order::Order;
use super::outbox::Outbox;
use super::publishing::{LAST_WRITE, Publishing};
use super::report::{CloseReport, ConfigError, ConfigErrorKind, Refusal};
use super::shared::{Parts, Shared};
use super::wait::Wait;
use super::worker::{QUIET_WAIT, Worker};
use super::{Link, clock, helper, registry};
use crate::session::Session;
use crate::session::call_table::CallTable;
use crate::session::config::SessionConfig;
use crate::session::event::{Event, EventKind, Reason};
use crate::session::outgoing::runs;
use crate::session::phase::Phase;
use crate::session::slots::{SlotState, SlotTable};
use crate::sys::{self, shortage};

/// Links that one process may have.
pub const MAX_LINKS: usize = 4096;
/// The I/O thread's last turn after its deadline.
const LAST_TURN: Duration = Duration::from_millis(500);
const _: () = assert!((QUIET_WAIT + LAST_DECODE) as u128 + 50_000_000 <= LAST_TURN.as_nanos());

/// See [`Link::open`].
pub fn open(config: Config) -> Result<(Link, Inbox), ConfigError> {
    let checked = check(&config)?;
    if registry::len() >= MAX_LINKS {
        let text = format!("this process has {MAX_LINKS} links, the most there may be: close some");
        return Err(ConfigError::of(ConfigErrorKind::Limit, text));
    }
    sys::ready_thread_locals().map_err(|error| {
        let text = format!(
            "this process has no key left for values of threads ({error}): unload other plugins, or restart it with fewer"
        );
        ConfigError::of(ConfigErrorKind::NoResources, text)
    })?;
    let wait = Wait::new().map_err(|error| no_resources("a place to wait", &error))?;
    let slots = Arc::new(SlotTable::new(config.request_slots));
    let calls = Arc::new(CallTable::new(config.max_calls));
    let shared = Arc::new(Shared::new(Parts {
        config: config.clone(),
        peer_max_message: checked.session.peer_max_message,
        outbox: Outbox::new(checked.outbound_bytes, config.outbound_count, slots.size()),
        slots: Arc::clone(&slots),
        calls: Arc::clone(&calls),
        waking: wait.waking(),
    }));
    if !registry::claim(&shared) {
        return Err(ConfigError {
            kind: ConfigErrorKind::NameInUse,
            field: Some("name"),
            text: format!("a living link is called \"{}\": close it, or choose another name", config.name),
        });
    }
    let publishing = match Publishing::new(&config, clock::now_ns()) {
        Ok(publishing) => publishing,
        Err((field, text)) => {
            registry::release(&shared);
            return Err(ConfigError::invalid(field, text));
        }
    };
    let (sender, receiver) =
        inbox(&shared, config.inbound_count, config.inbound_bytes, config.budget_bytes, config.newest_event);
    let session = Session::new(checked.session.clone(), slots, calls, Arc::clone(&shared.readiness));
    let mut worker = Worker::new(Arc::clone(&shared), wait, sender, session, checked.target, config.overflow);
    worker.reads_a_turn = config.test_turn_limit.unwrap_or(worker.reads_a_turn).max(1);
    worker.publishing = publishing;
    if !config.start_disconnected {
        // The first order of an empty queue always has a place.
        let _ = shared.order(Order::Connect);
    }
    let thread = sys::spawn(&format!("fw:{}", config.name), move || live(worker, checked.session));
    match thread {
        Ok(thread) => Ok((Link { shared, thread: Arc::new(Mutex::new(Some(thread))) }, receiver)),
        Err(error) => {
            registry::release(&shared);
            Err(no_resources("a thread", &error))
        }
    }
}

fn no_resources(what: &str, error: &std::io::Error) -> ConfigError {
    let advice = shortage::advice(error).unwrap_or("close other links or programs and try again");
    let text = format!("the system refuses {what} ({error}): {advice}");
    ConfigError::of(ConfigErrorKind::NoResources, text)
}

/// The I/O thread's whole life. A failure inside costs the connection, never the link.
fn live(mut worker: Worker, config: SessionConfig) {
    const MOST_FAILURES: u32 = 16;
    let mut failures = 0;
    // The worker is put right by `recover` before it is used again.
    loop {
        if survives(|| worker.run()) {
            if worker.has_heir(&config) {
                continue;
            }
            break;
        }
        failures += 1;
        let recovered = survives(|| recover(&mut worker, &config, failures < MOST_FAILURES));
        // The order to close went down with the turn that failed; the connection is closed already.
        if !recovered || failures >= MOST_FAILURES || worker.shared.closing.load(Ordering::Acquire) {
            break;
        }
    }
    worker.shared.succession.end();
    survives(|| worker.end_decoding());
    // What the last failure left is still told.
    survives(|| worker.publish());
    survives(|| worker.report_end());
    survives(|| worker.inbox.discard_values());
    worker.shared.decode_worker.stop();
    finish(&worker);
}

/// Whether `work` ended without a panic.
fn survives(work: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(work)).map_err(helper::forget).is_ok()
}

/// Settles what the failed session held and puts a new one in its place.
fn recover(worker: &mut Worker, config: &SessionConfig, redial: bool) {
    let now = clock::now_ns();
    worker.abandon_connection();
    let shared = Arc::clone(&worker.shared);
    let generation = worker.session.generation();
    let was_open = worker.session.phase().is_open();
    shared.gate.set(generation, Phase::Closing);
    let event = |kind| Event { generation, time_ns: now, reason: Reason::Internal, ..Event::new(kind) };
    let (mut settled, mut count) = (0, 0);
    for (id, state) in shared.slots.settle_all() {
        if state == SlotState::Dropped {
            count += 1;
        } else {
            settled += 1;
            worker.inbox.push(Box::new(Event { id, ..event(EventKind::RequestEnded) }));
        }
    }
    let log = Event { level: 1, ..event(EventKind::Log) };
    let text = "the I/O thread failed inside and starts again: please report it with the lines before this one";
    worker.inbox.push(Box::new(log.with_detail(text.into())));
    for (first, last) in runs(worker.abandon_sends()) {
        worker.inbox.push(Box::new(Event { first, last, ..event(EventKind::SendDropped) }));
    }
    // Behind the sends: a call on its way has its place in the table by now.
    for (id, is_lost) in shared.calls.end_all() {
        settled += u64::from(is_lost);
        let method = worker.session.open_calls().find(|call| call.id == id).map(|call| Arc::clone(&call.method));
        let reason = if is_lost { Reason::Internal } else { Reason::Cancelled };
        worker.inbox.push(Box::new(Event { id, method, reason, ..event(EventKind::Response) }));
    }
    if was_open {
        // The last event of the connection.
        let closed = Event { code: 1006, settled, count, ..event(EventKind::Closed) };
        worker.inbox.push(Box::new(closed.with_detail("the library failed inside".into())));
    }
    let redial = redial && worker.session.wants_connection();
    worker.session.succeed(config.clone());
    if redial {
        worker.session.wait_then_dial(now);
    }
}

/// Leaves the report and lets the name go.
fn finish(worker: &Worker) {
    let end = worker.session.last_end();
    let report = CloseReport {
        unsent: end.unsent,
        unconfirmed: end.unconfirmed,
        unanswered: end.unanswered,
        undelivered: worker.inbox.undelivered(),
        code: end.code,
        clean: end.clean,
    };
    let shared = &worker.shared;
    shared.closing.store(true, Ordering::SeqCst);
    *shared.report.lock() = Some(report);
    shared.waiters.notify();
}

/// See [`Link::close`].
pub fn close(link: &Link, linger: Duration) -> Result<CloseReport, Refusal> {
    let shared = &link.shared;
    // Whoever takes the thread closes the link; it is there to be taken once.
    let Some(thread) = link.thread.lock().take() else { return Err(Refusal::Closed) };
    shared.closing.store(true, Ordering::SeqCst);
    shared.waiters.notify();
    let nanoseconds = u64::try_from(linger.as_nanos()).unwrap_or(u64::MAX);
    let deadline = clock::now_ns().saturating_add(nanoseconds);
    // Orders are taken every turn, so a full queue empties by itself.
    while shared.order(Order::Close { deadline }) == Err(Refusal::WouldBlock) && shared.report.lock().is_none() {
        std::thread::yield_now();
    }
    let publishes = shared.config.state_file.is_some() || shared.config.project.is_some();
    let last_write = if publishes { Duration::from_nanos(LAST_WRITE) } else { Duration::ZERO };
    let report = if sys::is_shutting_down() {
        // The system may have ended the thread already: nobody will answer.
        None
    } else {
        shared.wait_report(linger.saturating_add(LAST_TURN).saturating_add(last_write))
    };
    if report.is_some() {
        // It has left its report, so the join is a matter of moments. A panic of it was caught inside.
        let _ = thread.join();
        let until = deadline.max(clock::now_ns().saturating_add(LAST_DECODE));
        shared.decode_worker.join(until, &shared.waiters);
    } else {
        *shared.late.lock() = Some(thread);
    }
    if registry::release(shared) {
        helper::join_idle();
    }
    Ok(report.unwrap_or_default())
}

/// See [`Link::join`].
pub fn join(link: &Link) {
    if sys::is_shutting_down() {
        return;
    }
    // First: whoever finds a thread taken finds out by whom.
    link.shared.joining.fetch_add(1, Ordering::AcqRel);
    let late = link.shared.late.lock().take();
    if let Some(thread) = late {
        // A panic in it was caught inside.
        let _ = thread.join();
    }
    // Stopped by the thread that has just ended.
    if link.thread.lock().is_none() {
        link.shared.decode_worker.join_at_last();
    }
    link.shared.joining.fetch_sub(1, Ordering::AcqRel);
}
