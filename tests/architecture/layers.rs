//! Who may import whom.

use crate::source::{Source, code_only, find_word, is_word, line_of, without_tests};

/// Each layer of the library, and the layers it may name. Arrows go down only.
const LAYERS: [(&str, &[&str]); 8] = [
    ("ffi", &["link", "state_file", "session", "protocol", "readiness", "sys", "sync"]),
    ("link", &["state_file", "session", "protocol", "readiness", "sys", "sync"]),
    ("state_file", &["readiness", "sys"]),
    ("session", &["protocol", "readiness", "sync"]),
    ("protocol", &[]),
    ("readiness", &["sync"]),
    ("sys", &[]),
    ("sync", &[]),
];

/// The pure layers: inputs and time in, outputs out.
const PURE: [&str; 3] = ["session", "protocol", "readiness"];

/// What a pure layer has no business with: threads, locks, clocks, sockets, files, the system's randomness.
const IMPURE: [&str; 20] = [
    "std::thread",
    "std::net",
    "std::fs",
    "std::env",
    "std::process",
    "std::os",
    "std::sync::mpsc",
    "Instant",
    "SystemTime",
    "Mutex",
    "RwLock",
    "Condvar",
    "mio",
    "tungstenite",
    "socket2",
    "libc",
    "getrandom",
    "parking_lot",
    "crossbeam_channel",
    "rtrb",
];

/// What is wrong with the imports of `source`, a file of the library.
pub fn violations(source: &Source) -> Vec<String> {
    let Some(layer) = layer_of(&source.path) else {
        return match source.path.as_str() {
            "src/lib.rs" => Vec::new(),
            path => vec![format!("{path}: no layer of that name; add it to the table in tests/architecture/layers.rs")],
        };
    };
    let code = without_tests(&code_only(&source.text));
    let allowed = LAYERS.iter().find(|(name, _)| *name == layer).map_or(&[][..], |(_, allowed)| allowed);
    let mut found = Vec::new();
    for (at, name) in named_modules(source, &code) {
        if name != layer && !allowed.contains(&name.as_str()) {
            let line = line_of(&code, at);
            found.push(if LAYERS.iter().any(|(known, _)| *known == name) {
                format!("{}:{line}: `{layer}` must not know `{name}`", source.path)
            } else {
                format!("{}:{line}: `crate::{name}` hides its layer; name it by its module", source.path)
            });
        }
    }
    if PURE.contains(&layer) && !source.is_test {
        for word in IMPURE {
            for at in find_word(&code, word) {
                let line = line_of(&code, at);
                found.push(format!("{}:{line}: `{layer}` is pure and must not use `{word}`", source.path));
            }
        }
    }
    found
}

/// What is wrong with how `source`, a file of the command line, uses the library.
pub fn command_line_violations(source: &Source) -> Vec<String> {
    let code = code_only(&source.text);
    let mut found = Vec::new();
    for (at, name) in names_after(&code, "framewire::") {
        if ["ffi", "sys"].contains(&name.as_str()) {
            let line = line_of(&code, at);
            found.push(format!("{}:{line}: the command line uses the Rust API, not `{name}`", source.path));
        }
    }
    for at in find_word(&code, "unsafe") {
        found.push(format!("{}:{}: no `unsafe` in the command line", source.path, line_of(&code, at)));
    }
    found
}

fn layer_of(path: &str) -> Option<&'static str> {
    let first = path.strip_prefix("src/")?.split('/').next()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    LAYERS.iter().map(|(known, _)| *known).find(|known| *known == name)
}

/// The top-level modules that `code` names, by `crate::` or by `super::` up to the root.
fn named_modules(source: &Source, code: &str) -> Vec<(usize, String)> {
    let mut found = names_after(code, "crate::");
    // A file of tests may be mounted at any depth, so that its `super` says nothing.
    if !source.is_test {
        let to_root = "super::".repeat(depth(&source.path));
        found.extend(names_after(code, &to_root).into_iter().filter(|(at, _)| {
            let before = &code[..*at];
            !before.ends_with("super::")
        }));
    }
    found
}

/// How many `super::` lead from the module of this file to the root of the crate.
fn depth(path: &str) -> usize {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    inside.split('/').count() - usize::from(inside.ends_with("/mod.rs"))
}

/// The names right behind `prefix`, those in braces included.
fn names_after(code: &str, prefix: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in find_word(code, prefix.trim_end_matches(':')).filter(|&at| code[at..].starts_with(prefix)) {
        let rest = code[at + prefix.len()..].trim_start();
        let names = if let Some(list) = rest.strip_prefix('{') { heads_of_list(list) } else { vec![head(rest)] };
        found.extend(
            names.into_iter().filter(|name| !["self", "super", ""].contains(&name.as_str())).map(|name| (at, name)),
        );
    }
    found
}

/// The first name of each entry of a use list, up to its closing brace.
fn heads_of_list(list: &str) -> Vec<String> {
    let (mut heads, mut depth, mut entry_begins) = (Vec::new(), 0_usize, true);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => entry_begins = true,
            c if entry_begins && !c.is_whitespace() => {
                heads.push(head(&list[at..]));
                entry_begins = false;
            }
            _ => {}
        }
    }
    heads
}

/// The identifier at the start of `text`.
fn head(text: &str) -> String {
    text.bytes().take_while(|&b| is_word(b)).map(char::from).collect()
}
