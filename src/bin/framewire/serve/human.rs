//! Reports as people read them: time, editor, a mark, and what happened.

use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Duration;

use super::ending::{Ending, Side};
use super::flood::FloodReport;
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
        Report::Acknowledged { connection, hello } => line(
            &hello.session_id,
            "+",
            &format!(
                "acknowledged ({}): Godot {}, plugin {}, {}, {}",
                number(*connection),
                hello.godot_version,
                hello.plugin_version,
                hello.readiness,
                hello.project_path
            ),
        ),
        Report::Gone { connection, session_id, ending, lost } => {
            let who = session_id.map_or_else(|| Cow::Owned(number(*connection)), Cow::Borrowed);
            line(&who, "-", &gone(ending, *lost))
        }
        Report::Event { session_id, name, data } => line(session_id, "!", &format!("{name} {}", body(data))),
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
    writeln!(out, "    {:<24}{:<12}{:>6}  {:<14}project", "session", "readiness", "open", "Godot")?;
    for editor in editors {
        writeln!(
            out,
            "{}   {:<24}{:<12}{:>6}  {:<14}{}",
            if editor.first { '*' } else { ' ' },
            editor.hello.session_id,
            plain(&editor.hello.readiness),
            editor.open,
            plain(&editor.hello.godot_version),
            plain(&editor.hello.project_path)
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
