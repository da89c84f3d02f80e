//! That no secret is told: not by an event, an error, a getter, a file, or the form in which a program prints a value.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use framewire::link::{Config, ProfileKind};
use framewire::readiness::Readiness;
use framewire::session::event::EventKind;

use crate::figures;
use crate::support::peer::{CLOSE, Peer, TEXT, accept, close_payload, listen, request};
use crate::support::scratch::Scratch;
use crate::support::secret::{MARK, capability, secret};
use crate::support::{Host, raw};

/// All that a link can be told in confidence.
fn confided(url: &str, profile: ProfileKind, scratch: &Scratch) -> Config {
    let mut config = raw(&format!("{url}?key={}", secret("query")));
    config.profile = profile;
    config.headers = vec![
        ("Authorization".into(), format!("Bearer {}", secret("bearer"))),
        ("X-API-Key".into(), secret("key")),
        ("Cookie".into(), format!("session={}", secret("cookie"))),
    ];
    if profile == ProfileKind::GodotAi {
        config.hello = Some(format!(r#"{{"project_path":"/{}/game"}}"#, secret("path")));
    }
    config.state_file = Some(scratch.file());
    // No record of a server that runs on this machine may stand in.
    config.capability_file = Some(scratch.path().join("http-1.json"));
    config.log_level = 5;
    config
}

/// Everything that a program can ask of a link, as one text.
fn asked(host: &Host) -> String {
    let mut told = format!("{:?} {:?} {:?} {:?}", host.link, host.inbox, host.link.state(), host.link.stats());
    host.link.outstanding(|open, kind| told += &format!("{open:?} {kind:?}"));
    for seen in &host.seen {
        told += &format!("{:?} {} {}\n", seen.event, seen.name, seen.detail);
    }
    told
}

/// The text, were it to tell a secret.
#[track_caller]
fn quiet(told: &str) {
    if let Some(at) = told.find(MARK) {
        let from = told[..at].char_indices().rev().nth(80).map_or(0, |(at, _)| at);
        panic!("a secret is told behind: {}", &told[from..at]);
    }
}

fn all_of(directory: &Path) -> String {
    let files = std::fs::read_dir(directory).expect("a directory").flatten();
    let texts = files.filter(|file| !file.file_name().to_string_lossy().starts_with("http-"));
    texts.map(|file| String::from_utf8_lossy(&std::fs::read(file.path()).unwrap_or_default()).into_owned()).collect()
}

/// A server that refuses, then one that takes the connection, says what `script` says, and is lost.
fn conversation(
    configure: impl FnOnce(&mut Config),
    profile: ProfileKind,
    script: impl FnOnce(&mut Peer) + Send + 'static,
) {
    let scratch = Scratch::new();
    let (listener, url) = listen();
    let server = std::thread::spawn(move || {
        for answer in ["401 Unauthorized", "302 Found", "500 Oops"] {
            let mut refusing = accept(&listener);
            assert!(request(&mut refusing).contains(MARK), "the server did get the secrets");
            let words =
                format!("HTTP/1.1 {answer}\r\nX-Told: {}\r\nLocation: ws://{}\r\n\r\n", secret("x"), secret("y"));
            refusing.write_all(words.as_bytes()).expect("it is taken");
        }
        let mut peer = Peer::accept(&listener);
        script(&mut peer);
    });
    let mut config = confided(&url, profile, &scratch);
    config.reconnect_delays_ms = vec![1];
    configure(&mut config);
    quiet(&format!("{config:?}"));
    let mut host = Host::open(config);
    host.link.set_readiness(Readiness::Ready, "ready");
    for _ in 0..3 {
        host.next(EventKind::ConnectFailed);
        host.link.connect().expect("an order");
    }
    host.until("the end", |host| host.count(EventKind::Opened) > 0 && host.ended() > 0);
    host.until("a state file", |_| scratch.file().exists());
    server.join().expect("the server");
    quiet(&asked(&host));
    quiet(&all_of(scratch.path()));
    quiet(&format!("{:?}", host.link.close(Duration::from_secs(5))));
    host.frame();
    quiet(&asked(&host));
    quiet(&all_of(scratch.path()));
    assert!(host.count(EventKind::Log) > 0, "something was logged");
    figures::held("conversations searched for secrets", 1);
}

#[test]
fn in_raw() {
    conversation(
        |_| {},
        ProfileKind::Raw,
        |peer| {
            peer.send(TEXT, b"hello");
            peer.send(0xf, b"no opcode");
            while peer.read().is_some() {}
        },
    );
}

#[test]
fn in_json_rpc() {
    let resume = format!(
        r#"{{"jsonrpc":"2.0","id":0,"method":"session/resume","params":{{"resume_token":"{}"}}}}"#,
        secret("resume")
    );
    let hello = format!(r#"{{"messages":[{resume}],"methods":["known"]}}"#);
    conversation(
        move |config| config.hello = Some(hello),
        ProfileKind::JsonRpc,
        move |peer| {
            assert!(peer.json().expect("the first message").to_string().contains(MARK));
            peer.text(&resume[..resume.len() - 3]);
            peer.text(&resume.replace("session/resume", "known"));
            peer.text(r#"{"jsonrpc":"2.0","id":9,"method":"unknown"}"#);
            peer.json();
            peer.send(CLOSE, &close_payload(1011, b"gone"));
        },
    );
}

#[test]
fn in_godot_ai_with_a_token() {
    let token = |config: &mut Config| {
        config.protocol = 1;
        config.token = Some(secret("token"));
    };
    conversation(token, ProfileKind::GodotAi, |peer| {
        assert_eq!(peer.greet()["auth_token"], secret("token"));
        peer.text("{\"broken\":");
        peer.command("one");
        peer.send(CLOSE, &close_payload(4003, b"no"));
    });
}

#[test]
fn in_godot_ai_with_a_capability() {
    conversation(|config| config.token = Some(capability()), ProfileKind::GodotAi, wrong_challenge);
}

/// The record as a server leaves it, with the capabilities of both its sides.
#[test]
fn in_godot_ai_with_a_record() {
    let directory = Scratch::new();
    let record = directory.path().join("http-2.json");
    let other = capability().replace("9f31", "0000");
    let text = format!(
        r#"{{"version":1,"http":"{other}","websocket":"{}","instance_nonce":"{}"}}"#,
        capability(),
        "0".repeat(32)
    );
    let mut file = private(&record);
    file.write_all(text.as_bytes()).expect("it is written");
    let path = record.clone();
    conversation(move |config| config.capability_file = Some(path), ProfileKind::GodotAi, wrong_challenge);
}

/// A server that was there first and does not know the capability: it learns neither that nor who the editor is.
fn wrong_challenge(peer: &mut Peer) {
    let first = peer.json().expect("the first frame");
    let challenge = serde_json::json!({
        "type": "auth_challenge",
        "protocol_version": 2,
        "client_nonce": first["client_nonce"],
        "server_nonce": "ab".repeat(32),
        "server_version": "4.3.1",
        "server_proof": "cd".repeat(32),
    });
    peer.text(&challenge.to_string());
    let mut said = first.to_string();
    let mut code = None;
    while let Some((opcode, payload)) = peer.read() {
        code =
            (opcode == CLOSE).then(|| payload.first_chunk().map(|code| u16::from_be_bytes(*code))).flatten().or(code);
        said += &String::from_utf8_lossy(&payload);
    }
    assert_eq!(code, Some(4003), "it is told that it proved nothing");
    quiet(&said);
}

#[test]
fn in_unity_mcp() {
    conversation(
        |config| config.hello = Some(r#"{"project_hash":"0123456789abcdef"}"#.into()),
        ProfileKind::UnityMcp,
        |peer| {
            peer.text(r#"{"type":"welcome"}"#);
            peer.text("no json");
            peer.read();
            peer.send(CLOSE, &close_payload(4401, b"who are you"));
        },
    );
}

/// What is refused is refused without being repeated.
#[test]
fn in_no_error_of_a_configuration() {
    let scratch = Scratch::new();
    let good = || confided("ws://127.0.0.1:9/", ProfileKind::GodotAi, &scratch);
    let broken = |what: &str| format!("{}\r\n{what}", secret(what));
    type Break = Box<dyn Fn(&mut Config)>;
    let cases: [(&str, Break); 10] = [
        ("name", Box::new(move |config| config.name = broken("name"))),
        ("url", Box::new(move |config| config.url = format!("ws://127.0.0.1:9/{}", broken("url")))),
        ("url", Box::new(|config| config.url = format!("ws://user:{}@127.0.0.1:9/", secret("password")))),
        ("url", Box::new(|config| config.url = format!("ws://127.0.0.1:{}/", secret("port")))),
        ("headers", Box::new(move |config| config.headers.push(("X-Key".into(), broken("header"))))),
        ("headers", Box::new(|config| config.headers.push((format!("{} :", secret("header")), "x".into())))),
        ("subprotocol", Box::new(|config| config.subprotocol = Some(format!("bearer, {}", secret("subprotocol"))))),
        ("token", Box::new(move |config| config.token = Some(broken("token")))),
        ("hello", Box::new(|config| config.hello = Some(format!(r#"{{"auth_token":"{}"}}"#, secret("hello"))))),
        ("hello", Box::new(|config| config.hello = Some(format!(r#"{{"godot_version":"{}"#, secret("hello"))))),
    ];
    let count = cases.len();
    for (field, break_it) in cases {
        let mut config = good();
        break_it(&mut config);
        let error = framewire::link::Link::open(config).expect_err(field);
        assert_eq!(error.field, Some(field), "{}", error.text);
        quiet(&format!("{error:?}"));
    }
    let host = Host::open(Config { start_disconnected: true, ..good() });
    let url = format!("ws://127.0.0.1:9/{}", broken("url"));
    quiet(&format!("{:?}", host.link.set_endpoint(Some(&url), None).expect_err("a broken url")));
    quiet(&format!("{:?}", host.link.set_endpoint(None, Some(&broken("token"))).expect_err("a broken token")));
    quiet(&format!(
        "{:?}",
        host.link.set_hello(&format!(r#"{{"x":"{}"}}"#, secret("hello"))).expect_err("a bad hello")
    ));
    let again = Config { name: good().name, ..good() };
    quiet(&format!("{again:?}"));
    host.close();
    figures::held("refused configurations searched for secrets", count + 3);
}

fn private(path: &Path) -> std::fs::File {
    let mut options = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(path).expect("a new file")
}
