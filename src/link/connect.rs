//! TCP connection to the first of several addresses that takes it.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;

use mio::net::TcpStream;
use mio::{Interest, Registry};

use super::address::Endpoint;
use super::failure::Failure;
use super::wait::SOCKET;
use crate::session::event::Reason;
use crate::sys::shortage;

/// A connection attempt over several addresses, in order. Each gets an equal share of the time
/// that is left, so that a mute first address does not cost the others their turn.
#[derive(Debug)]
pub struct Connect {
    endpoint: Endpoint,
    rest: VecDeque<SocketAddr>,
    current: Option<(TcpStream, SocketAddr)>,
    current_until_ns: u64,
    until_ns: u64,
    /// Why the first address failed: the later ones are often the lesser known.
    failure: Option<Failure>,
}

impl Connect {
    /// Nothing is dialled before the first [`Connect::advance`].
    pub fn new(endpoint: Endpoint, addresses: Vec<SocketAddr>, until_ns: u64) -> Self {
        Self { endpoint, rest: addresses.into(), current: None, current_until_ns: 0, until_ns, failure: None }
    }

    /// When [`Connect::advance`] is due, socket or not.
    pub fn deadline_ns(&self) -> u64 {
        self.current_until_ns
    }

    /// The connected stream, registered; `None` = not yet.
    ///
    /// # Errors
    /// No address took the connection.
    pub fn advance(&mut self, registry: &Registry, now_ns: u64) -> Result<Option<TcpStream>, Failure> {
        loop {
            if let Some((stream, address)) = self.current.take() {
                match state(&stream) {
                    Ok(true) => return Ok(Some(stream)),
                    Ok(false) if now_ns < self.current_until_ns => {
                        self.current = Some((stream, address));
                        return Ok(None);
                    }
                    Ok(false) => self.failed(address, &io::ErrorKind::TimedOut.into()),
                    Err(error) => self.failed(address, &error),
                }
            }
            let Some(address) = self.rest.pop_front() else {
                let none = || Failure::new(Reason::Resolve, format!("{} has no address", self.endpoint));
                return Err(self.failure.take().unwrap_or_else(none));
            };
            let turns = self.rest.len() as u64 + 1;
            self.current_until_ns = now_ns + self.until_ns.saturating_sub(now_ns) / turns;
            match open(registry, address) {
                Ok(stream) => self.current = Some((stream, address)),
                Err(error) => self.failed(address, &error),
            }
        }
    }

    fn failed(&mut self, address: SocketAddr, error: &io::Error) {
        if self.failure.is_none() {
            self.failure = Some(failure(&self.endpoint, address, error));
        }
    }
}

fn open(registry: &Registry, address: SocketAddr) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    registry.register(&mut stream, SOCKET, Interest::READABLE | Interest::WRITABLE)?;
    Ok(stream)
}

/// Whether the stream is connected.
fn state(stream: &TcpStream) -> io::Result<bool> {
    if let Some(error) = stream.take_error()? {
        return Err(error);
    }
    let peer = match stream.peer_addr() {
        Ok(peer) => peer,
        Err(error) if error.kind() == io::ErrorKind::NotConnected => return Ok(false),
        Err(error) => return Err(error),
    };
    // A port nobody listens on may be drawn as our own: TCP then connects the socket to itself.
    if stream.local_addr()? == peer {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    // Small messages must not wait for acknowledgements; without it they are late, not lost.
    let _ = stream.set_nodelay(true);
    Ok(true)
}

fn failure(endpoint: &Endpoint, address: SocketAddr, error: &io::Error) -> Failure {
    let place = if endpoint.to_string() == address.to_string() {
        address.to_string()
    } else {
        format!("{endpoint} ({})", address.ip())
    };
    let (reason, detail) = match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            (Reason::Refused, format!("nothing listens on {place}: start the server, or check the port"))
        }
        io::ErrorKind::TimedOut => (
            Reason::Timeout,
            format!("{place} did not take the connection in time: check that the server runs and no firewall drops it"),
        ),
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::AddrNotAvailable => {
            (Reason::Unreachable, format!("{place} cannot be reached ({error}): check the network"))
        }
        _ => {
            let advice = shortage::advice(error).unwrap_or("check the network and the system's limits");
            (Reason::Unreachable, format!("{place} cannot be dialled ({error}): {advice}"))
        }
    };
    Failure::new(reason, detail).with_os(error)
}

#[cfg(test)]
#[path = "connect_tests.rs"]
mod tests;
