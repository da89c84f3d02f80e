//! Holds the project to its layers and house rules, by reading its files. Each rule is a function from a
//! file to complaints, and is first shown a file that breaks it.

mod header;
mod layers;
mod map;
mod rules;
mod source;

use source::{Source, extension, library, project, root};

fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn check(sources: &[Source], rule: fn(&Source) -> Vec<String>) {
    assert!(!sources.is_empty(), "no file was looked at");
    assert_none(&sources.iter().flat_map(rule).collect::<Vec<_>>());
}

/// Asserts that `rule` complains about each of `files`, and about none of `fine`.
fn assert_bites(rule: fn(&Source) -> Vec<String>, files: &[(&str, &str)], fine: &[(&str, &str)]) {
    for (path, text) in files {
        let complaints = rule(&Source::new(path, text));
        assert_eq!(complaints.len(), 1, "{path}: {text:?} should be complained of once: {complaints:?}");
    }
    for (path, text) in fine {
        assert_none(&rule(&Source::new(path, text)));
    }
}

#[test]
fn imports_go_down_only() {
    check(&library(), layers::violations);
}

#[test]
fn imports_that_go_up_are_found() {
    assert_bites(
        layers::violations,
        &[
            ("src/session/mod.rs", "use crate::link::Link;"),
            ("src/session/timers.rs", "use crate::{protocol::raw, link::clock};"),
            ("src/session/timers.rs", "fn f() { let _ = super::super::ffi::OK; }"),
            ("src/protocol/mod.rs", "use super::readiness::Readiness;"),
            ("src/readiness/mod.rs", "use crate::protocol::json;"),
            ("src/session/ledger.rs", "use crate::sys::page_size;"),
            ("src/sys/mod.rs", "use crate::{\n    link::{Link, Config},\n};"),
            ("src/session/mod.rs", "use crate::Link;"),
            ("src/session/mod.rs", "use std::time::Instant;"),
            ("src/protocol/raw.rs", "let guard = std::sync::Mutex::new(());"),
            ("src/session/phase_tests.rs", "use crate::link::Link;"),
            ("src/helpers/mod.rs", ""),
        ],
        &[
            ("src/ffi/frame.rs", "use crate::link::{Link, Inbox};\nuse crate::session::event::Event;"),
            ("src/link/worker.rs", "use crate::{session::{self, Session}, protocol, sys};\nuse std::time::Instant;"),
            ("src/session/phase.rs", "use super::{event::Event, super::readiness::Readiness};"),
            (
                "src/session/phase.rs",
                "// crate::link is above us\nlet text = \"crate::ffi\"; let quote = '\"'; // crate::ffi",
            ),
            ("src/session/phase.rs", "#[cfg(test)]\nmod tests {\n    use std::time::Instant;\n}\n"),
            ("src/protocol/raw.rs", "let text = r#\"\"crate::link\"#; struct Held<'a>(&'a str);"),
        ],
    );
}

#[test]
fn the_command_line_uses_the_rust_api() {
    let sources: Vec<_> = project().into_iter().filter(|source| source.is_in("src/bin")).collect();
    check(&sources, layers::command_line_violations);
    assert_bites(
        layers::command_line_violations,
        &[
            ("src/bin/framewire/main.rs", "use framewire::ffi::framewire_open;"),
            ("src/bin/framewire/main.rs", "use framewire::{link, sys};"),
            ("src/bin/framewire/main.rs", "fn main() { unsafe { f() } }"),
        ],
        &[("src/bin/framewire/main.rs", "use framewire::link::Link;")],
    );
}

#[test]
fn words_stand_where_they_may() {
    check(&library(), rules::misplaced_words);
    check(&extension(), rules::misplaced_words);
}

#[test]
fn misplaced_words_are_found() {
    assert_bites(
        rules::misplaced_words,
        &[
            ("src/link/worker.rs", "unsafe { f() }"),
            ("src/link/worker.rs", "let now = std::time::Instant::now();"),
            ("src/link/worker.rs", "let age = start.elapsed();"),
            ("src/session/mod.rs", "std::thread::spawn(|| ());"),
            ("src/ffi/guard.rs", "eprintln!(\"panic\");"),
            ("src/ffi/guard.rs", "dbg!(1);"),
            ("src/ffi/fork.rs", "libc::pthread_atfork(None, None, None);"),
            ("src/link/dial.rs", "use std::net::TcpListener;"),
            ("godot/src/link/poll.rs", "unsafe { f() }"),
            ("godot/src/link/poll.rs", "godot_print!(\"polled\");"),
            ("godot/src/outgoing/worker.rs", "std::thread::spawn(|| ());"),
        ],
        &[
            ("src/sys/unix.rs", "unsafe { libc::getpid() }; std::thread::Builder::new();"),
            ("src/link/clock.rs", "Instant::now()"),
            ("godot/src/value/draft.rs", "unsafe impl Send for Draft {}"),
            ("src/link/worker.rs", "let unsafe_text = \"println!\"; // println!(\"unsafe\")"),
            ("src/link/worker.rs", "#[cfg(test)]\nmod tests {\n    fn f() { println!(\"{}\", 1); }\n}"),
        ],
    );
}

#[test]
fn every_unsafe_says_why() {
    check(&library(), rules::unexplained_unsafe);
    check(&extension(), rules::unexplained_unsafe);
    assert_bites(
        rules::unexplained_unsafe,
        &[("src/ffi/text.rs", "let a = unsafe { read(p) };"), ("src/ffi/text.rs", "unsafe impl Send for Held {}")],
        &[
            ("src/ffi/text.rs", "// SAFETY: the caller lends it.\nlet a = unsafe { read(p) };"),
            ("src/ffi/text.rs", "pub unsafe extern \"C\" fn f() {}"),
        ],
    );
}

#[test]
fn no_file_is_too_long() {
    check(&project(), rules::too_long);
    let (long, longest) = ("\n".repeat(401), "\n".repeat(400));
    assert_bites(
        rules::too_long,
        &[("src/a.rs", &long), ("tests/c/b.c", &long), ("tests/peers/run.py", &long)],
        &[("src/a.rs", &longest), ("include/framewire.h", &long), ("README.md", &long)],
    );
}

#[test]
fn no_path_of_one_machine() {
    check(&project(), rules::machine_paths);
    assert_bites(
        rules::machine_paths,
        &[("Makefile", concat!("X = /ho", "me/someone/x")), ("a.md", concat!("see /wo", "rk/main"))],
        &[("a.md", concat!("https://example.org/ho", "me/")), ("a.gd", "get_node(\"/root/Main\")")],
    );
}

#[test]
fn the_map_names_every_file() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let files: Vec<_> = project().into_iter().filter(map::belongs_on_it).map(|source| source.path).collect();
    assert!(files.len() > 50, "found only {files:?}");
    assert_none(&map::differences(&text, &files));
    let sources: Vec<_> = library().into_iter().chain(extension()).collect();
    assert_none(&map::unknown_functions(&text, &sources));
}

#[test]
fn what_the_map_lacks_or_makes_up_is_found() {
    let text =
        "### `src/link/`\n| file | job |\n|---|---|\n| `a.rs`, `b.rs` | see `c.rs` |\n## More\n| `d.rs` | no |\n";
    let files = |names: &[&str]| names.iter().map(|name| format!("src/link/{name}.rs")).collect::<Vec<_>>();
    assert_none(&map::differences(text, &files(&["a", "b"])));
    assert_eq!(map::differences(text, &files(&["a"])).len(), 1, "b.rs is made up");
    assert_eq!(map::differences(text, &files(&["a", "b", "c", "d"])).len(), 2, "c.rs and d.rs are lacking");
    let source = [Source::new("src/link/a.rs", "impl Link { fn open<T>() {} }")];
    assert_none(&map::unknown_functions("`Link::open` ends; `x::y`", &source));
    assert_eq!(map::unknown_functions("`Link::close`, `Session::open`", &source).len(), 2);
    assert!(!map::belongs_on_it(&Source::new("src/link/dial_tests.rs", "")));
    assert_none(&map::differences("### `godot/src/`\n| `lib.rs` | x |\n", &["godot/src/lib.rs".to_owned()]));
    assert!(map::belongs_on_it(&Source::new("godot/src/link/told.rs", "")));
    assert!(map::belongs_on_it(&Source::new("godot/addons/framewire/plugin.gd", "")));
}

#[test]
fn the_header_documents_every_function() {
    let text = std::fs::read_to_string(root().join("include/framewire.h")).unwrap();
    assert!(header::functions(&text).len() >= 30, "found only {:?}", header::functions(&text));
    assert_none(&header::undocumented(&text));
}

#[test]
fn an_undocumented_function_is_found() {
    let whole = "// Opens a link.\n//\n// Ownership: copies.\n// Threads: any.\n// Blocks: never.\n// Returns: OK.\n\
                 framewire_status framewire_open(const struct framewire_config *config,\n    framewire_link *link);\n";
    assert_eq!(header::functions(whole), ["framewire_open"]);
    assert_none(&header::undocumented(whole));
    for line in whole.lines().take(6).filter(|line| line.len() > 2) {
        assert_eq!(header::undocumented(&whole.replace(line, "//")).len(), 1, "without {line:?}");
    }
    assert_eq!(header::undocumented(&whole.replace("any.", "")).len(), 1, "a heading without words");
    assert_eq!(header::undocumented("struct framewire_str framewire_version(void);\n").len(), 2);
}
