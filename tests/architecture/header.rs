//! The C header: every function says what a caller must know.

use crate::source::line_of;

/// What the comment of a function must hold, besides its first line, which says what the function does.
const HEADINGS: [&str; 4] = ["Ownership", "Threads", "Blocks", "Returns"];

/// Functions of `header`, by name, in order.
pub fn functions(header: &str) -> Vec<String> {
    prototypes(header).into_iter().map(|(_, name)| name).collect()
}

/// Functions of `header` whose comment lacks something.
pub fn undocumented(header: &str) -> Vec<String> {
    let lines: Vec<&str> = header.lines().collect();
    let mut found = Vec::new();
    for (line, name) in prototypes(header) {
        let mut comment: Vec<&str> = lines[..line - 1].iter().rev().map_while(|text| comment_text(text)).collect();
        comment.reverse();
        if comment.iter().all(|text| text.is_empty() || is_heading(text)) {
            found.push(format!("include/framewire.h:{line}: `{name}` does not say what it does"));
        }
        let silent: Vec<&str> = HEADINGS.into_iter().filter(|heading| !says(&comment, heading)).collect();
        if !silent.is_empty() {
            found.push(format!("include/framewire.h:{line}: `{name}` says nothing under {}", silent.join(", ")));
        }
    }
    found
}

/// Whether `comment` has words under `heading`, on its line or on the next ones.
fn says(comment: &[&str], heading: &str) -> bool {
    let Some(at) = comment.iter().position(|text| text.starts_with(heading)) else {
        return false;
    };
    let beside = comment[at][heading.len()..].trim_matches([':', ' ', '.']);
    let below = comment[at + 1..].iter().find(|text| !text.is_empty());
    !beside.is_empty() || below.is_some_and(|text| !is_heading(text))
}

fn is_heading(text: &str) -> bool {
    HEADINGS.iter().any(|heading| text.starts_with(heading))
}

/// What a comment line says, or `None` if it is no comment line.
fn comment_text(line: &str) -> Option<&str> {
    let line = line.trim();
    let is_comment = ["//", "/*", "*"].iter().any(|mark| line.starts_with(mark));
    is_comment.then(|| line.trim_start_matches(['/', '*', '#', ' ']).trim_end_matches(['*', '/', ' ']))
}

/// The line and name of each function declared in `header`.
fn prototypes(header: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in header.split_inclusive('\n') {
        let declares = line.starts_with(|c: char| c.is_ascii_alphabetic()) && !line.starts_with("typedef");
        if let Some(name) = line.find("framewire_").filter(|_| declares).and_then(|_| name_before_parenthesis(line)) {
            found.push((line_of(header, at), name));
        }
        at += line.len();
    }
    found
}

fn name_before_parenthesis(line: &str) -> Option<String> {
    let (before, _) = line.split_once('(')?;
    let name = before.rsplit([' ', '*']).next()?;
    name.starts_with("framewire_").then(|| name.to_owned())
}
