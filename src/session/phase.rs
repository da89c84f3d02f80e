//! The phases of a link and every move between them. Nothing else changes a phase.

/// What a link is doing. The numbers are those of `FRAMEWIRE_PHASE_*`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Phase {
    /// Not connected, and not about to dial.
    #[default]
    Disconnected = 0,
    /// Waiting to dial again.
    Waiting = 1,
    /// Looking up the host name, roots or capability.
    Resolving = 2,
    /// TCP connection under way.
    Connecting = 3,
    /// TLS handshake under way.
    Securing = 4,
    /// WebSocket upgrade under way.
    Upgrading = 5,
    /// Open; the profile's hello is under way.
    Greeting = 6,
    /// Open and acknowledged.
    Active = 7,
    /// The close is under way.
    Closing = 8,
    /// The link is closed.
    Closed = 9,
}

/// What moves a link from one phase to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// A dial begins.
    Dial,
    /// The dial reached the TCP connection.
    Connecting,
    /// The dial reached the TLS handshake.
    Securing,
    /// The dial reached the WebSocket upgrade.
    Upgrading,
    /// The WebSocket is open.
    Opened,
    /// The hello is done.
    Acknowledged,
    /// A close frame was sent or received.
    CloseBegun,
    /// The attempt or connection is over; another dial follows.
    Redial,
    /// The attempt or connection is over; none follows.
    Stay,
    /// The host closed the link and the connection is over.
    Finish,
}

impl Phase {
    /// Every phase, in the order of its number.
    pub const ALL: [Self; 10] = [
        Self::Disconnected,
        Self::Waiting,
        Self::Resolving,
        Self::Connecting,
        Self::Securing,
        Self::Upgrading,
        Self::Greeting,
        Self::Active,
        Self::Closing,
        Self::Closed,
    ];

    /// The phase that `signal` leads to, or `None` where it has no meaning; the phase then stays.
    pub fn next(self, signal: Signal) -> Option<Self> {
        TRANSITIONS.iter().find(|row| row.0 == self && row.1 == signal).map(|row| row.2)
    }

    /// Its name, in lower case; the steps of a dial are all `connecting`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::Waiting => "waiting",
            Self::Resolving | Self::Connecting | Self::Securing | Self::Upgrading => "connecting",
            Self::Greeting => "greeting",
            Self::Active => "active",
            Self::Closing => "closing",
            Self::Closed => "closed",
        }
    }

    /// Whether an attempt to connect is under way.
    pub fn is_dialling(self) -> bool {
        matches!(self, Self::Resolving | Self::Connecting | Self::Securing | Self::Upgrading)
    }

    /// Whether there is an open WebSocket.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Greeting | Self::Active | Self::Closing)
    }
}

/// Every legal move. A move that is no row does not happen.
pub const TRANSITIONS: &[(Phase, Signal, Phase)] = {
    use Phase::{Active, Closed, Closing, Connecting, Disconnected, Greeting, Resolving, Securing, Upgrading, Waiting};
    &[
        (Disconnected, Signal::Dial, Resolving),
        (Disconnected, Signal::Redial, Waiting),
        (Disconnected, Signal::Finish, Closed),
        (Waiting, Signal::Dial, Resolving),
        (Waiting, Signal::Redial, Waiting),
        (Waiting, Signal::Stay, Disconnected),
        (Waiting, Signal::Finish, Closed),
        (Resolving, Signal::Connecting, Connecting),
        (Resolving, Signal::Redial, Waiting),
        (Resolving, Signal::Stay, Disconnected),
        (Resolving, Signal::Finish, Closed),
        (Connecting, Signal::Securing, Securing),
        (Connecting, Signal::Upgrading, Upgrading),
        (Connecting, Signal::Redial, Waiting),
        (Connecting, Signal::Stay, Disconnected),
        (Connecting, Signal::Finish, Closed),
        (Securing, Signal::Upgrading, Upgrading),
        (Securing, Signal::Redial, Waiting),
        (Securing, Signal::Stay, Disconnected),
        (Securing, Signal::Finish, Closed),
        (Upgrading, Signal::Opened, Greeting),
        (Upgrading, Signal::Redial, Waiting),
        (Upgrading, Signal::Stay, Disconnected),
        (Upgrading, Signal::Finish, Closed),
        (Greeting, Signal::Acknowledged, Active),
        (Greeting, Signal::CloseBegun, Closing),
        (Greeting, Signal::Redial, Waiting),
        (Greeting, Signal::Stay, Disconnected),
        (Greeting, Signal::Finish, Closed),
        (Active, Signal::CloseBegun, Closing),
        (Active, Signal::Redial, Waiting),
        (Active, Signal::Stay, Disconnected),
        (Active, Signal::Finish, Closed),
        (Closing, Signal::Redial, Waiting),
        (Closing, Signal::Stay, Disconnected),
        (Closing, Signal::Finish, Closed),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_has_a_name_and_says_whether_a_socket_is_open() {
        let told: Vec<_> =
            Phase::ALL.iter().map(|phase| (phase.name(), phase.is_dialling(), phase.is_open())).collect();
        assert_eq!(
            told,
            [
                ("disconnected", false, false),
                ("waiting", false, false),
                ("connecting", true, false),
                ("connecting", true, false),
                ("connecting", true, false),
                ("connecting", true, false),
                ("greeting", false, true),
                ("active", false, true),
                ("closing", false, true),
                ("closed", false, false),
            ]
        );
    }

    #[test]
    fn a_signal_moves_a_phase_by_its_row_or_not_at_all() {
        assert_eq!(Phase::Disconnected.next(Signal::Dial), Some(Phase::Resolving));
        assert_eq!(Phase::Upgrading.next(Signal::Opened), Some(Phase::Greeting));
        assert_eq!(Phase::Closed.next(Signal::Dial), None);
    }
}
