//! Servers that speak old versions of TLS: real ones of OpenSSL, and the two answers that they may give.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use framewire::session::event::Reason;
use rustls::version::{TLS12, TLS13};

use crate::authority::{Authority, dial, dial_port, failure_on_port};
use crate::figures;
use crate::support::scratch::Scratch;
use crate::support::skip::skip;

const WORDS: [&str; 2] = ["only versions of TLS that are not safe", "turn on TLS 1.2 or 1.3"];

#[test]
fn both_safe_versions_are_taken() {
    let root = Authority::root("root");
    for version in [&TLS12, &TLS13] {
        dial("localhost", root.leaf().server_speaking(&[version]), &root.pem()).expect("a safe version");
    }
}

/// `openssl s_server`, ended with this.
struct OpenSsl(Child, u16);

impl OpenSsl {
    fn start(scratch: &Scratch, root: &Authority, options: &[&str]) -> Option<Self> {
        let leaf = root.leaf();
        let (certificate, key) = (scratch.path().join("leaf.der"), scratch.path().join("key.pem"));
        std::fs::write(&certificate, &leaf.chain[0]).expect("a file");
        std::fs::write(&key, leaf.key.serialize_pem()).expect("a file");
        let mut command = Command::new("openssl");
        command.args(["s_server", "-accept", "127.0.0.1:0", "-certform", "DER", "-cert"]).arg(certificate);
        command.arg("-key").arg(key).args(options).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().ok()?;
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        // "ACCEPT 127.0.0.1:PORT"
        let line = lines.map_while(Result::ok).find(|line| line.starts_with("ACCEPT")).expect("it listens");
        let port = line.rsplit(':').next().and_then(|port| port.parse().ok()).expect("its port");
        Some(Self(child, port))
    }
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn an_openssl_server_of_old_versions_is_refused_with_clear_words() {
    let (scratch, root) = (Scratch::new(), Authority::root("root"));
    for version in ["-tls1_1", "-tls1"] {
        let Some(server) = OpenSsl::start(&scratch, &root, &[version, "-cipher", "ALL:@SECLEVEL=0"]) else {
            return skip("openssl is not installed: no server of old TLS versions was dialled");
        };
        let told = dial_port("localhost", server.1, &root.pem()).expect_err(version);
        assert!(WORDS.iter().all(|word| told.contains(word)), "{version}: {told}");
    }
    // What is refused above is the version, not this server.
    let good = OpenSsl::start(&scratch, &root, &["-tls1_2", "-www"]).expect("it started before");
    let failure = failure_on_port("localhost", good.1, &root.pem()).expect("it is no WebSocket server");
    assert_eq!(failure.reason, Reason::NotWebSocket, "{}", failure.detail);
    figures::held("old TLS versions refused", 2);
}

/// What a dial is told by a server that answers the first flight with `answer`.
fn told_by(answer: &[u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let answer = answer.to_vec();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(&answer);
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let told = dial_port("localhost", port, &Authority::root("root").pem()).expect_err("it is no safe server");
    server.join().expect("the server");
    told
}

#[test]
fn a_server_that_goes_on_in_an_old_version_is_refused() {
    for minor in [1, 2] {
        let mut hello = vec![3, minor];
        hello.extend([7; 32]);
        // No session, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, no compression.
        hello.extend([0, 0xc0, 0x13, 0]);
        let mut record = vec![22, 3, minor, 0, hello.len() as u8 + 4, 2, 0, 0, hello.len() as u8];
        record.extend(hello);
        let told = told_by(&record);
        assert!(WORDS.iter().all(|word| told.contains(word)), "3.{minor}: {told}");
    }
}

#[test]
fn alerts_are_told_in_words_that_help() {
    for (alert, words) in [
        (70, WORDS),
        (40, ["no safe cipher", "or it wants a client certificate, which is not supported"]),
        (71, ["no safe cipher", "update it"]),
        (80, ["refused the TLS handshake", "see its log"]),
    ] {
        let told = told_by(&[21, 3, 3, 0, 2, 2, alert]);
        assert!(words.iter().all(|word| told.contains(word)), "{alert}: {told}");
    }
}
