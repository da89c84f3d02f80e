//! The lines of standard input: `NAME {json}`, `.words`, or JSON objects that say the same.

use serde::Deserialize;
use serde_json::value::RawValue;

/// What `.help` prints.
pub const HELP: &str = "\
NAME {json}                       send a command to the editor that connected first; `call NAME {json}` is the same
@SESSION NAME {json}              to another one; the start of its session id, or project hash, is enough
.notify NAME {json}               send a notification (json-rpc)
.raw TEXT                         send a message as it is, also one that is wrong
.flood COUNT IN_FLIGHT NAME {json}  send COUNT commands, at most IN_FLIGHT of them unanswered, and report
.wait                             hold the next lines back until every command is answered or given up
.wait editors COUNT               ... until that many editors are connected
.editors  .stats                  who is connected; how many commands ended which way
.close [CODE [REASON]]            close the editor's connection (@SESSION .close for another one) [1000]
.quit                             close all connections and end
{\"command\": NAME, \"params\": {json}, \"editor\": SESSION, \"tag\": ANY}
                                  the same as NAME {json}; the tag comes back with the answer";

/// A command to an editor.
#[derive(Debug)]
pub struct Call {
    /// A session id or its start; `None` = the first editor.
    pub editor: Option<String>,
    pub command: String,
    pub params: Box<RawValue>,
    pub tag: Option<Box<RawValue>>,
}

/// One line, understood.
#[derive(Debug)]
pub enum Line {
    Nothing,
    Call(Call),
    Notify(Call),
    Raw { editor: Option<String>, text: String },
    Flood { count: u64, in_flight: u64, call: Call },
    WaitForAnswers,
    WaitForEditors(usize),
    Editors,
    Stats,
    Close { editor: Option<String>, code: u16, reason: String },
    Quit,
    Help,
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// A text that says what was expected instead.
    pub fn parse(line: &str) -> Result<Self, String> {
        let line = line.trim();
        if line.is_empty() {
            return Ok(Self::Nothing);
        }
        if line.starts_with('{') {
            return json(line);
        }
        let (editor, rest) = match line.strip_prefix('@') {
            Some(rest) => {
                let (session, rest) = word(rest);
                (Some(session.to_owned()), rest)
            }
            None => (None, line),
        };
        match rest.strip_prefix('.') {
            Some(rest) => dotted(editor, rest),
            None => call(editor, rest).map(Self::Call),
        }
    }
}

fn dotted(editor: Option<String>, text: &str) -> Result<Line, String> {
    let (name, rest) = word(text);
    match (name, rest) {
        ("flood", rest) => {
            let (count, rest) = number(rest, "COUNT")?;
            let (in_flight, rest) = number(rest, "IN_FLIGHT")?;
            flood(count, in_flight, call(editor, rest)?)
        }
        ("close", rest) => {
            let (code, reason) = if rest.is_empty() { (1000, "") } else { number(rest, "CODE")? };
            close(editor, code, reason.to_owned())
        }
        ("notify", rest) => call(editor, rest).map(Line::Notify),
        ("raw", rest) if !rest.is_empty() => Ok(Line::Raw { editor, text: rest.to_owned() }),
        ("wait", "") => Ok(Line::WaitForAnswers),
        ("wait", rest) if word(rest).0 == "editors" => match number(word(rest).1, "COUNT")? {
            (count, "") => Ok(Line::WaitForEditors(usize::try_from(count).unwrap_or(usize::MAX))),
            _ => Err("give `.wait editors COUNT` alone on its line".to_owned()),
        },
        ("editors", "") => Ok(Line::Editors),
        ("stats", "") => Ok(Line::Stats),
        ("quit", "") => Ok(Line::Quit),
        ("help", "") => Ok(Line::Help),
        _ => Err(format!("`.{text}` is not understood: .help lists what is")),
    }
}

fn call(editor: Option<String>, text: &str) -> Result<Call, String> {
    let (command, params) = match word(text) {
        // A command of this name has parameters or none; a name behind the word makes it ours.
        ("call", rest) if !rest.is_empty() && !rest.starts_with(['{', '[']) => word(rest),
        other => other,
    };
    if command.is_empty() || command.starts_with('{') {
        return Err("a command needs a name: NAME {json}".to_owned());
    }
    let params = if params.is_empty() { "{}" } else { params };
    let params = serde_json::from_str(params).map_err(|error| format!("the parameters are no JSON: {error}"))?;
    checked(Call { editor, command: command.to_owned(), params, tag: None })
}

fn checked(call: Call) -> Result<Call, String> {
    // Which profile takes arrays is the server's matter.
    if call.params.get().starts_with(['{', '[']) {
        Ok(call)
    } else {
        Err("the parameters must be a JSON object: NAME {\"key\": value}".to_owned())
    }
}

fn flood(count: u64, in_flight: u64, call: Call) -> Result<Line, String> {
    // The latency of each command is kept: 4 bytes each.
    if !(1..=100_000_000).contains(&count) || in_flight == 0 {
        return Err("a flood needs a COUNT of 1 to 100000000 and an IN_FLIGHT of 1 or more".to_owned());
    }
    Ok(Line::Flood { count, in_flight, call })
}

fn close(editor: Option<String>, code: u64, reason: String) -> Result<Line, String> {
    // The codes an endpoint may send (RFC 6455, section 7.4); a control frame holds 125 bytes, two of them the code.
    let allowed = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
    match u16::try_from(code) {
        Ok(code) if allowed && reason.len() <= 123 => Ok(Line::Close { editor, code, reason }),
        _ => Err("a close needs a CODE of 1000-1003, 1007-1014 or 3000-4999, and a REASON up to 123 bytes".to_owned()),
    }
}

fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

fn number<'a>(text: &'a str, name: &str) -> Result<(u64, &'a str), String> {
    let (digits, rest) = word(text);
    digits.parse().map(|number| (number, rest)).map_err(|_| format!("`{digits}` is no number for {name}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    #[serde(default, rename = "do")]
    what: What,
    editor: Option<String>,
    command: Option<String>,
    params: Option<Box<RawValue>>,
    tag: Option<Box<RawValue>>,
    count: Option<u64>,
    in_flight: Option<u64>,
    code: Option<u64>,
    reason: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    #[default]
    Call,
    Notify,
    Flood,
    Wait,
    WaitEditors,
    Editors,
    Stats,
    Close,
    Quit,
}

fn json(line: &str) -> Result<Line, String> {
    let object: Object = serde_json::from_str(line).map_err(|error| format!("not understood: {error}"))?;
    let Object { what, editor, command, params, tag, count, in_flight, code, reason } = object;
    let call = |editor| {
        let command = command.filter(|command| !command.is_empty()).ok_or("\"command\" is missing")?;
        let params = params.unwrap_or_else(|| RawValue::NULL.to_owned());
        let params = if params.get() == "null" { serde_json::from_str("{}").unwrap_or(params) } else { params };
        checked(Call { editor, command, params, tag })
    };
    match what {
        What::Call => call(editor).map(Line::Call),
        What::Notify => call(editor).map(Line::Notify),
        What::Flood => {
            let count = count.ok_or("\"count\" is missing")?;
            flood(count, in_flight.ok_or("\"in_flight\" is missing")?, call(editor)?)
        }
        What::Wait => Ok(Line::WaitForAnswers),
        What::WaitEditors => {
            Ok(Line::WaitForEditors(usize::try_from(count.ok_or("\"count\" is missing")?).unwrap_or(usize::MAX)))
        }
        What::Editors => Ok(Line::Editors),
        What::Stats => Ok(Line::Stats),
        What::Close => close(editor, code.unwrap_or(1000), reason.unwrap_or_default()),
        What::Quit => Ok(Line::Quit),
    }
}

#[cfg(test)]
#[path = "commands_tests.rs"]
mod tests;
