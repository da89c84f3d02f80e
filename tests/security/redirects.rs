//! Servers that send a link elsewhere: it never goes.

use std::io::Write;
use std::net::TcpListener;

use framewire::link::Reconnect;
use framewire::session::event::{EventKind, Reason};

use crate::figures;
use crate::support::peer::{accept, listen, request};
use crate::support::secret::secret;
use crate::support::{Host, raw};

#[test]
fn no_redirect_is_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let place = elsewhere.local_addr().expect("it is bound");
    let targets = [
        format!("ws://{place}/"),
        format!("http://{place}/?{}", secret("location")),
        format!("//{place}/"),
        "/other".to_owned(),
        "wss://192.0.2.1/".to_owned(),
    ];
    let mut tried = 0;
    for status in [300, 301, 302, 303, 307, 308] {
        for target in &targets {
            let (listener, url) = listen();
            let answer = format!("HTTP/1.1 {status} Moved\r\nLocation: {target}\r\nRefresh: 0; url={target}\r\n\r\n");
            let server = std::thread::spawn(move || {
                // A second dial of the same address would be one, too.
                for _ in 0..2 {
                    let mut stream = accept(&listener);
                    request(&mut stream);
                    stream.write_all(answer.as_bytes()).expect("the answer is taken");
                }
            });
            let mut config = raw(&url);
            config.reconnect = Reconnect::Limited(1);
            config.reconnect_delays_ms = vec![1];
            config.headers = vec![("Authorization".into(), secret("header"))];
            let mut host = Host::open(config);
            for _ in 0..2 {
                let failure = host.next(EventKind::ConnectFailed);
                assert_eq!((failure.reason, failure.code), (Reason::NotWebSocket, status), "{}", failure.detail);
                assert!(failure.detail.contains("redirects, which is not followed"), "{}", failure.detail);
                assert!(!failure.detail.contains(&place.to_string()), "{}", failure.detail);
            }
            server.join().expect("it was dialled twice");
            host.close();
            tried += 1;
        }
    }
    elsewhere.set_nonblocking(true).expect("a listener");
    assert!(elsewhere.accept().is_err(), "nobody came");
    figures::held("redirects not followed", tried);
}
