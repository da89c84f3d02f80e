//! TLS over a non-blocking TCP stream, by rustls.

use std::fs::File;
use std::io::{self, BufReader, IoSlice, Read, Write};
use std::path::Path;
use std::sync::Arc;

use mio::net::TcpStream;
use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, ServerName};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, ClientConnection, InvalidMessage, PeerIncompatible, RootCertStore,
};
use socket2::SockRef;

use super::address::{Endpoint, Host};
use super::backlog::STEP;
use super::failure::Failure;
use super::revocation;
use crate::session::event::Reason;
use crate::sys::{self, shortage};

/// Largest PEM file taken, in bytes.
const PEM_BYTES: u64 = 16 << 20;
const READ_BUFFER: usize = 32 << 10;
const NO_VERSION: &str = "speaks only versions of TLS that are not safe: update it, or turn on TLS 1.2 or 1.3 in it";

/// A TLS client connection. Nothing blocks, no write raises SIGPIPE.
#[derive(Debug)]
pub struct TlsStream {
    /// rustls asks for 4 KiB at a time; a buffer saves system calls.
    tcp: BufReader<TcpStream>,
    connection: ClientConnection,
    tcp_ended: bool,
}

/// Writes of rustls are vectored, and writev raises SIGPIPE: sendmsg can be told not to.
struct Quiet<'a>(&'a TcpStream);

impl Write for Quiet<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.try_io(|| SockRef::from(self.0).send_vectored_with_flags(slices, sys::SEND_FLAGS))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TlsStream {
    /// Begins TLS on a connected stream.
    ///
    /// # Errors
    /// The host cannot be named in TLS.
    pub fn new(config: Arc<ClientConfig>, endpoint: &Endpoint, tcp: TcpStream) -> Result<Self, Failure> {
        let name = match &endpoint.host {
            Host::Ip(ip) => ServerName::from(*ip),
            Host::Name(name) => ServerName::try_from(name.clone()).map_err(|_| {
                let detail = format!("{name} is no name that a TLS certificate can hold: correct the url's host");
                Failure::new(Reason::Tls, detail)
            })?,
        };
        let mut connection = ClientConnection::new(config, name)
            .map_err(|error| Failure::new(Reason::Tls, format!("TLS cannot begin: {error}")))?;
        connection.set_buffer_limit(Some(STEP));
        Ok(Self { tcp: BufReader::with_capacity(READ_BUFFER, tcp), connection, tcp_ended: false })
    }

    /// Goes on with the handshake; `Ok` = it is done.
    ///
    /// # Errors
    /// `WouldBlock` when it waits for the peer; anything else is final: see [`failure`].
    pub fn handshake(&mut self) -> io::Result<()> {
        loop {
            self.push()?;
            if !self.connection.is_handshaking() {
                return Ok(());
            }
            self.receive()?;
            if self.tcp_ended {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Takes what the system has and decrypts it.
    fn receive(&mut self) -> io::Result<()> {
        self.tcp_ended = self.connection.read_tls(&mut self.tcp)? == 0;
        if let Err(error) = self.connection.process_new_packets() {
            // Tell the peer why, if the system takes it at once.
            let _ = self.push();
            return Err(io::Error::new(io::ErrorKind::InvalidData, error));
        }
        Ok(())
    }

    /// See [`super::transport::Transport::read`]. `Interrupted` = something that was no data came.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.plain(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && !self.tcp_ended => {}
            other => return other,
        }
        self.receive()?;
        match self.plain(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(io::ErrorKind::Interrupted.into()),
            other => other,
        }
    }

    /// What is decrypted already. A stream cut off without a goodbye ends like any other: the
    /// WebSocket's close frame tells a clean end from a cut.
    fn plain(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.connection.reader().read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
            other => other,
        }
    }

    /// See [`super::transport::Transport::write`].
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.connection.writer().write(bytes)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            count => Ok(count),
        }
    }

    /// See [`super::transport::Transport::push`].
    pub fn push(&mut self) -> io::Result<()> {
        while self.connection.wants_write() {
            match self.connection.write_tls(&mut Quiet(self.tcp.get_ref())) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Queues the goodbye (RFC 8446, section 6.1).
    pub fn say_goodbye(&mut self) {
        self.connection.send_close_notify();
    }

    /// The TCP stream beneath.
    pub fn tcp(&mut self) -> &mut TcpStream {
        self.tcp.get_mut()
    }
}

/// What a server is judged by.
#[derive(Default)]
struct Trust {
    certificates: Vec<CertificateDer<'static>>,
    /// Where a list says that a certificate of the chain was revoked, the server is refused.
    revocations: Vec<CertificateRevocationListDer<'static>>,
}

/// What rustls is told to trust: the certificates of `ca_file`, less those that its revocation lists name, or the
/// system's roots. Blocks on the file system: for the helper thread.
///
/// # Errors
/// There is nothing to trust.
pub fn load_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, Failure> {
    let trust = match ca_file {
        Some(path) => read_pem(path).map_err(|error| unusable(path, &error).with_os(&error))?,
        None => Trust { certificates: system_certificates()?, ..Trust::default() },
    };
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(trust.certificates);
    if usable == 0 {
        let place = ca_file.map_or("the system has".to_owned(), |path| format!("{} holds", path.display()));
        let detail =
            format!("{place} no certificate to trust: set tls_ca_file to a PEM file of the server's authority");
        return Err(Failure::new(Reason::Tls, detail));
    }
    let place = ca_file.unwrap_or(Path::new("the system's store"));
    revocation::check(&trust.revocations, place)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .with_crls(trust.revocations)
        .allow_unknown_revocation_status()
        .enforce_revocation_expiration()
        .build()
        .map_err(|error| unusable(place, &io::Error::other(error)))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::new(Reason::Internal, format!("TLS has no protocol version: {error}")))?
        .with_webpki_verifier(verifier)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn unusable(place: &Path, error: &io::Error) -> Failure {
    let advice = shortage::advice(error).unwrap_or("point tls_ca_file at a PEM file");
    Failure::new(Reason::Tls, format!("the certificates in {} cannot be used ({error}): {advice}", place.display()))
}

/// The system's own roots. One that cannot be read is passed over, unless it is this process that has run short.
fn system_certificates() -> Result<Vec<CertificateDer<'static>>, Failure> {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        if let rustls_native_certs::ErrorKind::Io { inner, .. } = &error.kind
            && let Some(advice) = shortage::advice(inner)
        {
            let detail = format!("the system's certificates cannot be read ({inner}): {advice}");
            return Err(Failure::new(Reason::Tls, detail).with_os(inner));
        }
    }
    Ok(found.certs)
}

fn read_pem(path: &Path) -> io::Result<Trust> {
    let mut text = Vec::new();
    let file = File::open(path)?;
    if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err(io::Error::other("it is no regular file"));
    }
    file.take(PEM_BYTES).read_to_end(&mut text)?;
    Ok(Trust { certificates: sections(&text)?, revocations: sections(&text)? })
}

/// The sections of one kind of a PEM text.
fn sections<T: PemObject>(text: &[u8]) -> io::Result<Vec<T>> {
    T::pem_slice_iter(text).collect::<Result<_, _>>().map_err(|error| io::Error::other(format!("{error:?}")))
}

/// What a failed handshake means.
pub fn failure(endpoint: &Endpoint, error: &io::Error) -> Failure {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let Some(tls) = tls else {
        let detail = format!(
            "{endpoint} broke the connection during the TLS handshake ({error}): use ws:// if it does not speak TLS, or see its log"
        );
        return Failure::new(Reason::Tls, detail).with_os(error);
    };
    let why = match tls {
        rustls::Error::InvalidCertificate(certificate) => certificate_failure(certificate),
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion) => {
            "does not speak TLS: use ws:// instead of wss://, or give the TLS port".into()
        }
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired | AlertDescription::BadCertificate) => {
            "wants a client certificate, which is not supported: turn that off in the server".into()
        }
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion) => NO_VERSION.into(),
        // Before TLS 1.3 this alert says either.
        rustls::Error::AlertReceived(AlertDescription::HandshakeFailure) => {
            "has no safe cipher in common with us: update it, or turn on TLS 1.2 or newer with its usual ciphers; or it \
             wants a client certificate, which is not supported: turn that off in the server"
                .into()
        }
        rustls::Error::AlertReceived(AlertDescription::InsufficientSecurity) => {
            "has no safe cipher in common with us: update it, or turn on TLS 1.2 or newer with its usual ciphers".into()
        }
        rustls::Error::AlertReceived(alert) => {
            format!("refused the TLS handshake ({alert:?}): see its log")
        }
        rustls::Error::PeerIncompatible(
            PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig | PeerIncompatible::ServerDoesNotSupportTls12Or13,
        ) => NO_VERSION.into(),
        rustls::Error::InvalidCertRevocationList(why) => format!(
            "cannot be checked by the revocation list in tls_ca_file ({why:?}): get a new list from the authority"
        ),
        rustls::Error::PeerIncompatible(why) => {
            format!("has no TLS version or cipher in common with us ({why:?}): update it")
        }
        other => format!("failed the TLS handshake ({other}): see its log"),
    };
    Failure::new(Reason::Tls, format!("{endpoint} {why}"))
}

fn certificate_failure(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "has a certificate of an unknown authority: set tls_ca_file to the PEM file of that authority".into()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "has a certificate that has expired: renew it, and check this machine's clock".into()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "has a certificate that is not valid yet: check the clocks of both machines".into()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "has a certificate for another name: use a name that stands in the certificate (as subjectAltName)".into()
        }
        CertificateError::ExpiredRevocationList | CertificateError::ExpiredRevocationListContext { .. } => {
            "cannot be checked: the revocation list in tls_ca_file is past its nextUpdate: get a new list from the \
             authority, and check this machine's clock"
                .into()
        }
        CertificateError::Revoked => "has a certificate that was revoked: renew it".into(),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "has a certificate that is not for servers: issue one whose extended key usage has serverAuth".into()
        }
        CertificateError::Other(other) => match other.0.to_string().as_str() {
            "CaUsedAsEndEntity" => "shows an authority's own certificate (as `openssl req -x509` makes it): issue one \
                                    for the server (basicConstraints CA:FALSE), and trust what signed it"
                .into(),
            why => format!("has a certificate that cannot be used ({why}): issue it anew"),
        },
        other => format!("has a certificate that cannot be used ({other}): issue it anew"),
    }
}

#[cfg(test)]
#[path = "tls_tests.rs"]
pub(super) mod tests;
