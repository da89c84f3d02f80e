//! Who looks after a link: when the host last showed itself, and when it counts as gone for good.

/// What is known of the host at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HostView {
    /// Time since it last polled, attached or detached, ns; since the link was opened if it never did.
    pub silence: u64,
    /// It gave its handle up and nobody has attached since.
    pub is_detached: bool,
    /// It polls, and wants no events.
    pub is_paused: bool,
}

/// The session's view of its host.
#[derive(Debug)]
pub struct Owner {
    view: HostView,
    last_sign: u64,
    /// Nobody came in time: the link is to end.
    pub(super) is_given_up: bool,
    patience: Option<u64>,
}

impl Owner {
    /// A host that is given up after `patience` ns without a sign; `None` = never.
    pub fn new(patience: Option<u64>) -> Self {
        Self { view: HostView::default(), last_sign: 0, is_given_up: false, patience }
    }

    /// Notes what is seen of the host at `now`.
    pub fn see(&mut self, now: u64, view: HostView) {
        self.view = view;
        self.last_sign = now.saturating_sub(view.silence);
    }

    /// A new host took over at `now`, whatever was seen of the one before.
    pub fn shows_itself(&mut self, now: u64) {
        self.view = HostView::default();
        self.last_sign = now;
    }

    /// When the host counts as gone for good, unless it shows itself before.
    pub fn deadline(&self) -> Option<u64> {
        self.patience.map(|patience| self.last_sign.saturating_add(patience))
    }

    /// Time since the host last showed itself, ms.
    pub fn silence_ms(&self) -> u64 {
        self.view.silence / 1_000_000
    }

    /// Why a request that waits is not handed out, in words for the peer.
    pub fn why_busy(&self) -> String {
        let seconds = self.view.silence / 1_000_000_000;
        if self.view.is_detached {
            format!("the editor has been reloading its scripts for {seconds} s")
        } else if self.view.is_paused {
            "the editor takes no commands for now".into()
        } else if seconds > 0 {
            format!("the editor's main thread has been busy for {seconds} s")
        } else {
            "the editor has more commands than it can take".into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn the_deadline_follows_the_last_sign() {
        let mut owner = Owner::new(Some(10 * SECOND));
        owner.see(20 * SECOND, HostView { silence: 5 * SECOND, ..HostView::default() });
        assert_eq!((owner.deadline(), owner.silence_ms()), (Some(25 * SECOND), 5000));
        owner.see(24 * SECOND, HostView::default());
        assert_eq!(owner.deadline(), Some(34 * SECOND));
        assert_eq!(Owner::new(None).deadline(), None);
    }

    #[test]
    fn the_words_say_what_the_host_does() {
        let words = |silence, is_detached, is_paused| {
            let mut owner = Owner::new(None);
            owner.see(100 * SECOND, HostView { silence, is_detached, is_paused });
            owner.why_busy()
        };
        assert!(words(7 * SECOND, true, true).contains("reloading its scripts for 7 s"));
        assert!(words(7 * SECOND, false, true).contains("takes no commands"));
        assert!(words(7 * SECOND, false, false).contains("busy for 7 s"));
        assert!(words(0, false, false).contains("more commands"));
    }
}
