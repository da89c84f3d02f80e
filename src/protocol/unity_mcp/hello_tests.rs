use super::hello::Hello;

const HASH: &str = r#""project_hash":"0a1b""#;

#[test]
fn a_project_without_a_hash_is_told_which_to_take() {
    for text in [
        "{}",
        r#"{"project_name":"demo"}"#,
        r#"{"project_hash":""}"#,
        r#"{"project_hash":7}"#,
        r#"{"project_hash":null}"#,
        r#"{"project_hash":"demo@0a1b"}"#,
        r#"{"project_hash":"0a 1b"}"#,
        &format!(r#"{{"project_hash":"{}"}}"#, "a".repeat(129)),
    ] {
        let error = Hello::parse(text).expect_err(text);
        assert!(error.contains("hello.project_hash") && error.contains("Assets"), "{text}: {error}");
    }
}

#[test]
fn absent_fields_are_left_to_the_server() {
    let hello = Hello::parse(&format!(" {{{HASH}}} ")).unwrap();
    assert_eq!((hello.project_hash.as_str(), hello.project_name, hello.unity_version), ("0a1b", None, None));
    assert_eq!((hello.project_path, hello.tools), (None, None));
}

#[test]
fn every_wrong_field_is_named() {
    let long = |length: usize| format!("\"{}\"", "x".repeat(length));
    for (field, value) in [
        ("project_name", "\"\"".to_owned()),
        ("project_name", long(257)),
        ("unity_version", "6000.1".into()),
        ("unity_version", long(65)),
        ("project_path", "null".into()),
        ("project_path", long(4097)),
        ("project_path", "\"\\ud800\"".into()),
        ("tools", "null".into()),
        ("tools", "{}".into()),
        ("tools", "[{\"name\":\"a\"},{\"name\":\"\"}]".into()),
        ("tools", "[{\"description\":\"nameless\"}]".into()),
        ("tools", "[[\"name\"]]".into()),
        ("tools", "[1]".into()),
    ] {
        let error = Hello::parse(&format!("{{{HASH},\"{field}\": {value}}}")).expect_err(field);
        assert!(error.starts_with(&format!("hello.{field}")) && error.contains("must be"), "{value}: {error}");
    }
    let place = Hello::parse(&format!("{{{HASH},\"tools\":[{{\"name\":\"a\"}},{{}}]}}")).expect_err("nameless");
    assert!(place.contains("hello.tools[1]"), "{place}");
    for (text, expected) in [
        (r#"{"project_hash":"a","hash":"b"}"#, "no field `hash`"),
        (r#"{"project_hash":"a","project_hash":"a"}"#, "hello.project_hash is given twice"),
        ("[]", "must be a JSON object"),
        ("{", "is no JSON"),
    ] {
        let error = Hello::parse(text).expect_err(text);
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn tools_are_kept_as_they_are_given() {
    let tools = r#"[ {"name" : "a", "n": 9007199254740993, "d":"\u00e9"} ]"#;
    let hello = Hello::parse(&format!("{{\"tools\":{tools},{HASH}}}")).unwrap();
    assert_eq!(hello.tools.as_deref(), Some(tools));
}
