//! Where a link may dial: this machine, however its name is written, and nowhere else unless asked.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, TcpListener, UdpSocket};

use framewire::link::{Config, ConfigErrorKind, Link, Reconnect};
use framewire::session::event::{EventKind, Reason};

use crate::figures;
use crate::support::peer::Peer;
use crate::support::secret::secret;
use crate::support::skip::skip;
use crate::support::{Host, Seen, raw};

/// How the only dial of `config` ends; `None` = it opened.
fn dialled(mut config: Config) -> Option<Seen> {
    config.reconnect = Reconnect::None;
    let mut host = Host::open(config);
    host.until("the dial ends", |host| host.count(EventKind::Opened) + host.count(EventKind::ConnectFailed) > 0);
    let failure = host.all(EventKind::ConnectFailed).next().cloned();
    host.close();
    failure
}

/// An IPv4 address of this machine that is not loopback, if it has one. Nothing is sent.
fn own_address() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(ip) if !ip.is_loopback() && !ip.is_unspecified() => Some(ip),
        _ => None,
    }
}

/// The ways to write an IPv4 address that a resolver may know.
fn spellings(ip: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = ip.octets();
    let whole = u32::from(ip);
    vec![
        ip.to_string(),
        format!("[::ffff:{ip}]"),
        format!("[::ffff:{:x}:{:x}]", whole >> 16, whole & 0xffff),
        whole.to_string(),
        format!("0x{whole:08x}"),
        format!("0{whole:o}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        format!("{a}.{}", whole & 0x00ff_ffff),
        format!("{a}.{b}.{}", whole & 0xffff),
        format!("{ip}."),
    ]
}

/// A listener that counts: whether anybody has come.
fn somebody_came(listener: &TcpListener) -> bool {
    listener.set_nonblocking(true).expect("a listener");
    match listener.accept() {
        Ok(_) => true,
        Err(error) if error.kind() == ErrorKind::WouldBlock => false,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn another_address_is_refused_however_it_is_written() {
    let Some(own) = own_address() else {
        return skip("this machine has no address but loopback: none could be dialled");
    };
    let listener = TcpListener::bind((own, 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let mut refused = 0;
    for host in spellings(own) {
        for (scheme, remote) in [("ws", false), ("wss", false), ("ws", true)] {
            let mut config = raw(&format!("{scheme}://{host}:{port}/?key={}", secret("query")));
            // Allows remote hosts by TLS alone.
            config.allow_remote = remote;
            config.headers = vec![("Authorization".into(), secret("header"))];
            let failure = dialled(config).unwrap_or_else(|| panic!("{scheme}://{host} was dialled"));
            // What the system's resolver does not take for an address is a name that nobody has.
            assert!(matches!(failure.reason, Reason::Policy | Reason::Resolve), "{host}: {}", failure.detail);
            if failure.reason == Reason::Policy {
                let advice = if scheme == "ws" { "allow_insecure_remote" } else { "allow_remote" };
                assert!(failure.detail.contains(advice), "{host}: {}", failure.detail);
            }
            refused += 1;
        }
        assert!(!somebody_came(&listener), "{host}");
    }
    figures::held("spellings of another host refused", refused);

    // The same port, asked for: what was refused above could have been dialled.
    listener.set_nonblocking(false).expect("a listener");
    let peer = std::thread::spawn(move || drop(Peer::accept(&listener)));
    let mut config = raw(&format!("ws://{own}:{port}/"));
    config.allow_insecure_remote = true;
    assert!(dialled(config).is_none(), "what is allowed is dialled");
    peer.join().expect("the peer");
}

#[test]
fn loopback_is_dialled_however_it_is_written() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    // It hangs up on everybody who comes.
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let mut taken = 0;
    let others = ["localhost", "LocalHost", "localhost."].map(str::to_owned);
    for host in spellings(Ipv4Addr::LOCALHOST).into_iter().chain(others) {
        let failure = dialled(raw(&format!("ws://{host}:{port}/"))).expect("the peer hangs up");
        // Not every resolver takes every spelling, and not every system speaks IPv6; refused by the policy is none.
        assert_ne!(failure.reason, Reason::Policy, "{host}: {}", failure.detail);
        taken += usize::from(failure.reason == Reason::ConnectionLost);
    }
    assert!(taken >= 4, "{taken}");
    figures::held("spellings of this machine dialled", taken);
}

#[test]
fn addresses_that_are_nearly_loopback_are_not() {
    let hosts = [
        "0.0.0.0",
        "0",
        "[::]",
        "[::127.0.0.1]",
        "[::ffff:0.0.0.0]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "128.0.0.1",
        "126.255.255.255",
        "169.254.169.254",
        "10.0.0.1",
        "255.255.255.255",
        "224.0.0.1",
    ];
    for host in hosts {
        let failure = dialled(raw(&format!("ws://{host}:9/"))).unwrap_or_else(|| panic!("{host} was dialled"));
        assert_eq!(failure.reason, Reason::Policy, "{host}: {}", failure.detail);
    }
    figures::held("addresses near loopback refused", hosts.len());
}

/// Whatever a reader of urls may take for the host: nothing but loopback may be dialled, or the url is refused.
#[test]
fn tricks_with_urls_lead_nowhere() {
    let tricks = [
        "ws://127.0.0.1@192.0.2.1:9/",
        "ws://localhost:9@192.0.2.1/",
        "ws://127.0.0.1:9\\@192.0.2.1/",
        "ws://192.0.2.1\\.localhost:9/",
        "ws://192.0.2.1%2f.localhost:9/",
        "ws://localhost%00.example:9/",
        "ws://127.0.0.1%09:9/",
        "ws://192.0.2.1#@127.0.0.1:9/",
        "ws://192.0.2.1?@127.0.0.1:9/",
        "ws://[::1]@192.0.2.1:9/",
        "ws://[::1].example:9/",
        "ws://[::ffff:127.0.0.1%25lo]:9/",
        "ws://127。0。0。1:9/",
        "ws://①②⑦.0.0.1:9/",
        "ws://192.0.2.1\u{0}.localhost:9/",
        "ws://192.0.2.1 localhost:9/",
        "ws://192.0.2.1\t:9/",
        "ws://192.0.2.1\r\nHost: localhost:9/",
        "ws:///127.0.0.1:9/",
        "ws:127.0.0.1:9/",
        "//127.0.0.1:9/",
        "file:///etc/passwd",
        "unix:///run/socket",
        "javascript://127.0.0.1/",
    ];
    for url in tricks {
        let mut config = raw(url);
        config.reconnect = Reconnect::None;
        match Link::open(config.clone()) {
            Err(error) => {
                assert_eq!(
                    (error.kind, error.field),
                    (ConfigErrorKind::Invalid, Some("url")),
                    "{url:?}: {}",
                    error.text
                );
            }
            Ok((link, _)) => {
                drop(link);
                config.name += "-again";
                let failure = dialled(config).unwrap_or_else(|| panic!("{url:?} was dialled"));
                assert!(matches!(failure.reason, Reason::Policy | Reason::Resolve), "{url:?}: {}", failure.detail);
            }
        }
    }
    figures::held("url tricks refused", tricks.len());
}

/// An endpoint that changes while the link lives is checked like the first one.
#[test]
fn a_new_endpoint_is_checked_again() {
    let (listener, url) = crate::support::peer::listen();
    let peer = std::thread::spawn(move || Peer::accept(&listener).close(1000, ""));
    let mut config = raw(&url);
    config.reconnect = Reconnect::None;
    let mut host = Host::open(config);
    host.next(EventKind::Closed);
    peer.join().expect("the peer");
    host.link.set_endpoint(Some("ws://192.0.2.1:9/"), None).expect("a good url");
    host.link.connect().expect("an order");
    let failure = host.next(EventKind::ConnectFailed);
    assert_eq!(failure.reason, Reason::Policy, "{}", failure.detail);
    host.close();
}
