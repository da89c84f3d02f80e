//! The C programs of `tests/c`: built against the cdylib as C99 and C++17, and run.
//!
//! A tool that is missing fails the test when `FRAMEWIRE_REQUIRE_ALL=1`, and is named on standard error otherwise.
#![cfg(unix)]

#[path = "c_harness/build.rs"]
mod build;
#[path = "c_harness/hosts.rs"]
mod hosts;
#[path = "c_harness/peer.rs"]
mod peer;
#[path = "c_harness/reloads.rs"]
mod reloads;
#[path = "c_harness/run.rs"]
mod run;
#[path = "c_harness/server.rs"]
mod server;
#[path = "support/skip.rs"]
mod skip;

use build::{Flavour, Language, Program};
use peer::Peer;
use run::Outcome;

/// The programs linked with the library.
const LINKED: [Program; 4] = [build::EDITOR_HOST, build::MISUSE, build::PROCESS, build::HEADER];

fn built(program: &Program, flavour: Flavour) -> Option<std::path::PathBuf> {
    build::tools_are_there(flavour).then(|| build::build(program, Language::C99, flavour))
}

fn process(words: &[&str]) -> Option<Outcome> {
    let program = built(&build::PROCESS, Flavour::Plain)?;
    Some(run::run(&program, words))
}

#[test]
fn programs_build_as_c99_and_cpp17() {
    if !build::tools_are_there(Flavour::Plain) {
        return;
    }
    for program in LINKED.iter().chain([&build::PROCESS_UNLOAD]) {
        build::build(program, Language::C99, Flavour::Plain);
        build::build(program, Language::Cpp17, Flavour::Plain);
    }
    build::build(&build::EDITOR_HOST_CPP, Language::Cpp17, Flavour::Plain);
}

#[test]
fn header_stands_alone_and_twice_in_one_program() {
    for language in [Language::C99, Language::Cpp17] {
        if build::tools_are_there(Flavour::Plain) {
            run::run(&build::build(&build::HEADER, language, Flavour::Plain), &[]).expect_success();
        }
    }
}

#[test]
fn misuse_gets_a_status_and_crashes_nothing() {
    if let Some(program) = built(&build::MISUSE, Flavour::Plain) {
        run::run(&program, &[]).expect_checks();
    }
}

#[test]
fn owners_of_the_cpp_header_give_back_once() {
    if build::tools_are_there(Flavour::Plain) {
        run::run(&build::build(&build::OWNERS, Language::Cpp17, Flavour::Plain), &[]).expect_checks();
    }
}

#[test]
fn exit_without_close_neither_hangs_nor_prints() {
    if let Some(outcome) = process(&["exit-open"]) {
        outcome.expect_success();
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
    }
}

#[test]
fn dlclose_leaves_the_library_and_its_links() {
    if let Some(program) = built(&build::PROCESS_UNLOAD, Flavour::Plain) {
        let library = build::library();
        run::run(&program, &[library.to_str().expect("a path in UTF-8")]).expect_success();
    }
}

#[test]
fn fork_is_told_to_the_child_and_spares_the_parent() {
    if let Some(outcome) = process(&["fork"]) {
        outcome.expect_checks();
    }
}

#[test]
fn sigpipe_at_default_does_not_kill() {
    let Some(control) = process(&["sigpipe-control"]) else {
        return;
    };
    assert_eq!(control.signal, Some(libc::SIGPIPE), "SIGPIPE is not at its default: the test would prove nothing");

    let peer = Peer::vanishing();
    process(&["sigpipe", &peer.url()]).expect("built above").expect_checks();
}

#[cfg(feature = "tls")]
#[test]
fn sigpipe_at_default_does_not_kill_over_tls() {
    let peer = Peer::vanishing_tls();
    let ca = build::output_directory().join("vanishing.pem");
    std::fs::write(&ca, peer.certificate()).expect("the certificate is written");
    if let Some(outcome) = process(&["sigpipe", &peer.url(), ca.to_str().expect("a path in UTF-8")]) {
        outcome.expect_checks();
    }
}

#[test]
fn signals_are_never_handled_on_threads_of_the_library() {
    if let Some(outcome) = process(&["signals"]) {
        outcome.expect_checks();
    }
}

#[test]
fn quiet_on_stdout_and_stderr() {
    let peer = Peer::echo();
    if let Some(outcome) = process(&["quiet", &peer.url()]) {
        outcome.expect_checks();
        assert_eq!(outcome.stderr, "");
    }
}

/// A panic inside is forced at four calls: each is a status, none is printed, and the library goes on.
#[test]
fn p8_quiet_panics_are_statuses_and_print_nothing() {
    if let Some(program) = built(&build::PANIC, Flavour::Plain) {
        let outcome = run::run(&program, &[]);
        outcome.expect_checks();
        assert_eq!((outcome.stdout.lines().count(), outcome.stderr.as_str()), (1, ""), "{}", outcome.stdout);
    }
}

#[test]
fn threads_end_with_their_link() {
    let Some(outcome) = process(&["threads"]) else {
        return;
    };
    if outcome.code == Some(77) {
        skip::skip("this system does not list the threads of a process");
    } else {
        outcome.expect_checks();
    }
}

/// AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer over the harness: they see every allocation of
/// the process, and every access that the C side makes, to lent memory above all.
#[test]
fn c_harness_asan() {
    if !build::tools_are_there(Flavour::Sanitized) {
        return;
    }
    for (program, words) in [
        (build::OVERFLOW, "AddressSanitizer: heap-buffer-overflow"),
        (build::LEAK, "LeakSanitizer: detected memory leaks"),
        (build::UNDEFINED, "runtime error: signed integer overflow"),
    ] {
        for language in [Language::C99, Language::Cpp17] {
            let caught = run::run(&build::build(&program, language, Flavour::Sanitized), &[]);
            let is_caught = caught.code != Some(0) && caught.stderr.contains(words);
            assert!(is_caught, "a sanitizer is not on, or {language:?} has none: {caught:?}");
        }
    }

    for language in [Language::C99, Language::Cpp17] {
        let misuse = build::build(&build::MISUSE, language, Flavour::Sanitized);
        run::run(&misuse, &[]).expect_checks();
    }
    let owners = build::build(&build::OWNERS, Language::Cpp17, Flavour::Sanitized);
    run::run(&owners, &[]).expect_checks();
    let process = build::build(&build::PROCESS, Language::C99, Flavour::Sanitized);
    run::run(&process, &["exit-open"]).expect_success();
    run::run(&process, &["fork"]).expect_checks();
    run::run(&process, &["quiet", &Peer::echo().url()]).expect_checks();
    run::run(&process, &["sigpipe", &Peer::vanishing().url()]).expect_checks();
    let host = build::build(&build::EDITOR_HOST, Language::C99, Flavour::Sanitized);
    hosts::talk_to_a_raw_peer(&host);
    hosts::answer_every_command(&host);
    hosts::keep_what_the_outbox_refuses(&host);
    reloads::survive_reloads(&host);
    let host = build::build(&build::EDITOR_HOST_CPP, Language::Cpp17, Flavour::Sanitized);
    hosts::answer_in_cpp(&host);
}

/// Memcheck over the harness: it sees what the library itself reads and frees, too.
#[test]
fn c_harness_valgrind() {
    let Some(overflow) = built(&build::OVERFLOW, Flavour::Memcheck) else {
        return;
    };
    let caught = run::memcheck(&overflow, &[]);
    assert_eq!(caught.code, Some(run::MEMCHECK_FOUND), "valgrind let an invalid read pass: {caught:?}");

    let misuse = build::build(&build::MISUSE, Language::C99, Flavour::Memcheck);
    run::memcheck(&misuse, &[]).expect_checks();
    let process = build::build(&build::PROCESS, Language::C99, Flavour::Memcheck);
    run::memcheck(&process, &["quiet", &Peer::echo().url()]).expect_checks();
    run::memcheck(&process, &["sigpipe", &Peer::vanishing().url()]).expect_checks();
}
