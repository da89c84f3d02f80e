//! What the host asks of the I/O thread now and then, beside its sends.

use super::address::Endpoint;
use crate::protocol::{Capability, Hello};
use crate::readiness::Readiness;
use crate::session::input::Farewell;

/// Rare orders to the I/O thread; they keep their order.
#[derive(Debug)]
pub enum Order {
    /// Dial now.
    Connect,
    /// Close the connection with these words, stay disconnected.
    Disconnect(Farewell),
    /// Endpoint and token of the next dial.
    SetEndpoint {
        /// The endpoint, if it changes.
        endpoint: Option<Box<Endpoint>>,
        /// The token, if it changes: `Some(None)` wipes it.
        token: Option<Option<Capability>>,
    },
    /// The hello of the next connection.
    SetHello(Box<Hello>),
    /// A new session id for the next connection.
    RenewSession,
    /// The readiness cell was written.
    Readiness {
        /// What was written.
        readiness: Readiness,
        /// Why, for people.
        reason: String,
    },
    /// A line for the log.
    Log {
        /// 1 (error) to 5 (trace).
        level: u32,
        /// The line.
        text: String,
    },
    /// Close the link by this time, ns.
    Close {
        /// On the clock of the link.
        deadline: u64,
    },
}
