use super::capability::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn record(version: &str, http: &str, websocket: &str, nonce: &str) -> String {
    format!(r#"{{"version": {version}, "http": {http}, "websocket": {websocket}, "instance_nonce": {nonce}}}"#)
}

fn good() -> [String; 4] {
    ["1".into(), format!("\"{}\"", "H".repeat(43)), format!("\"{SECRET}\""), format!("\"{}\"", "9f".repeat(16))]
}

#[test]
fn a_good_record_yields_the_capability_of_the_websocket() {
    let [version, http, websocket, nonce] = good();
    let text = format!("{}\n", record(&version, &http, &websocket, &nonce));
    let capability = parse_capability_record(text.as_bytes(), "the record /r").unwrap();
    assert_eq!(capability.token(), SECRET);
    assert_eq!(capability.origin, "the record /r");
}

#[test]
fn every_fault_of_a_record_is_refused_without_showing_it() {
    let same = format!("\"{SECRET}\"");
    let faults: [(usize, &str); 16] = [
        (0, "2"),
        (0, "1.0"),
        (0, "\"1\""),
        (0, "true"),
        (1, "7"),
        (1, "\"short\""),
        (1, &same),
        (1, "\"thirty two characters with blanks\""),
        (2, "\"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\""),
        (2, "null"),
        (2, "\"0123456789abcdef\""),
        (2, "\"z123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\""),
        (2, "[\"0123456789abcdef\"]"),
        (3, "32"),
        (3, "\"9f\""),
        (3, "\"zf9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f\""),
    ];
    for (place, value) in faults {
        let mut fields = good();
        fields[place] = value.into();
        let [version, http, websocket, nonce] = fields;
        refused(record(&version, &http, &websocket, &nonce).as_bytes());
    }
}

#[test]
fn every_broken_record_is_refused_without_showing_it() {
    let [version, http, websocket, nonce] = good();
    let whole = record(&version, &http, &websocket, &nonce);
    for cut in 0..whole.len() {
        refused(&whole.as_bytes()[..cut]);
    }
    refused(whole.replace("\"http\"", "\"other\"").as_bytes());
    refused(whole.replace("{\"version\"", "{\"extra\": 1, \"version\"").as_bytes());
    refused(whole.replace("{\"version\"", "{\"version\": 1, \"version\"").as_bytes());
    refused(format!("{whole}{}", " ".repeat(1025 - whole.len())).as_bytes());
    refused(format!("{whole}x").as_bytes());
    refused(format!("[{whole}]").as_bytes());
    refused(format!("\u{feff}{whole}").as_bytes());
    refused(&[whole.as_bytes(), b"\xff"].concat());
    assert!(parse_capability_record(format!("{whole}{}", " ".repeat(1024 - whole.len())).as_bytes(), "r").is_ok());
}

fn refused(record: &[u8]) {
    let text = parse_capability_record(record, "the record /r").expect_err("must be refused");
    assert!(text.contains("the record /r") && text.contains("restart the server"), "{text}");
    assert!(!text.contains("0123456789abcdef"), "shows the secret: {text}");
}

#[test]
fn tokens_are_bounded_and_never_shown() {
    for bad in ["", "two words", "line\n", "zoë", &"x".repeat(129)] {
        let text = Capability::new(bad, "the config").expect_err(bad);
        assert!(bad.is_empty() || !text.contains(bad), "{text}");
    }
    let token = Capability::new("x".repeat(128), "the config").unwrap();
    assert!(token.key().is_none());
    let capability = Capability::new(SECRET, "the config").unwrap();
    assert_eq!(capability.key().map(|key| key.to_vec()), Some(SECRET.as_bytes().to_vec()));
    assert_eq!(format!("{capability:?}"), "Capability { origin: \"the config\", .. }");
}
