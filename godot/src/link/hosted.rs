//! The native links that this extension hosts, apart from the objects that show them.
//!
//! An object holds its link as long as the link says so: with `keep_alive` another object may take it over, and the
//! link may wait for one without any.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use framewire::link::{Config, ConfigError, Inbox, Link};
use framewire::readiness::Readiness;
use framewire::session::event::Event;
use parking_lot::Mutex;

use super::close;
use super::config::Opening;
use super::source::Source;
use crate::outgoing::Outgoing;

/// The holder of a link that no object shows.
const NOBODY: i64 = 0;

static LINKS: LazyLock<Mutex<Vec<Arc<Hosted>>>> = LazyLock::new(Mutex::default);

/// A native link and what belongs to it on this side.
#[derive(Debug)]
pub struct Hosted {
    /// The link.
    pub link: Link,
    /// What is sent through it.
    pub outgoing: Outgoing,
    /// None once the link has ended.
    inbox: Mutex<Option<Inbox>>,
    /// Instance id of the object that shows it.
    holder: AtomicI64,
    keep_alive: AtomicBool,
    /// Number of the loan that is open; another one as soon as it is over.
    pub(super) loan: AtomicU64,
    /// What one poll hands out at most.
    pub poll_events: usize,
}

/// How an open went wrong, before the link itself said anything.
pub enum OpenError {
    /// The link refuses.
    Refused(ConfigError),
    /// Another object holds the link of that name.
    Held,
}

impl From<ConfigError> for OpenError {
    fn from(error: ConfigError) -> Self {
        Self::Refused(error)
    }
}

impl Hosted {
    /// Opens a link for the object `holder`, or attaches it to the one that has been kept alive under this name; then also the
    /// holder before.
    pub fn open(opening: Opening, holder: i64) -> Result<(Arc<Self>, Option<i64>), OpenError> {
        let Opening { config, poll_events } = opening;
        close::await_name(&config.name);
        let known = LINKS.lock().iter().find(|hosted| hosted.link.name() == config.name).cloned();
        if let Some(hosted) = known {
            if hosted.link.has_ended() {
                // By itself: nobody looked after it. Nothing blocks here, its thread is gone or about to go.
                let _ = close::now(&hosted, Duration::ZERO);
            } else {
                return hosted.attach(&config, holder);
            }
        }
        let (link, inbox) = Link::open(config)?;
        let hosted = Arc::new(Self {
            outgoing: Outgoing::new(link.clone()),
            link,
            inbox: Mutex::new(Some(inbox)),
            holder: AtomicI64::new(holder),
            keep_alive: AtomicBool::new(false),
            loan: AtomicU64::new(0),
            poll_events,
        });
        LINKS.lock().push(Arc::clone(&hosted));
        Ok((hosted, None))
    }

    fn attach(self: Arc<Self>, config: &Config, holder: i64) -> Result<(Arc<Self>, Option<i64>), OpenError> {
        if self.holder.load(Ordering::SeqCst) != NOBODY && !self.keep_alive.load(Ordering::SeqCst) {
            return Err(OpenError::Held);
        }
        let handover = self.link.may_attach(config)?;
        let mut inbox = self.inbox.lock();
        let mut earlier = NOBODY;
        let is_attached = self.link.attach(config, handover, || {
            let inbox = inbox.as_mut()?;
            earlier = self.holder.swap(holder, Ordering::SeqCst);
            Some(inbox)
        });
        drop(inbox);
        if !is_attached {
            return Err(OpenError::Held);
        }
        // Said when the link was left; what the editor was before counts again.
        self.link.restore_readiness(Readiness::Reloading);
        Ok((self, (earlier != NOBODY).then_some(earlier)))
    }

    /// Whether `holder` shows this link still.
    pub fn is_held_by(&self, holder: i64) -> bool {
        self.holder.load(Ordering::SeqCst) == holder
    }

    /// Says whether the link outlives the object that shows it.
    pub fn set_keep_alive(&self, keep_alive: bool) {
        self.keep_alive.store(keep_alive, Ordering::SeqCst);
    }

    /// Begins a turn of `holder`, which [`Hosted::next`] goes on with; false if there is nothing to take, or another object
    /// shows the link by now.
    ///
    /// # Errors
    /// Another thread polls.
    pub fn begin_turn(&self, holder: i64) -> Result<bool, Busy> {
        let Some(mut inbox) = self.inbox.try_lock() else { return Err(Busy) };
        let Some(inbox) = inbox.as_mut().filter(|_| self.is_held_by(holder)) else { return Ok(false) };
        if inbox.loan_open() {
            return Err(Busy);
        }
        Ok(inbox.begin_turn())
    }

    /// Takes the next event of the turn, if `holder` still shows this link, and makes of it what the handlers get. It stays
    /// lent until the next one is taken, or until [`Hosted::release`]; nothing is locked meanwhile.
    ///
    /// One at a time: what has not been taken has not been handed out, and a handler that closes the link in between
    /// leaves nothing behind that nobody sees.
    pub fn next<T>(self: &Arc<Self>, holder: i64, make: impl FnOnce(&Event, Source) -> T) -> Option<T> {
        let mut inbox = self.inbox.lock();
        let inbox = inbox.as_mut().filter(|_| self.is_held_by(holder))?;
        let loan = self.loan.fetch_add(1, Ordering::AcqRel) + 1;
        inbox.next(|event| {
            let source = Source { hosted: Arc::clone(self), holder, loan, weight: event.decoded.weight };
            make(event, source)
        })
    }

    /// Ends the turn and the loan of its last event: a value of it that nobody shares any more ends on the link's own thread.
    pub fn release(&self) {
        self.loan.fetch_add(1, Ordering::AcqRel);
        if let Some(inbox) = self.inbox.lock().as_mut() {
            inbox.release();
        }
    }

    /// Takes the inbox of a link that has ended: what nobody has polled ends with it, which may take long.
    pub fn take_inbox(&self) -> Option<Inbox> {
        self.inbox.lock().take()
    }

    /// The object `holder` is gone: the link waits for the next one, or ends on a thread of its own.
    pub fn leave(self: &Arc<Self>, holder: i64) {
        if self.holder.compare_exchange(holder, NOBODY, Ordering::SeqCst, Ordering::SeqCst).is_err() {
            return;
        }
        if self.keep_alive.load(Ordering::SeqCst) {
            self.link.detach(Readiness::Reloading);
        } else {
            self.forget();
            close::in_background(Arc::clone(self));
        }
    }

    /// The link shows up nowhere any more.
    pub fn forget(&self) {
        self.holder.store(NOBODY, Ordering::SeqCst);
        LINKS.lock().retain(|hosted| !std::ptr::eq(Arc::as_ptr(hosted), self));
    }
}

/// Another thread polls.
pub struct Busy;

/// Takes every link out.
pub fn take_all() -> Vec<Arc<Hosted>> {
    std::mem::take(&mut *LINKS.lock())
}
