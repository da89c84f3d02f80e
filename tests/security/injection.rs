//! What a caller hands on for the request and the hello: nothing of it may become a line, a header or a key of its own.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use framewire::link::{Config, Link, ProfileKind, Reconnect};
use framewire::session::event::EventKind;
use proptest::prelude::*;

use crate::figures;
use crate::support::peer::{Peer, accept, request};
use crate::support::secret::secret;
use crate::support::{Host, PATIENCE, godot, raw};

/// What ends a line or a text somewhere, or is taken for it.
const POISON: [&str; 14] = [
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\r\n\r\nGET / HTTP/1.1\r\n",
    "\n\n",
    "\u{b}",
    "\u{c}",
    "\u{85}",
    "\u{2028}",
    "\u{7f}",
    "\u{1b}",
    "ä",
    "\u{560d}\u{560a}",
];

/// A listener that gives the head of every request, byte for byte, and hangs up.
struct Heads {
    url: String,
    heads: Receiver<String>,
}

impl Heads {
    fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = crate::support::peer::url(listener.local_addr().expect("it is bound"));
        let (tell, heads) = channel();
        std::thread::spawn(move || while tell.send(request(&mut accept(&listener))).is_ok() {});
        Self { url, heads }
    }

    /// The head of the request that `config` makes; `None` if it is refused, with words that do not repeat it.
    fn of(&self, mut config: Config, field: &str) -> Option<String> {
        config.reconnect = Reconnect::None;
        match Link::open(config) {
            Err(error) => {
                assert_eq!(error.field, Some(field), "{}", error.text);
                let repeats = error.text.contains(&secret("")) || error.text.contains(char::is_control);
                assert!(!repeats && !error.text.is_empty(), "the words for `{field}` repeat it");
                None
            }
            Ok((link, _)) => {
                let head = self.heads.recv_timeout(PATIENCE).expect("a request");
                let _ = link.close(std::time::Duration::ZERO);
                Some(head)
            }
        }
    }
}

/// The request must be one line of method and path, the headers that are expected, each once, and an empty line.
fn is_whole(head: &str, more: &[&str]) {
    let body = head.strip_suffix("\r\n\r\n").expect("an end");
    assert!(!body.contains("\r\n\r\n"), "one request");
    assert!(
        body.replace("\r\n", "").chars().all(|c| c == '\t' || c.is_ascii_graphic() || c == ' '),
        "plain characters"
    );
    let mut lines = body.split("\r\n");
    let words: Vec<_> = lines.next().expect("a first line").split(' ').collect();
    assert!(matches!(words[..], ["GET", path, "HTTP/1.1"] if path.starts_with('/')), "{words:?}");
    let names: Vec<String> =
        lines.map(|line| line.split_once(": ").expect("a header").0.to_ascii_lowercase()).collect();
    let mut expected = vec!["host", "connection", "upgrade", "sec-websocket-version", "sec-websocket-key"];
    expected.extend(more);
    assert_eq!(names.iter().map(String::as_str).collect::<BTreeSet<_>>(), expected.iter().copied().collect());
    assert_eq!(names.len(), expected.len(), "each once");
}

#[test]
fn nothing_of_a_configuration_becomes_a_line_of_its_own() {
    let heads = Heads::listen();
    let (mut refused, mut sent) = (0, 0);
    for poison in POISON {
        let poisoned = [
            format!("{}{poison}X-Injected: 1", secret("v")),
            format!("{poison}{}", secret("v")),
            format!("{}{poison}", secret("v")),
        ];
        for value in poisoned {
            type Change = fn(&mut Config, &str);
            let fields: [(&str, &[&str], Change); 7] = [
                ("url", &[], |config, value| config.url += value),
                ("url", &[], |config, value| config.url += &format!("path?key={value}")),
                ("url", &[], |config, value| {
                    config.url = config.url.replace("127.0.0.1", &format!("127.0.0.1{value}"));
                }),
                ("headers", &["x-key"], |config, value| config.headers = vec![("X-Key".into(), value.into())]),
                ("headers", &[], |config, value| config.headers = vec![(value.into(), "1".into())]),
                ("headers", &[], |config, value| config.headers = vec![(format!("X-{value}"), "1".into())]),
                ("subprotocol", &["sec-websocket-protocol"], |config, value| config.subprotocol = Some(value.into())),
            ];
            for (field, more, change) in fields {
                let mut config = raw(&heads.url);
                change(&mut config, &value);
                match heads.of(config, field) {
                    None => refused += 1,
                    Some(head) => {
                        is_whole(&head, more);
                        sent += 1;
                    }
                }
            }
        }
    }
    // Blanks around a value are cut, as HTTP says; that is all that may pass.
    assert!(refused > 250 && sent < 30, "{refused} refused, {sent} sent");
    figures::held("poisoned fields refused or made harmless", refused + sent);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_text_breaks_the_request(
        path in "[ -~\\r\\n\\t\\x00äß%]{0,24}",
        name in "[A-Za-z :\\-\\r\\n_]{1,12}",
        value in "[ -~\\r\\n\\t\\x00\\x7fé]{0,24}",
        subprotocol in proptest::option::of("[A-Za-z0-9., \\r\\n/=-]{1,12}"),
    ) {
        let heads = Heads::listen();
        let mut config = raw(&format!("{}{path}", heads.url));
        config.reconnect = Reconnect::None;
        config.headers = vec![(name.clone(), value)];
        config.subprotocol.clone_from(&subprotocol);
        if let Ok((link, _)) = Link::open(config) {
            let head = heads.heads.recv_timeout(PATIENCE).expect("a request");
            let name = name.to_ascii_lowercase();
            let more: Vec<&str> = subprotocol.iter().map(|_| "sec-websocket-protocol").chain([name.as_str()]).collect();
            is_whole(&head, &more);
            let _ = link.close(std::time::Duration::ZERO);
        }
    }
}

/// A token of visible characters is one JSON text, whatever they are.
#[test]
fn a_token_stays_one_text_of_the_hello() {
    let tokens = [r#"","admin":true,"x":""#, r"\", r#"\""#, r"\u0000", "}{", "'--", "%0d%0a"];
    for token in tokens {
        let (url, peer) = crate::support::peer::serve(|mut peer: Peer| peer.greet());
        let mut config = godot(&url);
        config.token = Some(token.into());
        config.reconnect = Reconnect::None;
        let mut host = Host::open(config);
        host.next(EventKind::Acknowledged);
        let hello = peer.join().expect("the peer");
        assert_eq!(hello["auth_token"], token);
        assert!(hello.get("admin").is_none(), "{hello}");
        host.close();
    }
    for poison in POISON {
        for token in [format!("{}{poison}", secret("t")), format!("{poison}{}", secret("t"))] {
            let mut config = raw("ws://127.0.0.1:9/");
            config.profile = ProfileKind::GodotAi;
            config.token = Some(token);
            let error = Link::open(config).expect_err("no token");
            assert!(error.field == Some("token") && !error.text.contains(&secret("")), "the words repeat it");
        }
    }
    figures::held("poisoned tokens refused or made harmless", tokens.len() + 2 * POISON.len());
}

/// Names and texts of a hello arrive as they are, and end no message.
#[test]
fn a_hello_and_a_name_stay_texts() {
    for poison in POISON {
        let (url, peer) = crate::support::peer::serve(|mut peer: Peer| (peer.greet(), peer.json().expect("an event")));
        let path = format!("/project{poison}\",\"admin\":true");
        let mut config = godot(&url);
        config.hello = Some(serde_json::json!({ "project_path": path }).to_string());
        config.reconnect = Reconnect::None;
        let mut host = match Link::open(config) {
            // The servers refuse control characters, so they are refused before.
            Err(error) => {
                assert!(error.field == Some("hello") && !error.text.contains("admin"), "{}", error.text);
                // What the peer waits for is not tested then.
                drop(std::net::TcpStream::connect(url.trim_start_matches("ws://").trim_end_matches('/')));
                continue;
            }
            Ok((link, inbox)) => Host { link, inbox, seen: Vec::new(), given: Default::default() },
        };
        host.next(EventKind::Acknowledged);
        let name = format!("name{poison}\",\"admin\":true");
        host.link.notify(&name, b"{}").expect("it is open");
        let (hello, event) = peer.join().expect("the peer");
        assert_eq!(hello["project_path"], path);
        assert!(hello.get("admin").is_none() && event.get("admin").is_none(), "{hello} {event}");
        assert!(event.to_string().contains("name"), "{event}");
        host.close();
    }
}
