//! Certificate authorities of one test, what they issue, and servers that show it.

use std::io::Read;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;

use framewire::link::Reconnect;
use framewire::session::event::{EventKind, Reason};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertificateRevocationListParams, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};

use crate::support::scratch::Scratch;
use crate::support::secret::secret;
use crate::support::{Host, Seen, raw};

/// One authority: the root, or one below it.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pub certificate: Certificate,
}

/// What a server shows, leaf first, and the key of the leaf.
pub struct Shown {
    /// The certificates.
    pub chain: Vec<CertificateDer<'static>>,
    /// The key.
    pub key: KeyPair,
}

fn params(name: &str, change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).expect("no names are good names");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    change(&mut params);
    params
}

impl Authority {
    /// A root of that name.
    pub fn root(name: &str) -> Self {
        Self::root_with(name, |_| {})
    }

    /// The same, changed.
    pub fn root_with(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let (params, key) = (params(name, change), KeyPair::generate().expect("a key"));
        let certificate = params.self_signed(&key).expect("it signs itself");
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// An authority below this one.
    pub fn below(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let (params, key) = (params(name, change), KeyPair::generate().expect("a key"));
        let certificate = params.signed_by(&key, &self.issuer).expect("it signs");
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// A server's certificate for `localhost` by this authority.
    pub fn leaf(&self) -> Shown {
        self.leaf_with(|_| {})
    }

    /// The same, changed.
    pub fn leaf_with(&self, change: impl FnOnce(&mut CertificateParams)) -> Shown {
        let params = leaf_params(change);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("it signs");
        Shown { chain: vec![certificate.der().clone()], key }
    }

    /// As a PEM text.
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A list that revokes the certificate with that number.
    pub fn revocation_of(&self, number: u64) -> String {
        self.revocation_in_force_until(2200, number)
    }

    /// The same, of a list whose next one was to come in that year.
    pub fn revocation_in_force_until(&self, year: i32, number: u64) -> String {
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(year, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: vec![RevokedCertParams {
                serial_number: SerialNumber::from(number),
                revocation_time: date_time_ymd(2020, 1, 1),
                reason_code: None,
                invalidity_date: None,
            }],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.issuer).expect("it signs").pem().expect("PEM")
    }
}

/// What a certificate for `localhost` says.
pub fn leaf_params(change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a good name");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    change(&mut params);
    params
}

/// A certificate for `localhost` that nobody but itself signed.
pub fn self_signed(change: impl FnOnce(&mut CertificateParams)) -> (Shown, String) {
    let key = KeyPair::generate().expect("a key");
    let certificate = leaf_params(change).self_signed(&key).expect("it signs itself");
    (Shown { chain: vec![certificate.der().clone()], key }, certificate.pem())
}

impl Shown {
    /// With the certificates between leaf and root.
    pub fn through(mut self, between: &[&Authority]) -> Self {
        self.chain.extend(between.iter().map(|authority| authority.certificate.der().clone()));
        self
    }

    /// A server that shows it.
    pub fn server(self) -> Arc<ServerConfig> {
        self.server_speaking(rustls::DEFAULT_VERSIONS)
    }

    /// A server that shows it and speaks these versions of TLS.
    pub fn server_speaking(self, versions: &[&'static SupportedProtocolVersion]) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).expect("versions");
        let key = PrivateKeyDer::Pkcs8(self.key.serialize_der().into());
        Arc::new(builder.with_no_client_auth().with_single_cert(self.chain, key).expect("a key of its certificate"))
    }

    /// A server that shows it and wants a certificate of its client.
    pub fn server_wanting(
        self,
        authority: &Authority,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = rustls::RootCertStore::empty();
        roots.add(authority.certificate.der().clone()).expect("a root");
        let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(&provider)).build();
        let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions);
        let builder = builder.expect("versions").with_client_cert_verifier(verifier.expect("a verifier"));
        let key = PrivateKeyDer::Pkcs8(self.key.serialize_der().into());
        Arc::new(builder.with_single_cert(self.chain, key).expect("a key of its certificate"))
    }
}

/// Serves one connection; whether the handshake was done, and what was said in it.
fn serve(listener: TcpListener, config: Arc<ServerConfig>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a connection");
        stream.set_read_timeout(Some(crate::support::PATIENCE)).expect("a timeout");
        let mut stream = StreamOwned::new(ServerConnection::new(config).expect("a connection"), stream);
        let mut said = Vec::new();
        let mut byte = [0];
        while !said.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
            said.push(byte[0]);
        }
        if !said.is_empty() {
            let answer = crate::support::peer::upgrade_answer(&String::from_utf8_lossy(&said), "");
            let _ = std::io::Write::write_all(&mut stream, answer.as_bytes());
            let _ = stream.read(&mut [0; 64]);
        }
        said
    })
}

/// Dials `wss://HOST` at that server, trusting what stands in `trusted`; the words of a refusal. A server that is refused
/// has seen nothing of the request, in which the secrets are.
pub fn dial(host: &str, server: Arc<ServerConfig>, trusted: &str) -> Result<(), String> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let server = serve(listener, server);
    let outcome = dial_port(host, port, trusted);
    let said = String::from_utf8(server.join().expect("the server")).expect("a request is text");
    match &outcome {
        Ok(()) => assert!(said.contains(&secret("header")), "{said}"),
        Err(_) => assert_eq!(said, "", "nothing is said to a server that is not trusted"),
    }
    outcome
}

/// The same with a server that runs already.
pub fn dial_port(host: &str, port: u16, trusted: &str) -> Result<(), String> {
    let Some(refused) = failure_on_port(host, port, trusted) else { return Ok(()) };
    assert_eq!(refused.reason, Reason::Tls, "{}", refused.detail);
    Err(refused.detail)
}

/// The words in which what stands in `trusted` is refused, before anything is said to a server.
pub fn refused_before_dialling(trusted: &str) -> String {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = silent.local_addr().expect("it is bound").port();
    let told = dial_port("localhost", port, trusted).expect_err("a server that says nothing");
    silent.set_nonblocking(true).expect("it is set");
    assert!(silent.accept().is_err(), "it was dialled: {told}");
    told
}

/// How the one dial of that port fails, if it does.
pub fn failure_on_port(host: &str, port: u16, trusted: &str) -> Option<Seen> {
    let scratch = Scratch::new();
    let file = scratch.path().join("trusted.pem");
    std::fs::write(&file, trusted).expect("a file");
    let mut config = raw(&format!("wss://{host}:{port}/?key={}", secret("query")));
    config.tls_ca_file = Some(file);
    config.reconnect = Reconnect::None;
    config.headers = vec![("Authorization".into(), format!("Bearer {}", secret("header")))];
    let mut link = Host::open(config);
    link.until("the dial ends", |link| link.count(EventKind::Opened) + link.count(EventKind::ConnectFailed) > 0);
    let failure = link.all(EventKind::ConnectFailed).next().cloned();
    link.close();
    failure
}
