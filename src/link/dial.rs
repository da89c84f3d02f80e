//! One attempt to reach the server, as a state machine that never blocks.

use std::fmt;
use std::net::SocketAddr;

use mio::Registry;
use mio::net::TcpStream;
use tungstenite::handshake::client::ClientHandshake;
use tungstenite::handshake::{HandshakeError, MidHandshake};

use super::capability_file::{self, Record};
use super::clock;
use super::connect::Connect;
pub use super::dial_request::DialRequest;
use super::failure::Failure;
use super::helper::{self, Polled, Ticket};
use super::lookup::{self, Found, TlsConfig};
use super::socket::{Socket, configuration};
#[cfg(feature = "tls")]
use super::tls::{self, TlsStream};
use super::transport::Transport;
use super::upgrade;
use super::wait::Waking;
use super::wire::Wire;
use crate::session::event::Reason;

/// What a dial is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Name and certificates.
    Resolving,
    /// TCP.
    Connecting,
    /// TLS.
    #[cfg_attr(not(feature = "tls"), allow(dead_code, reason = "a build without TLS never gets here"))]
    Securing,
    /// The upgrade.
    Upgrading,
    /// The capability record.
    ReadingCapability,
}

/// How a dial stands.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "moved once a connection")]
pub enum Progress {
    /// Advance it again at the socket's next edge, when woken, or at its deadline.
    Pending(Step),
    /// The WebSocket is open and registered. Read at once: messages may have come with the answer.
    Open {
        /// The connection.
        socket: Socket,
        /// The capability record, if one was asked for and is there.
        capability: Option<Record>,
    },
    /// It failed.
    Failed(Failure),
}

enum State {
    Begin,
    Resolving(Ticket<Result<Found, Failure>>),
    Connecting(Connect),
    #[cfg(feature = "tls")]
    Securing(Box<TlsStream>),
    Upgrading(Box<MidHandshake<ClientHandshake<Wire>>>),
    ReadingCapability(Box<Socket>, Ticket<Result<Option<Record>, String>>),
    Ended,
}

/// What one step of the machine gave.
enum Turn {
    Next(State),
    Wait(State),
    Open(Box<Socket>, Option<Record>),
}

/// System reads an upgrade may take: far more than any server needs.
const UPGRADE_READS: u32 = 4096;

/// One attempt. Drop it to give it up.
pub struct Dial {
    request: DialRequest,
    waking: Waking,
    state: State,
    deadline_ns: u64,
    tls: Option<TlsConfig>,
}

impl fmt::Debug for Dial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Dial")
            .field("request", &self.request)
            .field("step", &self.step())
            .finish_non_exhaustive()
    }
}

impl Dial {
    /// An attempt at which nothing has happened: [`Dial::advance`] it at once.
    pub fn start(request: DialRequest, waking: Waking) -> Self {
        Self { request, waking, state: State::Begin, deadline_ns: 0, tls: None }
    }

    /// When [`Dial::advance`] is due at the latest.
    pub fn deadline_ns(&self) -> u64 {
        match &self.state {
            State::Connecting(connect) => connect.deadline_ns(),
            _ => self.deadline_ns,
        }
    }

    /// Goes as far as it can without waiting. The socket is registered as [`super::wait::SOCKET`].
    pub fn advance(&mut self, registry: &Registry, now_ns: u64) -> Progress {
        loop {
            match self.turn(registry, now_ns) {
                Ok(Turn::Next(state)) => self.state = state,
                Ok(Turn::Wait(state)) => {
                    self.state = state;
                    return Progress::Pending(self.step());
                }
                Ok(Turn::Open(socket, capability)) => {
                    return Progress::Open { socket: *socket, capability };
                }
                Err(failure) => return Progress::Failed(failure),
            }
        }
    }

    fn step(&self) -> Step {
        match &self.state {
            State::Begin | State::Resolving(_) => Step::Resolving,
            State::Connecting(_) => Step::Connecting,
            #[cfg(feature = "tls")]
            State::Securing(_) => Step::Securing,
            State::Upgrading(_) => Step::Upgrading,
            State::ReadingCapability(..) | State::Ended => Step::ReadingCapability,
        }
    }

    fn turn(&mut self, registry: &Registry, now_ns: u64) -> Result<Turn, Failure> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Begin => self.begin(now_ns),
            State::Resolving(ticket) => self.resolve(ticket, now_ns),
            State::Connecting(mut connect) => match connect.advance(registry, now_ns)? {
                None => Ok(Turn::Wait(State::Connecting(connect))),
                Some(stream) => self.connected(stream, now_ns),
            },
            #[cfg(feature = "tls")]
            State::Securing(mut stream) => match stream.handshake() {
                Ok(()) => self.upgrade(Transport::Tls(stream), now_ns),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    let timeout = self.request.tls_timeout_ms;
                    self.in_time(
                        now_ns,
                        timeout,
                        "takes connections but does not answer the TLS handshake",
                        "use ws:// if it does not speak TLS, or see its log",
                    )?;
                    Ok(Turn::Wait(State::Securing(stream)))
                }
                Err(error) => Err(tls::failure(&self.request.endpoint, &error)),
            },
            State::Upgrading(handshake) => self.upgrading(*handshake, now_ns),
            State::ReadingCapability(socket, ticket) => Self::read_capability(socket, ticket, now_ns),
            State::Ended => Err(Failure::new(Reason::Internal, "the dial has ended: start another")),
        }
    }

    /// Sets the deadline of the step that begins.
    fn within(&mut self, now_ns: u64, timeout_ms: u32) -> u64 {
        self.deadline_ns = now_ns.saturating_add(clock::ms(timeout_ms));
        self.deadline_ns
    }

    fn in_time(&self, now_ns: u64, timeout_ms: u32, what: &str, advice: &str) -> Result<(), Failure> {
        if now_ns < self.deadline_ns {
            return Ok(());
        }
        let detail = format!("{} {what} within {timeout_ms} ms: {advice}", self.request.endpoint);
        Err(Failure::new(Reason::Timeout, detail))
    }

    fn begin(&mut self, now_ns: u64) -> Result<Turn, Failure> {
        let endpoint = &self.request.endpoint;
        if endpoint.secure && !cfg!(feature = "tls") {
            let detail = "this build has no TLS: use ws://, or a build with the feature `tls`";
            return Err(Failure::new(Reason::Tls, detail));
        }
        if let Some(known) = endpoint.known_addresses() {
            // Nothing of a forbidden host is looked up.
            let permitted = self.permitted(&known)?;
            if !self.request.endpoint.secure {
                return Ok(self.connect(permitted, now_ns));
            }
        }
        let deadline_ns = self.within(now_ns, self.request.resolve_timeout_ms);
        let request = &self.request;
        let (endpoint, resolver) = (request.endpoint.clone(), request.resolver);
        let tls_ca_file = request.tls_ca_file.clone();
        let ticket = helper::submit(deadline_ns, self.waking.clone(), move || {
            lookup::find(&endpoint, tls_ca_file.as_deref(), resolver)
        })
        .map_err(|why| Failure::new(Reason::Resolve, why))?;
        Ok(Turn::Next(State::Resolving(ticket)))
    }

    fn permitted(&self, addresses: &[SocketAddr]) -> Result<Vec<SocketAddr>, Failure> {
        self.request.endpoint.permitted(addresses, self.request.policy).map_err(|why| Failure::new(Reason::Policy, why))
    }

    fn resolve(&mut self, ticket: Ticket<Result<Found, Failure>>, now_ns: u64) -> Result<Turn, Failure> {
        match ticket.poll(now_ns) {
            Polled::Waiting => Ok(Turn::Wait(State::Resolving(ticket))),
            Polled::Done(found) => {
                let found = found?;
                let permitted = self.permitted(&found.addresses)?;
                self.tls = found.tls;
                Ok(self.connect(permitted, now_ns))
            }
            Polled::Late => {
                let timeout = self.request.resolve_timeout_ms;
                let detail = format!(
                    "looking up {} took longer than {timeout} ms: check the system's name servers, or give an address",
                    self.request.endpoint
                );
                Err(Failure::new(Reason::Timeout, detail))
            }
            Polled::Failed => Err(Failure::new(Reason::Internal, "the lookup failed inside: report it")),
        }
    }

    fn connect(&self, addresses: Vec<SocketAddr>, now_ns: u64) -> Turn {
        let until_ns = now_ns.saturating_add(clock::ms(self.request.connect_timeout_ms));
        Turn::Next(State::Connecting(Connect::new(self.request.endpoint.clone(), addresses, until_ns)))
    }

    fn connected(&mut self, stream: TcpStream, now_ns: u64) -> Result<Turn, Failure> {
        #[cfg(feature = "tls")]
        if let Some(config) = self.tls.take() {
            self.within(now_ns, self.request.tls_timeout_ms);
            let stream = TlsStream::new(config, &self.request.endpoint, stream)?;
            return Ok(Turn::Next(State::Securing(Box::new(stream))));
        }
        self.upgrade(Transport::Plain(stream), now_ns)
    }

    fn upgrade(&mut self, transport: Transport, now_ns: u64) -> Result<Turn, Failure> {
        self.within(now_ns, self.request.upgrade_timeout_ms);
        let DialRequest { endpoint, headers, subprotocol, max_message, .. } = &self.request;
        let request = upgrade::request(endpoint, headers, subprotocol.as_deref())
            .map_err(|why| Failure::new(Reason::Internal, why))?;
        let wire = Wire::new(transport, UPGRADE_READS);
        let handshake = ClientHandshake::start(wire, request, Some(configuration(*max_message)))
            .map_err(|error| upgrade::failure(endpoint, &error))?;
        Ok(Turn::Next(State::Upgrading(Box::new(handshake))))
    }

    fn upgrading(&mut self, handshake: MidHandshake<ClientHandshake<Wire>>, now_ns: u64) -> Result<Turn, Failure> {
        let endpoint = &self.request.endpoint;
        match handshake.handshake() {
            Ok((websocket, response)) => {
                if let Some(failure) = upgrade::answer_failure(endpoint, &response) {
                    return Err(failure);
                }
                self.opened(Box::new(Socket::new(websocket)), now_ns)
            }
            Err(HandshakeError::Failure(error)) => Err(upgrade::failure(endpoint, &error)),
            Err(HandshakeError::Interrupted(mut handshake)) => {
                let wire = handshake.get_mut().get_mut();
                if wire.is_exhausted() {
                    return Err(upgrade::failure(endpoint, &tungstenite::Error::AttackAttempt));
                }
                wire.drain().map_err(|error| upgrade::failure(endpoint, &error.into()))?;
                let timeout = self.request.upgrade_timeout_ms;
                self.in_time(
                    now_ns,
                    timeout,
                    "takes connections but does not answer the WebSocket upgrade",
                    "check the port, or restart a server that hangs",
                )?;
                Ok(Turn::Wait(State::Upgrading(Box::new(handshake))))
            }
        }
    }

    fn opened(&mut self, socket: Box<Socket>, now_ns: u64) -> Result<Turn, Failure> {
        let Some(path) = self.request.capability_file.clone() else {
            return Ok(Turn::Open(socket, None));
        };
        let deadline_ns = self.within(now_ns, self.request.resolve_timeout_ms);
        let ticket = helper::submit(deadline_ns, self.waking.clone(), move || capability_file::read(&path))
            .map_err(|why| Failure::new(Reason::Capability, why))?;
        Ok(Turn::Next(State::ReadingCapability(socket, ticket)))
    }

    fn read_capability(
        socket: Box<Socket>,
        ticket: Ticket<Result<Option<Record>, String>>,
        now_ns: u64,
    ) -> Result<Turn, Failure> {
        match ticket.poll(now_ns) {
            Polled::Waiting => Ok(Turn::Wait(State::ReadingCapability(socket, ticket))),
            Polled::Done(Ok(record)) => Ok(Turn::Open(socket, record)),
            Polled::Done(Err(why)) => Err(Failure::new(Reason::Capability, why)),
            Polled::Late => Err(Failure::new(
                Reason::Capability,
                "reading the capability record took too long: check the disk it is on",
            )),
            Polled::Failed => {
                Err(Failure::new(Reason::Internal, "reading the capability record failed inside: report it"))
            }
        }
    }
}

#[cfg(test)]
#[path = "dial_tests.rs"]
mod tests;
