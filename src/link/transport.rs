//! What carries the bytes: a TCP stream, bare or under TLS.

use std::io::{self, Read, Write};
use std::net::Shutdown;

use mio::net::TcpStream;

#[cfg(feature = "tls")]
use super::tls::TlsStream;

/// A non-blocking byte stream. No write to it raises SIGPIPE.
#[derive(Debug)]
pub enum Transport {
    /// Bytes as they are.
    Plain(TcpStream),
    /// Bytes under TLS.
    #[cfg(feature = "tls")]
    Tls(Box<TlsStream>),
    /// Bytes by script.
    #[cfg(test)]
    Scripted(super::scripted::Scripted),
}

impl Transport {
    /// Reads; 0 is the peer's end.
    ///
    /// # Errors
    /// `WouldBlock` when there is nothing, `Interrupted` when to read again; anything else is final.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.read(buffer),
            #[cfg(test)]
            Self::Scripted(script) => script.read(buffer),
        }
    }

    /// Hands bytes on; how many were taken. A TLS layer may still hold them: see [`Self::push`].
    ///
    /// # Errors
    /// `WouldBlock` when nothing can be taken now; anything else is final.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        retry(|| match self {
            // The standard library sends with MSG_NOSIGNAL (or SO_NOSIGPIPE on Apple systems).
            Self::Plain(stream) => stream.write(bytes),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.write(bytes),
            #[cfg(test)]
            Self::Scripted(script) => script.write(bytes),
        })
    }

    /// Drives what a TLS layer holds into the operating system; `Ok` = it holds nothing.
    ///
    /// # Errors
    /// `WouldBlock` when the system takes no more now; anything else is final.
    pub fn push(&mut self) -> io::Result<()> {
        retry(|| match self {
            Self::Plain(_) => Ok(()),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.push(),
            #[cfg(test)]
            Self::Scripted(script) => script.push(),
        })
    }

    /// Tells the TLS layer to say goodbye; [`Self::push`] sends it.
    pub fn say_goodbye(&mut self) {
        #[cfg(feature = "tls")]
        if let Self::Tls(stream) = self {
            stream.say_goodbye();
        }
    }

    /// Ends the stream towards the peer.
    pub fn shutdown_write(&mut self) {
        if let Some(tcp) = self.tcp() {
            // It fails only on a connection that is gone already.
            let _ = tcp.shutdown(Shutdown::Write);
        }
    }

    /// The TCP stream beneath.
    pub fn tcp(&mut self) -> Option<&mut TcpStream> {
        match self {
            Self::Plain(stream) => Some(stream),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => Some(stream.tcp()),
            #[cfg(test)]
            Self::Scripted(_) => None,
        }
    }
}

fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
