//! WebSocket servers for the C programs: one that echoes, one that vanishes while it is written to.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// A server on a loopback port of its own; ends when dropped.
pub struct Peer {
    address: SocketAddr,
    scheme: &'static str,
    certificate: String,
    stop: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl Peer {
    /// Sends every text and binary message back.
    pub fn echo() -> Self {
        Self::serve("ws", String::new(), echo)
    }

    /// Goes away in the midst of each connection, now by reset, now by an ordinary end.
    pub fn vanishing() -> Self {
        let connections = AtomicU64::new(0);
        Self::serve("ws", String::new(), move |stream| {
            vanish(stream.try_clone().expect("a second handle"), &stream, connections.fetch_add(1, Ordering::Relaxed));
        })
    }

    /// The same over TLS.
    #[cfg(feature = "tls")]
    pub fn vanishing_tls() -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate is made");
        let certificate = made.cert.pem();
        let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the versions are there")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("the certificate fits its key");
        let config = Arc::new(config);
        let connections = AtomicU64::new(0);
        Self::serve("wss", certificate, move |stream| {
            let connection = rustls::ServerConnection::new(config.clone()).expect("the configuration is fine");
            let socket = stream.try_clone().expect("a second handle");
            let number = connections.fetch_add(1, Ordering::Relaxed);
            vanish(rustls::StreamOwned::new(connection, socket), &stream, number);
        })
    }

    pub fn url(&self) -> String {
        format!("{}://{}/", self.scheme, self.address)
    }

    /// What a client must trust, as PEM.
    #[cfg_attr(not(feature = "tls"), allow(dead_code, reason = "only a TLS peer has one"))]
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    fn serve(
        scheme: &'static str,
        certificate: String,
        connection: impl Fn(TcpStream) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("the address of the listener");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let connection = Arc::new(connection);
        let acceptor = std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let connection = connection.clone();
                // Each ends with its socket; none is waited for.
                std::thread::spawn(move || connection(stream));
            }
        });
        Self { address, scheme, certificate, stop, acceptor: Some(acceptor) }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn echo(stream: TcpStream) {
    let Ok(mut socket) = tungstenite::accept(stream) else {
        return;
    };
    while let Ok(message) = socket.read() {
        if (message.is_text() || message.is_binary()) && socket.send(message).is_err() {
            return;
        }
    }
}

/// Upgrades, reads a little, and is gone.
fn vanish(stream: impl Read + Write, socket: &TcpStream, number: u64) {
    let Ok(mut websocket) = tungstenite::accept(stream) else {
        return;
    };
    for _ in 0..number % 4 {
        if websocket.read().is_err() {
            break;
        }
    }
    if number.is_multiple_of(2) {
        // No lingering: what is unread and unsent is thrown away, and the other side gets a reset.
        let _ = socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO));
    } else {
        let _ = socket.shutdown(Shutdown::Read);
    }
}
