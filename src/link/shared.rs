//! What the host's threads and the I/O thread of one link share: atomics, two queues, the slot table.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use parking_lot::{Mutex, RwLock};

use super::attach::{Handover, Introduction};
use super::board::Board;
use super::buffers::Buffers;
use super::clock;
use super::config::Config;
use super::decode_worker::DecodeWorker;
use super::gate::Gate;
use super::order::Order;
use super::outbox::Outbox;
use super::report::{CloseReport, Refusal, Stats};
use super::stall::Stall;
use super::succession::Succession;
use super::wait::Waking;
use super::waiters::Waiters;
use crate::protocol::Profile;
use crate::readiness::ReadinessCell;
use crate::session::call_table::CallTable;
use crate::session::counters::Counters;
use crate::session::note::Notes;
use crate::session::slots::SlotTable;

/// Orders that may wait at a time; more is refused as a full outbox is.
const MAX_ORDERS: usize = 64;

/// Texts of the state, which change with a connection.
#[derive(Debug, Default)]
pub struct Labels {
    /// Session id told to the server.
    pub session_id: String,
    /// Version told by the server.
    pub server_version: String,
}

/// Shared by the handles of one link and its I/O thread.
pub struct Shared {
    /// What the link was opened with.
    pub config: Config,
    /// Largest message the peer takes, bytes.
    pub peer_max_message: usize,
    /// Which connection takes sends.
    pub gate: Gate,
    /// Sends of the host.
    pub outbox: Outbox,
    /// The I/O thread, where a close did not live to see its end.
    pub late: Mutex<Option<JoinHandle<()>>>,
    /// Calls of join under way, which have taken the threads that they wait for.
    pub joining: AtomicU32,
    /// Spare buffers for their payloads.
    pub buffers: Buffers,
    /// Requests of the peer.
    pub slots: Arc<SlotTable>,
    /// Room for the notes of open requests.
    pub notes: Notes,
    /// The editor's own word.
    pub readiness: Arc<ReadinessCell>,
    /// Wakes the I/O thread.
    pub waking: Waking,
    /// Set when the host began to close the link.
    pub closing: AtomicBool,
    /// Calls of poll; written by the one thread that polls.
    pub polls: AtomicU64,
    /// Events handed out; written by the one thread that polls.
    pub events: AtomicU64,
    /// Polls that stopped at the budget; written by the one thread that polls.
    pub budget_stops: AtomicU64,
    /// Nesting of pause.
    pub pause_depth: AtomicU32,
    /// Events wait behind a full ring, or reading waits for room.
    pub inbox_stall: Stall,
    /// Events put into the ring, ever.
    pub inbox_pushed: AtomicU64,
    /// Events taken out of the ring, ever.
    pub inbox_popped: AtomicU64,
    /// Reports that grow with what the host does, of dropped sends and of the ends of calls, behind a full ring.
    pub untold: AtomicUsize,
    /// Payload bytes in the inbox or lent.
    pub inbound_bytes: AtomicUsize,
    /// No handle leads here since the last detach.
    pub detached: AtomicBool,
    /// Times that the link changed hands: each detach and each attach.
    pub handovers: AtomicU64,
    /// What the last new owner brought along, how many there were, and whether another may come.
    pub succession: Succession<Box<Handover>>,
    /// What the last owner opened the link with.
    pub introduction: Mutex<Introduction>,
    /// What is open.
    pub board: Board,
    /// The readiness that the state file tells.
    pub published_readiness: ReadinessCell,
    /// When the link was opened, ns.
    pub opened_at: u64,
    /// State files written, and those that could not be.
    pub state_writes: AtomicU64,
    /// See above.
    pub state_failures: AtomicU64,
    /// Calls of ours.
    pub calls: Arc<CallTable>,
    /// Wake-ups of the I/O thread.
    pub wakeups: AtomicU64,
    /// Dials since the counter was last reset.
    pub attempt: AtomicU32,
    /// Protocol version spoken.
    pub protocol: AtomicU32,
    labels: RwLock<Labels>,
    /// Makes values of payloads, and ends them.
    pub decode_worker: DecodeWorker,
    /// Threads that wait for an event or for the end.
    pub waiters: Waiters,
    /// Set once the I/O thread has ended the link.
    pub report: Mutex<Option<CloseReport>>,
    counters: [AtomicU64; COUNTERS],
    orders: (Sender<Order>, Receiver<Order>),
    poll_seen: AtomicU64,
    poll_seen_at: AtomicU64,
}

const COUNTERS: usize = 19;

/// What a new [`Shared`] is made with.
#[derive(Debug)]
pub struct Parts {
    /// What the link is opened with.
    pub config: Config,
    /// Largest message the peer takes, bytes.
    pub peer_max_message: usize,
    /// Sends of the host.
    pub outbox: Outbox,
    /// Requests of the peer.
    pub slots: Arc<SlotTable>,
    /// Calls of ours.
    pub calls: Arc<CallTable>,
    /// Wakes the I/O thread.
    pub waking: Waking,
}

/// Its name alone: url, token, hello and payloads may be secret.
impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Shared").field("name", &self.config.name).finish_non_exhaustive()
    }
}

impl Shared {
    /// The shared part of a link that is not connected.
    pub fn new(parts: Parts) -> Self {
        Self {
            introduction: Mutex::new(Introduction::from(&parts.config)),
            config: parts.config,
            peer_max_message: parts.peer_max_message,
            gate: Gate::default(),
            outbox: parts.outbox,
            late: Mutex::default(),
            joining: AtomicU32::new(0),
            buffers: Buffers::default(),
            slots: parts.slots,
            notes: Notes::default(),
            readiness: Arc::default(),
            waking: parts.waking,
            closing: AtomicBool::new(false),
            polls: AtomicU64::new(0),
            events: AtomicU64::new(0),
            budget_stops: AtomicU64::new(0),
            pause_depth: AtomicU32::new(0),
            inbox_stall: Stall::default(),
            inbox_pushed: AtomicU64::new(0),
            inbox_popped: AtomicU64::new(0),
            untold: AtomicUsize::new(0),
            inbound_bytes: AtomicUsize::new(0),
            detached: AtomicBool::new(false),
            handovers: AtomicU64::new(0),
            succession: Succession::default(),
            board: Board::default(),
            published_readiness: ReadinessCell::default(),
            opened_at: clock::now_ns(),
            state_writes: AtomicU64::new(0),
            state_failures: AtomicU64::new(0),
            calls: parts.calls,
            wakeups: AtomicU64::new(0),
            attempt: AtomicU32::new(0),
            protocol: AtomicU32::new(0),
            labels: RwLock::default(),
            report: Mutex::new(None),
            counters: [const { AtomicU64::new(0) }; COUNTERS],
            orders: bounded(MAX_ORDERS),
            poll_seen: AtomicU64::new(0),
            poll_seen_at: AtomicU64::new(0),
            decode_worker: DecodeWorker::default(),
            waiters: Waiters::default(),
        }
    }

    /// What the profile does.
    pub fn facts(&self) -> &'static Profile {
        self.config.profile.facts()
    }

    /// Gives an order to the I/O thread and wakes it.
    ///
    /// # Errors
    /// Too many wait already, or the link is closed.
    pub fn order(&self, order: Order) -> Result<(), Refusal> {
        if self.closing.load(Ordering::Acquire) && !matches!(order, Order::Close { .. }) {
            return Err(Refusal::Closed);
        }
        let sent = self.orders.0.try_send(order);
        self.waking.wake();
        match sent {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(Refusal::WouldBlock),
            Err(TrySendError::Disconnected(_)) => Err(Refusal::Closed),
        }
    }

    /// Takes the next order.
    pub fn next_order(&self) -> Option<Order> {
        self.orders.1.try_recv().ok()
    }

    /// Whether the I/O thread has something to do that a host thread put there; it has seen that many changes of hands.
    pub fn has_work_beyond(&self, handovers: u64) -> bool {
        let changed_hands = self.handovers.load(Ordering::SeqCst) != handovers;
        !self.outbox.is_empty() || !self.orders.1.is_empty() || self.calls.has_cancelled() || changed_hands
    }

    /// Age of the last poll at `now`, ns; `u64::MAX` before the first. A paused poll counts as a sign of life, and so
    /// do a detach and an attach.
    ///
    /// Polls only count; whoever asks turns a changed count into a time.
    pub fn poll_age(&self, now: u64) -> u64 {
        let polls = self.polls.load(Ordering::Relaxed).wrapping_add(self.handovers.load(Ordering::Relaxed));
        if self.poll_seen.load(Ordering::Acquire) != polls {
            // The time first: whoever finds the count known finds a time that belongs to it.
            self.poll_seen_at.store(now, Ordering::Release);
            self.poll_seen.store(polls, Ordering::Release);
        }
        if polls == 0 { u64::MAX } else { now.saturating_sub(self.poll_seen_at.load(Ordering::Acquire)) }
    }

    /// Whether there was no poll for as long as counts as silence. Before the first, the opening counts as one.
    pub fn is_stalled(&self, now: u64) -> bool {
        let limit = clock::ms(self.config.stall_ms);
        limit > 0 && self.poll_age(now).min(now.saturating_sub(self.opened_at)) >= limit
    }

    /// Whether an event could be polled. What a pause holds back cannot.
    pub fn has_events(&self) -> bool {
        self.pause_depth.load(Ordering::SeqCst) == 0
            && self.inbox_pushed.load(Ordering::SeqCst) != self.inbox_popped.load(Ordering::SeqCst)
    }

    /// Blocks until an event can be polled, or the link closes or changes hands (true), or the time is over (false).
    pub fn wait(&self, timeout: Duration) -> bool {
        let handovers = self.handovers.load(Ordering::SeqCst);
        let ended = || self.closing.load(Ordering::SeqCst) || self.handovers.load(Ordering::SeqCst) != handovers;
        self.waiters.wait(timeout, || self.has_events() || ended())
    }

    /// Blocks until the I/O thread has left its report, at most for `timeout`.
    pub fn wait_report(&self, timeout: Duration) -> Option<CloseReport> {
        self.waiters.wait(timeout, || self.report.lock().is_some());
        *self.report.lock()
    }

    /// Session id and version of the server. Never waits: in the moment of a change it may find them empty.
    pub fn labels(&self) -> (String, String) {
        let labels = self.labels.try_read();
        labels.map_or_else(Default::default, |labels| (labels.session_id.clone(), labels.server_version.clone()))
    }

    /// Publishes the texts of the state, if they changed.
    pub fn set_labels(&self, session_id: &str, server_version: &str) {
        let known = self.labels.read();
        if known.session_id == session_id && known.server_version == server_version {
            return;
        }
        drop(known);
        let mut labels = self.labels.write();
        session_id.clone_into(&mut labels.session_id);
        server_version.clone_into(&mut labels.server_version);
    }

    /// Publishes the session's totals.
    pub fn publish(&self, counters: &Counters) {
        for (cell, value) in self.counters.iter().zip(list(counters)) {
            cell.store(value, Ordering::Relaxed);
        }
    }

    /// The totals: the session's as last published, the others as of now.
    pub fn stats(&self) -> Stats {
        let mut values = self.counters.iter().map(|cell| cell.load(Ordering::Relaxed));
        let mut next = || values.next().unwrap_or(0);
        Stats {
            connections: next(),
            connect_failures: next(),
            messages_in: next(),
            bytes_in: next(),
            messages_out: next(),
            bytes_out: next(),
            requests: next(),
            answered: next(),
            expired: next(),
            lost: next(),
            dropped_unseen: next(),
            refused_busy: next(),
            dropped_full: next(),
            malformed: next(),
            send_dropped: next(),
            polls: self.polls.load(Ordering::Relaxed),
            events: self.events.load(Ordering::Relaxed),
            budget_stops: self.budget_stops.load(Ordering::Relaxed),
            wakeups: self.wakeups.load(Ordering::Relaxed),
            wakes_sent: self.waking.sent(),
            attaches: self.succession.attaches(),
            orphaned: next(),
            held_too_long: next(),
            calls: next(),
            late_replies: next(),
            state_writes: self.state_writes.load(Ordering::Relaxed),
            state_failures: self.state_failures.load(Ordering::Relaxed),
        }
    }
}

fn list(counters: &Counters) -> [u64; COUNTERS] {
    [
        counters.connections,
        counters.connect_failures,
        counters.messages_in,
        counters.bytes_in,
        counters.messages_out,
        counters.bytes_out,
        counters.requests,
        counters.answered,
        counters.expired,
        counters.lost,
        counters.dropped_unseen,
        counters.refused_busy,
        counters.dropped_full,
        counters.malformed,
        counters.send_dropped,
        counters.orphaned,
        counters.held_too_long,
        counters.calls,
        counters.late_replies,
    ]
}
