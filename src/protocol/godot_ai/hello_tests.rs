use super::hello::*;

#[test]
fn slugs() {
    for (name, expected) in [
        ("My Game", "my-game"),
        ("zoë's  _ game!", "zo-s-game"),
        ("--A--", "a"),
        ("", "project"),
        ("日本", "project"),
        ("v1.2", "v1-2"),
    ] {
        assert_eq!(slug(name), expected, "{name}");
    }
    assert_eq!(slug(&"a".repeat(500)).len(), 111);
    assert_eq!(slug(&format!("{} b", "a".repeat(110))), "a".repeat(110));
}

#[test]
fn session_ids_name_the_project_folder() {
    let of = |path: &str| {
        let text = serde_json::json!({ "project_path": path }).to_string();
        Hello::parse(&text).unwrap().new_session_id([0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0xff])
    };
    assert_eq!(of("D:/zoë/my game/"), "my-game@00112233445566ff");
    assert_eq!(of("C:\\work\\Demo\\"), "demo@00112233445566ff");
    assert_eq!(of("/"), "project@00112233445566ff");
    let fixed = Hello::parse(r#"{"session_id": "mine@1"}"#).unwrap();
    assert_eq!(fixed.session_id.as_deref(), Some("mine@1"));
    assert_eq!(fixed.new_session_id([9; 8]), "unknown@0909090909090909", "for when the fixed one is taken");
}

#[test]
fn absent_fields_have_defaults() {
    let hello = Hello::parse(" {} ").unwrap();
    assert_eq!(
        (hello.godot_version.as_str(), hello.project_path.as_str(), hello.plugin_version.as_str()),
        ("unknown", "unknown", "unknown")
    );
    assert_eq!((hello.editor_pid, hello.server_launch_mode.as_str(), hello.session_id), (0, "unknown", None));
}

#[test]
fn every_wrong_field_is_named() {
    let long = |length: usize| format!("\"{}\"", "x".repeat(length));
    for (field, value) in [
        ("godot_version", "\"\"".to_owned()),
        ("godot_version", "4.7".into()),
        ("godot_version", long(65)),
        ("godot_version", "\"\\ud800\"".into()),
        ("project_path", long(4097)),
        ("project_path", "null".into()),
        ("plugin_version", long(65)),
        ("editor_pid", "1.0".into()),
        ("editor_pid", "\"1\"".into()),
        ("editor_pid", "-1".into()),
        ("editor_pid", "9223372036854775808".into()),
        ("editor_pid", "true".into()),
        ("server_launch_mode", "\"a b\"".into()),
        ("server_launch_mode", long(33)),
        ("session_id", "\"\"".into()),
        ("session_id", "\"a/b\"".into()),
        ("session_id", long(129)),
    ] {
        let error = Hello::parse(&format!("{{\"{field}\": {value}}}")).expect_err(field);
        assert!(error.contains(&format!("hello.{field} must be")), "{field} = {value}: {error}");
    }
    for (text, expected) in [
        ("{\"godot\": 1}", "no field `godot`"),
        ("{\"editor_pid\": 1, \"editor_pid\": 1}", "hello.editor_pid is given twice"),
        ("[]", "must be a JSON object"),
        ("{", "is no JSON"),
    ] {
        let error = Hello::parse(text).expect_err(text);
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn lengths_count_characters() {
    let text = serde_json::json!({ "godot_version": "ë".repeat(64), "project_path": "ë".repeat(4096) }).to_string();
    assert!(Hello::parse(&text).is_ok());
}
