//! Reports as people read them: time, editor, a mark, and what happened.

use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Duration;

use super::ending::{Ending, Side};
use super::flood::FloodReport;
use super::identity::Identity;
use super::report::{Body, EditorRow, GivenUp, Report, Status, Unmatched};

/// Writes one report as one line, or a few where it is a table.
pub fn write(out: &mut impl Write, time: Duration, report: &Report) -> io::Result<()> {
    let mut line = |who: &str, mark: &str, text: &str| {
        writeln!(out, "{:>9.3}  {:<20}  {mark} {}", time.as_secs_f64(), plain(who), plain(text))
    };
    match report {
        Report::Listening { url, .. } => {
            writeln!(out, "Listening on {url}. Point a plugin at it; .help lists what to type here.")
        }
        Report::Connected { connection, peer } => line(&number(*connection), "+", &format!("connected from {peer}")),
        Report::Acknowledged { connection, identity } => {
            line(identity.session_id(), "+", &acknowledged(*connection, identity))
        }
        Report::Gone { connection, session_id, ending, lost } => {
            let who = session_id.map_or_else(|| Cow::Owned(number(*connection)), Cow::Borrowed);
            line(&who, "-", &gone(ending, *lost))
        }
        Report::Event { session_id, name, data } => line(session_id, "!", &format!("{name} {}", body(data))),
        Report::Tools { session_id, names, .. } => {
            line(session_id, "!", &format!("register_tools: {} ({})", names.len(), names.join(", ")))
        }
        Report::Called { session_id, method, refused, data } => {
            let answer = match refused {
                None => "answered".to_owned(),
                Some(code) => format!("refused with {code}"),
            };
            line(session_id, "!", &format!("calls {method}, {answer}: {}", body(data)))
        }
        Report::Sent { session_id, command, .. } => line(session_id, ">", command),
        Report::Answer { session_id, command, status, data, error, elapsed_ms, bytes, .. } => {
            let outcome = match (status, error) {
                (Status::Error, Some(error)) => {
                    let data = error.data.as_deref().map_or("", |data| data.get());
                    format!("error {}: {} {data}", error.code, error.message)
                }
                _ => format!("ok {}", body(data)),
            };
            line(session_id, "<", &format!("{command} {elapsed_ms:.1} ms, {bytes} bytes: {}", outcome.trim_end()))
        }
        Report::Lost { session_id, command, why, elapsed_ms, .. } => {
            let why = match why {
                GivenUp::EditorGone => "the editor is gone",
                GivenUp::Superseded => "another editor of this project has taken its place",
                GivenUp::TimedOut => "no answer in time (--command-timeout)",
            };
            line(session_id, "x", &format!("{command} is lost after {elapsed_ms:.1} ms: {why}"))
        }
        Report::Unmatched { session_id, request_id, why } => {
            let why = match why {
                Unmatched::Doubled => "a second answer",
                Unmatched::Late => "an answer that came too late",
                Unmatched::Unknown => "an answer to nothing",
            };
            line(session_id, "?", &format!("{why}, request_id {request_id}"))
        }
        Report::Malformed { session_id, why } => line(session_id, "?", &format!("a message is skipped: {why}")),
        Report::Flood { report } => flood(report).iter().try_for_each(|text| line(&report.session_id, "=", text)),
        Report::Waited => line("", ".", "waited"),
        Report::Editors { editors } => table(out, editors),
        Report::Stats { connections, malformed, open, totals } => {
            let of_commands = format!(
                "connections {connections}; commands {}: {} answered, {open} open, {} lost, {} timed out",
                totals.sent, totals.answered, totals.lost, totals.timed_out
            );
            let of_answers = format!(
                "answers {} doubled, {} late, {} unknown; malformed messages {malformed}",
                totals.doubled, totals.late, totals.unknown
            );
            line("", "=", &of_commands)?;
            line("", "=", &of_answers)
        }
        Report::Help { text } => writeln!(out, "{text}"),
        Report::Error { message } => line("", "?", message),
    }
}

/// Text of a peer without what a terminal would obey.
fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect::<String>().into()
    } else {
        text.into()
    }
}

fn acknowledged(connection: u64, identity: &Identity) -> String {
    let mut text = format!("acknowledged ({}): {}", number(connection), identity.program());
    for part in [identity.readiness().unwrap_or(""), &identity.project()] {
        if !part.is_empty() {
            text = format!("{text}, {part}");
        }
    }
    text
}

fn number(connection: u64) -> String {
    format!("#{connection}")
}

fn body(body: &Body) -> Cow<'_, str> {
    match (&body.data, body.data_omitted_bytes) {
        (Some(data), _) => data.get().into(),
        (None, Some(bytes)) => format!("({bytes} bytes of data)").into(),
        (None, None) => "".into(),
    }
}

fn gone(ending: &Ending, lost: usize) -> String {
    let mut text = match (ending.closed_by, ending.code) {
        (Side::Nobody, _) => "gone".to_owned(),
        (Side::Editor, Some(code)) => format!("gone: the editor closed with {code}"),
        (Side::Editor, None) => "gone: the editor closed without a code".to_owned(),
        (Side::Server, code) => format!("gone: closed with {}", code.unwrap_or_default()),
    };
    for part in [&ending.reason, &ending.why] {
        if !part.is_empty() {
            text = format!("{text}, {part}");
        }
    }
    if lost > 0 { format!("{text}; {lost} commands are lost") } else { text }
}

/// A flood's account, line by line.
fn flood(report: &FloodReport) -> Vec<String> {
    let latency = &report.latency_us;
    let mut lines = vec![format!(
        "{} flooded: {} of {} sent, at most {} in flight; {} ok, {} errors, {} lost, {} timed out, {} doubled",
        report.command,
        report.sent,
        report.count,
        report.in_flight,
        report.ok,
        report.errors.values().sum::<u64>(),
        report.lost,
        report.timed_out,
        report.doubled
    )];
    lines.extend(report.errors.iter().map(|(code, count)| format!("{count} times {code}")));
    lines.push(format!(
        "{:.0} ms, {:.0} a second; latency p50 {} us, p99 {} us, worst {} us",
        report.elapsed_ms, report.per_second, latency.p50, latency.p99, latency.worst
    ));
    lines
}

fn table(out: &mut impl Write, editors: &[EditorRow]) -> io::Result<()> {
    if editors.is_empty() {
        return writeln!(out, "no editor is connected");
    }
    writeln!(out, "    {:<24}{:<12}{:>6}  {:<30}project", "session", "readiness", "open", "editor")?;
    for editor in editors {
        writeln!(
            out,
            "{}   {:<24}{:<12}{:>6}  {:<30}{}",
            if editor.first { '*' } else { ' ' },
            editor.identity.session_id(),
            plain(editor.identity.readiness().unwrap_or("-")),
            editor.open,
            plain(&editor.identity.program()),
            plain(&editor.identity.project())
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(report: &Report) -> String {
        let mut out = Vec::new();
        write(&mut out, Duration::from_millis(1250), report).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_has_time_editor_mark_and_text() {
        let sent = Report::Sent { session_id: "game@1a2b", request_id: "0", command: "add", tag: None };
        assert_eq!(text(&sent), "    1.250  game@1a2b             > add\n");
    }

    #[test]
    fn an_editor_is_introduced_in_the_words_of_its_profile() {
        let register = serde_json::from_str(r#"{"project_name":"Mine","unity_version":"6000.0.1f1"}"#).unwrap();
        let registration = crate::serve::unity_mcp::register::Registration::new("s", "ab12", &register);
        let identity = Identity::UnityMcp(registration);
        let line = text(&Report::Acknowledged { connection: 3, identity: &identity });
        assert!(line.ends_with("+ acknowledged (#3): Unity 6000.0.1f1, Mine (ab12)\n"), "{line}");
    }

    #[test]
    fn a_call_of_the_editor_tells_its_answer() {
        let data = || Body { data: None, data_omitted_bytes: None };
        let called = |refused| Report::Called { session_id: "peer-1", method: "fly", refused, data: data() };
        assert!(text(&called(Some(-32601))).contains("calls fly, refused with -32601"));
        assert!(text(&called(None)).contains("calls fly, answered"));
    }

    #[test]
    fn a_peer_cannot_steer_the_terminal() {
        let report = Report::Malformed { session_id: "s", why: "\u{1b}[2J\nfake line" };
        assert!(!text(&report).trim_end().contains(['\u{1b}', '\n']));
    }

    #[test]
    fn an_end_names_its_code_and_what_was_lost() {
        let ending = Ending {
            code: Some(1009),
            reason: "message too big".to_owned(),
            closed_by: Side::Server,
            clean: false,
            why: String::new(),
        };
        let report = Report::Gone { connection: 7, session_id: None, ending: &ending, lost: 2 };
        assert!(text(&report).contains("#7"));
        assert!(text(&report).ends_with("closed with 1009, message too big; 2 commands are lost\n"));
    }
}
