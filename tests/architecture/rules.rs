//! Rules about single files: what may be called where, how long a file may be, what it must not name.

use crate::source::{Source, code_only, find_word, line_of, without_tests};

/// No hand-written file is longer than this.
const LONGEST: usize = 400;

/// Files that a tool writes.
const GENERATED: [&str; 3] = ["include/framewire.h", "unity/Runtime/Native.g.cs", "unity/Runtime/Numbers.g.cs"];

/// A safety comment stands at most this many lines above its `unsafe`.
const SAFETY_COMMENT_REACH: usize = 8;

/// Words, and the places of the library in which they may stand. Empty: nowhere.
const PLACES: [(&str, &[&str]); 19] = [
    ("unsafe", &["src/ffi", "src/sys"]),
    ("libc", &["src/sys"]),
    ("windows_sys", &["src/sys"]),
    ("Instant::now", &["src/link/clock.rs"]),
    (".elapsed()", &["src/link/clock.rs"]),
    ("SystemTime::now", &["src/link/clock.rs"]),
    ("thread::spawn", &["src/sys"]),
    ("thread::Builder", &["src/sys"]),
    ("thread::scope", &[]),
    ("thread::sleep", &[]),
    ("process::exit", &[]),
    ("process::abort", &[]),
    ("print!", &[]),
    ("println!", &[]),
    ("eprint!", &[]),
    ("eprintln!", &[]),
    ("dbg!", &[]),
    // A server belongs to the command line.
    ("TcpListener", &[]),
    ("clap", &[]),
];

/// The same for the Godot extension. `unsafe` is what the bindings ask for: the entry, and promises about their types.
const EXTENSION_PLACES: [(&str, &[&str]); 17] = [
    (
        "unsafe",
        &[
            "godot/src/lib.rs",
            "godot/src/optional.rs",
            "godot/src/outgoing/job.rs",
            "godot/src/value/decode.rs",
            "godot/src/value/draft.rs",
        ],
    ),
    ("libc", &[]),
    ("Instant::now", &[]),
    (".elapsed()", &[]),
    ("SystemTime::now", &[]),
    ("thread::spawn", &[]),
    ("thread::Builder", &[]),
    ("thread::scope", &[]),
    // The thread that offers an answer to a full outbox.
    ("thread::sleep", &["godot/src/outgoing/worker.rs"]),
    ("process::exit", &[]),
    ("process::abort", &[]),
    ("print!", &[]),
    ("println!", &[]),
    ("eprint!", &[]),
    ("eprintln!", &[]),
    ("dbg!", &[]),
    ("godot_print!", &[]),
];

/// Roots of paths that exist on one machine only. Parted, so that this file does not name them itself.
const MACHINE_PATHS: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/ro", "ot/."),
    concat!("/wo", "rk/"),
    concat!("C:\\Us", "ers"),
];

/// Words of the library, or of the Godot extension, that stand where they must not.
pub fn misplaced_words(source: &Source) -> Vec<String> {
    if source.is_test {
        return Vec::new();
    }
    let code = without_tests(&code_only(&source.text));
    let mut found = Vec::new();
    let places: &[(&str, &[&str])] = if source.is_in("godot") { &EXTENSION_PLACES } else { &PLACES };
    for &(word, places) in places {
        if places.iter().any(|place| source.path == *place || source.is_in(place)) {
            continue;
        }
        for at in find_word(&code, word) {
            let where_else = if places.is_empty() { "nowhere".to_owned() } else { places.join(", ") };
            found.push(format!("{}:{}: `{word}` may stand in: {where_else}", source.path, line_of(&code, at)));
        }
    }
    found
}

/// Blocks and implementations marked unsafe that do not say why they are sound.
pub fn unexplained_unsafe(source: &Source) -> Vec<String> {
    let code = code_only(&source.text);
    let lines: Vec<&str> = source.text.lines().collect();
    let mut found = Vec::new();
    for at in find_word(&code, "unsafe") {
        let rest = code[at + "unsafe".len()..].trim_start();
        if !rest.starts_with('{') && !rest.starts_with("impl") {
            continue;
        }
        let line = line_of(&code, at);
        let above = &lines[line.saturating_sub(1 + SAFETY_COMMENT_REACH)..line];
        if !above.iter().any(|text| text.contains("// SAFETY:")) {
            found.push(format!("{}:{line}: say in a `// SAFETY:` comment why this is sound", source.path));
        }
    }
    found
}

/// Whether a hand-written file grew too long.
pub fn too_long(source: &Source) -> Vec<String> {
    const CODE: [&str; 9] = ["rs", "c", "h", "hpp", "cpp", "py", "cs", "gd", "sh"];
    let lines = source.text.lines().count();
    if !source.has_extension(&CODE) || GENERATED.contains(&source.path.as_str()) || lines <= LONGEST {
        return Vec::new();
    }
    vec![format!("{}: {lines} lines; {LONGEST} is the most. Part it by what its pieces do", source.path)]
}

/// Paths that exist on one machine only.
pub fn machine_paths(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for path in MACHINE_PATHS {
        for (at, _) in source.text.match_indices(path) {
            let before = source.text[..at].chars().next_back();
            // Behind a word or a dot it is the middle of some other path or of a web address.
            if !before.is_some_and(|c| c.is_alphanumeric() || "._-}".contains(c)) {
                found.push(format!("{}:{}: `{path}` is a path of one machine", source.path, line_of(&source.text, at)));
            }
        }
    }
    found
}
