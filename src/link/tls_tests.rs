//! Tests of TLS: real handshakes with a rustls server, with certificates good and bad.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tungstenite::Message;

use super::*;
use crate::link::dial::DialRequest;
use crate::link::socket::{Discarded, Incoming, OutFrame, Socket};
use crate::link::test_wire::{Stream, drive, end_after_attachment, flush, next, request, serve_over};
use crate::link::wait::Wait;

/// A certificate authority of one test, with its PEM file.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    path: PathBuf,
}

impl Authority {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("framewire-tls-{}-{number}.pem", std::process::id()));
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, format!("test authority {number}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        std::fs::write(&path, &pem).unwrap();
        Self { issuer: Issuer::new(params, key), pem, path }
    }

    pub fn file(&self) -> PathBuf {
        self.path.clone()
    }

    pub fn server(&self, names: &[&str]) -> Arc<ServerConfig> {
        self.server_with(names, |_| {})
    }

    fn server_with(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Arc<ServerConfig> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .unwrap();
        Arc::new(config)
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

pub fn wrap(config: &Arc<ServerConfig>, stream: std::net::TcpStream) -> Box<dyn Stream> {
    Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream))
}

fn trusting(url: &str, authority: &Authority) -> DialRequest {
    let mut request = request(url);
    request.tls_ca_file = Some(authority.file());
    request
}

/// A TLS server for `body` and a socket open to it by name.
fn connected<T: Send + 'static>(
    body: impl FnOnce(tungstenite::WebSocket<Box<dyn Stream>>) -> T + Send + 'static,
) -> (Wait, Socket, thread::JoinHandle<T>) {
    let authority = Authority::new();
    let config = authority.server(&["localhost"]);
    let (address, server) = serve_over(move |stream| wrap(&config, stream), body);
    let mut wait = Wait::new().unwrap();
    let request = trusting(&format!("wss://localhost:{}", address.port()), &authority);
    let (socket, _) = drive(&mut wait, request).unwrap();
    (wait, socket, server)
}

/// What a dial of a TLS server with that certificate fails with.
fn refused(config: Arc<ServerConfig>, mut request: DialRequest) -> Failure {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    request.endpoint.port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut stream = wrap(&config, stream);
        stream.read(&mut [0; 16])
    });
    let failure = drive(&mut Wait::new().unwrap(), request).unwrap_err();
    assert!(server.join().unwrap().is_err(), "the server took a handshake that the client refused");
    assert_eq!(failure.reason, Reason::Tls, "{}", failure.detail);
    failure
}

#[test]
fn messages_of_all_sizes_come_back() {
    let (mut wait, mut socket, server) = connected(|mut server| {
        while let Ok(message) = server.read() {
            if !message.is_close() {
                server.send(message).unwrap();
            }
        }
    });
    for length in [0, 1, 16 << 10, 65_537, 8 << 20] {
        let payload: Vec<u8> = (0..=255).cycle().take(length).collect();
        let end = socket.queue(OutFrame { payload: payload.clone(), ..OutFrame::default() });
        let incoming = next(&mut wait, &mut socket).unwrap();
        assert!(incoming == Incoming::Binary(payload.into()), "{length}");
        assert_eq!((socket.taken(), socket.backlog_bytes()), (end, 0));
    }
    socket.queue_close(1000, "");
    flush(&mut wait, &mut socket).unwrap();
    assert_eq!(next(&mut wait, &mut socket).unwrap(), Incoming::Close { code: 1000, reason: String::new() });
    server.join().unwrap();
}

#[test]
fn a_slow_reader_gets_every_byte_and_the_counts_stay_true() {
    const LENGTH: usize = 32 << 20;
    let (go, gate) = mpsc::channel::<()>();
    let (mut wait, mut socket, server) = connected(move |mut server| {
        gate.recv().unwrap();
        server.read().unwrap()
    });
    let payload: Vec<u8> = (0..=255).cycle().take(LENGTH).collect();
    let end = socket.queue(OutFrame { payload: payload.clone(), ..OutFrame::default() });
    while !socket.is_writing_blocked() {
        socket.write().unwrap();
    }
    let stuck_at = socket.taken();
    assert!(stuck_at > 0 && stuck_at < end);
    assert_eq!(socket.backlog_bytes() as u64, end - stuck_at);
    go.send(()).unwrap();
    assert_eq!(flush(&mut wait, &mut socket).unwrap(), end);
    assert!(server.join().unwrap() == Message::binary(payload));
}

#[test]
fn a_flood_is_read_to_its_end_on_edges_alone() {
    const COUNT: usize = 5_000;
    let (mut wait, mut socket, server) = connected(|mut server| {
        for number in 0..COUNT {
            server.write(Message::text(number.to_string())).unwrap();
        }
        server.flush().unwrap();
        server
    });
    for number in 0..COUNT {
        assert_eq!(next(&mut wait, &mut socket).unwrap(), Incoming::Text(number.to_string().into()));
    }
    drop(server.join().unwrap());
    assert_eq!(next(&mut wait, &mut socket).unwrap_err().reason, Reason::ConnectionLost);
}

#[test]
fn ending_the_stream_says_goodbye() {
    let (mut wait, mut socket, server) = connected(|mut server| {
        assert!(server.read().unwrap().is_close());
        // The reply to the close frame, then the end: clean only behind a TLS goodbye.
        let _ = server.read();
        server.get_mut().read(&mut [0; 16]).map_err(|error| error.kind())
    });
    socket.queue_close(1000, "");
    socket.shutdown_write();
    assert_eq!(server.join().unwrap(), Ok(0));
    loop {
        match socket.discard().unwrap() {
            Discarded::Ended => break,
            _ => drop(wait.sleep(u64::MAX, || false).unwrap()),
        }
    }
}

#[test]
fn an_address_in_the_certificate_is_taken() {
    let authority = Authority::new();
    let config = authority.server(&["127.0.0.1"]);
    let (address, server) = serve_over(move |stream| wrap(&config, stream), |mut server| server.read().is_err());
    let mut wait = Wait::new().unwrap();
    drop(drive(&mut wait, trusting(&format!("wss://{address}"), &authority)).unwrap());
    assert!(server.join().unwrap());
}

#[test]
fn each_bad_certificate_is_told_apart() {
    let (authority, other) = (Authority::new(), Authority::new());
    let url = "wss://localhost:1";
    let unknown = refused(other.server(&["localhost"]), trusting(url, &authority));
    assert!(unknown.detail.contains("unknown authority"), "{}", unknown.detail);
    let name = refused(authority.server(&["elsewhere.example"]), trusting(url, &authority));
    assert!(name.detail.contains("another name"), "{}", name.detail);
    let old = authority.server_with(&["localhost"], |params| {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    });
    let expired = refused(old, trusting(url, &authority));
    assert!(expired.detail.contains("expired"), "{}", expired.detail);
    let young = authority.server_with(&["localhost"], |params| {
        params.not_before = date_time_ymd(2201, 1, 1);
        params.not_after = date_time_ymd(2202, 1, 1);
    });
    let early = refused(young, trusting(url, &authority));
    assert!(early.detail.contains("not valid yet"), "{}", early.detail);
}

/// A server that is no TLS server and says `answer` to whatever comes.
fn not_tls(answer: &'static [u8], timeout_ms: Option<u32>) -> Failure {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (done, gate) = mpsc::channel::<()>();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = [0; 4096];
        let _ = stream.read(&mut hello);
        let _ = stream.write_all(answer);
        if answer.is_empty() {
            let _ = gate.recv();
        }
    });
    let mut request = trusting(&format!("wss://localhost:{port}"), &authority);
    if let Some(timeout_ms) = timeout_ms {
        request.tls_timeout_ms = timeout_ms;
    }
    let failure = drive(&mut Wait::new().unwrap(), request).unwrap_err();
    drop(done);
    server.join().unwrap();
    failure
}

#[test]
fn plain_http_on_the_port_is_told_apart() {
    let failure = not_tls(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", None);
    assert_eq!(failure.reason, Reason::Tls);
    assert!(failure.detail.contains("does not speak TLS"), "{}", failure.detail);
}

#[test]
fn a_mute_port_runs_into_the_deadline() {
    let failure = not_tls(b"", Some(50));
    assert_eq!(failure.reason, Reason::Timeout);
    assert!(failure.detail.contains("TLS handshake within 50 ms"), "{}", failure.detail);
}

#[test]
fn a_file_without_certificates_is_refused() {
    let authority = Authority::new();
    for text in ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        std::fs::write(authority.file(), text).unwrap();
        let failure = load_config(Some(&authority.file())).unwrap_err();
        assert_eq!(failure.reason, Reason::Tls, "{text}");
        assert!(failure.detail.contains("tls_ca_file"), "{}", failure.detail);
    }
    std::fs::write(authority.file(), format!("a comment\n{}", authority.pem)).unwrap();
    load_config(Some(&authority.file())).unwrap();
    assert!(load_config(Some(Path::new("/"))).unwrap_err().detail.contains("regular file"));
}

#[test]
fn an_end_that_is_wished_early_comes_after_an_attachment() {
    let (mut wait, mut socket, server) = connected(|mut server| (server.read(), server.read()));
    let message = end_after_attachment(&mut wait, &mut socket);
    let (first, second) = server.join().unwrap();
    assert!(first.unwrap() == message);
    assert!(second.is_err(), "the stream has ended");
}
