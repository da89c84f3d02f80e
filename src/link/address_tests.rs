//! Tests of urls and of the policy.

use super::*;

fn parse(url: &str) -> Endpoint {
    Endpoint::parse(url).unwrap_or_else(|why| panic!("{url}: {why}"))
}

#[test]
fn urls_are_taken_apart() {
    let cases = [
        ("ws://127.0.0.1:9500", false, "127.0.0.1:9500", "/", "127.0.0.1:9500"),
        ("wss://Tools.Example", true, "tools.example:443", "/", "tools.example"),
        ("ws://localhost:80/a/b?c=d&e", false, "localhost:80", "/a/b?c=d&e", "localhost"),
        ("ws://[::1]:9500/x", false, "[::1]:9500", "/x", "[::1]:9500"),
        ("WS://a_b-c.d:1?q", false, "a_b-c.d:1", "/?q", "a_b-c.d:1"),
        ("ws://h:65535/%20", false, "h:65535", "/%20", "h:65535"),
    ];
    for (url, secure, shown, path, host) in cases {
        let endpoint = parse(url);
        assert_eq!(endpoint.secure, secure, "{url}");
        assert_eq!(endpoint.to_string(), shown, "{url}");
        assert_eq!(endpoint.path, path, "{url}");
        assert_eq!(endpoint.host_header(), host, "{url}");
    }
}

#[test]
fn bad_urls_are_refused_and_not_repeated() {
    let bad = [
        "",
        "hidden",
        "ws://",
        "ws:///hidden",
        "http://hidden:1",
        "https://hidden",
        "ftp://hidden:1",
        "//hidden:1",
        "ws://hidden:0",
        "ws://hidden:65536",
        "ws://hidden:",
        "ws://hidden:x",
        "ws://hidden:+1",
        "ws://hidden:99999999999",
        "ws://user:hidden@host:1",
        "ws://hidden@host:1",
        "ws://host:1/#hidden",
        "ws://host:1/a#hidden",
        "ws://ho st:1/hidden",
        "ws://host:1/hidden\r\nOrigin: x",
        "ws://host:1/\u{0}hidden",
        "ws://höst:1/hidden",
        "ws://[::1:1/hidden",
        "ws://[fe80::1%25eth0]:1/hidden",
        "ws://[127.0.0.1]:1/hidden",
        "ws://[::1]hidden:1",
        "ws://.hidden:1",
        "ws://ho%73t:1/hidden",
        "ws:host:1/hidden",
        "ws://host:1/\u{7f}hidden",
        "ws://host:1/\u{2028}hidden",
        "ws://host:1/hidden-ä",
        "ws://host:1/?hidden=ä",
    ];
    for url in bad {
        let why = Endpoint::parse(url).expect_err(url);
        assert!(!why.contains("hidden"), "{url:?}: {why}");
        assert!(why.contains(':'), "no advice for {url:?}: {why}");
    }
    assert!(Endpoint::parse(&format!("ws://h:1/{}", "x".repeat(URL_BYTES))).is_err());
}

#[test]
fn nothing_of_a_path_is_shown() {
    let endpoint = parse("ws://host:1/hidden?token=hidden");
    assert!(!format!("{endpoint} {endpoint:?}").contains("hidden"));
}

#[test]
fn localhost_and_literals_need_no_lookup() {
    let known =
        |url: &str| parse(url).known_addresses().map(|list| list.iter().map(ToString::to_string).collect::<Vec<_>>());
    for url in ["ws://localhost:7", "ws://LOCALHOST:7", "ws://localhost.:7"] {
        assert_eq!(known(url).unwrap(), ["127.0.0.1:7", "[::1]:7"], "{url}");
    }
    assert_eq!(known("ws://[::1]:7").unwrap(), ["[::1]:7"]);
    assert_eq!(known("ws://10.0.0.1:7").unwrap(), ["10.0.0.1:7"]);
    for url in ["ws://localhost.example:7", "ws://xlocalhost:7", "ws://127.1:7", "ws://2130706433:7"] {
        assert_eq!(known(url), None, "{url}");
    }
}

#[test]
fn only_loopback_unless_asked() {
    let closed = Policy::default();
    let remote = Policy { allow_remote: true, ..closed };
    let insecure = Policy { allow_insecure_remote: true, ..closed };
    let both = Policy { allow_remote: true, allow_insecure_remote: true };
    for ip in ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"] {
        for policy in [closed, remote, insecure, both] {
            for secure in [false, true] {
                assert!(policy.permits(ip.parse().unwrap(), secure), "{ip} {policy:?} {secure}");
            }
        }
    }
    for ip in [
        "0.0.0.0",
        "::",
        "10.0.0.1",
        "169.254.1.1",
        "192.0.2.1",
        "fe80::1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "2001:db8::1",
        "224.0.0.1",
    ] {
        let allowed = |policy: Policy, secure| policy.permits(ip.parse().unwrap(), secure);
        assert_eq!([allowed(closed, false), allowed(closed, true)], [false, false], "{ip}");
        assert_eq!([allowed(remote, false), allowed(remote, true)], [false, true], "{ip}");
        assert_eq!([allowed(insecure, false), allowed(insecure, true)], [true, true], "{ip}");
        assert_eq!([allowed(both, false), allowed(both, true)], [true, true], "{ip}");
    }
}

#[test]
fn a_name_keeps_only_what_is_permitted_once_and_in_order() {
    let endpoint = parse("ws://tools.example:7");
    let addresses: Vec<SocketAddr> =
        ["10.0.0.1:7", "[::1]:7", "127.0.0.1:7", "[::1]:7"].iter().map(|text| text.parse().unwrap()).collect();
    let permitted = endpoint.permitted(&addresses, Policy::default()).unwrap();
    assert_eq!(permitted, [addresses[1], addresses[2]]);
    let refused = endpoint.permitted(&addresses[..1], Policy::default()).unwrap_err();
    assert!(refused.contains("tools.example (10.0.0.1)") && refused.contains("allow_remote"), "{refused}");
    let clear = Policy { allow_remote: true, ..Policy::default() };
    assert!(endpoint.permitted(&addresses[..1], clear).unwrap_err().contains("wss://"));
    assert!(endpoint.permitted(&[], clear).is_err());
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_parser(url in "(ws|wss|http)?(://)?\\PC{0,40}", raw in ".*") {
        for url in [url, raw] {
            if let Ok(endpoint) = Endpoint::parse(&url) {
                assert!(endpoint.port != 0 && endpoint.path.starts_with('/'));
                assert!(!endpoint.host_header().is_empty());
                let again = format!("{}://{endpoint}{}", if endpoint.secure { "wss" } else { "ws" }, endpoint.path);
                assert_eq!(Endpoint::parse(&again), Ok(endpoint), "{url}");
            }
        }
    }
}
