//! Lines and what they mean.

use super::*;

fn call_of(line: &str) -> Call {
    match Line::parse(line) {
        Ok(Line::Call(call)) => call,
        other => panic!("no call: {other:?}"),
    }
}

#[test]
fn a_command_has_a_name_and_parameters() {
    let call = call_of("  add {\"a\": 1, \"b\": 2.50}  ");
    assert_eq!((call.command.as_str(), call.params.get()), ("add", "{\"a\": 1, \"b\": 2.50}"));
    assert_eq!(call_of("ping").params.get(), "{}");
    assert_eq!(call_of("@game@1a add {}").editor.as_deref(), Some("game@1a"));
}

#[test]
fn a_call_may_be_called_so() {
    let call = call_of("@peer call editor/open [1]");
    assert_eq!(
        (call.editor.as_deref(), call.command.as_str(), call.params.get()),
        (Some("peer"), "editor/open", "[1]")
    );
    assert_eq!(call_of("call fly").command, "fly");
    // A command of that name stays one.
    assert_eq!(call_of("call {\"a\":1}").command, "call");
    assert_eq!(call_of("call").command, "call");
}

#[test]
fn notifications_and_raw_text() {
    let notify = Line::parse(".notify told {}").unwrap();
    assert!(matches!(notify, Line::Notify(call) if call.command == "told"));
    let notify = Line::parse(r#"{"do":"notify","command":"told"}"#).unwrap();
    assert!(matches!(notify, Line::Notify(call) if call.params.get() == "{}"));
    let raw = Line::parse("@peer .raw {not  JSON").unwrap();
    assert!(matches!(raw, Line::Raw { editor: Some(_), text } if text == "{not  JSON"));
    assert!(Line::parse(".raw").is_err());
}

#[test]
fn a_json_line_says_the_same() {
    let call = call_of(r#"{"command":"add","params":{"a":1},"editor":"game","tag":[7]}"#);
    assert_eq!((call.command.as_str(), call.params.get()), ("add", r#"{"a":1}"#));
    assert_eq!((call.editor.as_deref(), call.tag.unwrap().get()), (Some("game"), "[7]"));
    assert_eq!(call_of(r#"{"command":"add"}"#).params.get(), "{}");
    let flood = Line::parse(r#"{"do":"flood","count":5,"in_flight":2,"command":"add"}"#);
    assert!(matches!(flood, Ok(Line::Flood { count: 5, in_flight: 2, .. })));
    assert!(matches!(Line::parse(r#"{"do":"wait_editors","count":2}"#), Ok(Line::WaitForEditors(2))));
}

#[test]
fn dotted_words_are_the_servers_own() {
    let flood = Line::parse("@g .flood 20000 1000 echo {\"x\":1}").unwrap();
    let Line::Flood { count: 20_000, in_flight: 1000, call } = flood else { panic!("{flood:?}") };
    assert_eq!((call.editor.as_deref(), call.command.as_str()), (Some("g"), "echo"));
    assert!(matches!(Line::parse(".wait"), Ok(Line::WaitForAnswers)));
    assert!(matches!(Line::parse(".wait editors 2"), Ok(Line::WaitForEditors(2))));
    assert!(matches!(Line::parse(".close"), Ok(Line::Close { code: 1000, .. })));
    let close = Line::parse(".close 4005 come back later").unwrap();
    assert!(matches!(close, Line::Close { code: 4005, reason, .. } if reason == "come back later"));
    assert!(matches!(Line::parse(""), Ok(Line::Nothing)));
}

#[test]
fn what_is_not_understood_says_what_is() {
    for (line, hint) in [
        (".flod 1 1 a", ".help"),
        (".wait editors many", "COUNT"),
        (".flood 1 x a", "IN_FLIGHT"),
        (".flood 0 1 a", "COUNT of 1"),
        (".close 1006", "4999"),
        ("add 7", "JSON object"),
        ("add {", "no JSON"),
        ("@game", "NAME"),
        (r#"{"comand":"add"}"#, "comand"),
        (r#"{"do":"flood","command":"a"}"#, "count"),
    ] {
        let error = Line::parse(line).unwrap_err();
        assert!(error.contains(hint), "{line}: {error}");
    }
}
